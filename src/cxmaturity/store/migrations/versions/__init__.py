"""One module per change of the schema; never edited once released."""

from __future__ import annotations
