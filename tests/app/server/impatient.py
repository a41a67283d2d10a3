"""Runs the real server, with a shorter grace for kernels that no page listens to: what it is counts, not how long."""

from __future__ import annotations

import sys

from cxmaturity.app.server import kernels
from cxmaturity.app.server.options import read_arguments
from cxmaturity.app.server.run import main

if __name__ == "__main__":
    kernels.KERNEL_GRACE_SECONDS = 8.0  # long enough to open a websocket on a slow machine
    sys.exit(main(read_arguments(sys.argv[1:])))
