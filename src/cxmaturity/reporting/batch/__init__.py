"""Many clients in one command: what changed since last time, who runs, what came of it, and nothing torn.

The way of a batch: `plan` compares each client's key with the manifest and says who runs and why; `run` makes the
documents of those through one job core, whatever door it goes by; every result is one line of the manifest, synced before
the next. A second run of finished clients reads the manifest and the files, and imports nothing heavy.
"""

from __future__ import annotations
