"""Ground floor: what every room may lean on (problems and errors, bilingual text, estimates, identifiers).

Nothing here knows a file, a clock, a locale or a random state.
"""

from __future__ import annotations
