"""The process that serves the self-test: its own routes on a Voilà of our own, behind one guard."""

from __future__ import annotations
