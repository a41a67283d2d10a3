"""Widgets for notebooks and Voilà pages: a plain script in the browser, a class here that decides and computes."""

from __future__ import annotations
