"""What the kernel of a page does before its notebook: what a copy of a fork server lacks, done the same in a spawned one."""

from __future__ import annotations

import os


def begin(umask: int) -> None:
    """Make room for widgets, and write files as the server would.

    ipywidgets listens for its page when it is first imported, which in a copy was before there was a kernel.
    """
    from ipywidgets import register_comm_target

    os.umask(umask)
    register_comm_target()
