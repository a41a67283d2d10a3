"""One module per command; each holds `command` and imports what is heavy inside it."""

from __future__ import annotations
