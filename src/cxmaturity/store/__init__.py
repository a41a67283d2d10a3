"""Answers that are never lost and never seen by the wrong person: campaigns in SQLite or PostgreSQL.

The pages and the command line talk to `Store`; the tables stay inside this room.
"""

from __future__ import annotations
