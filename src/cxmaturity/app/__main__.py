"""`python -m cxmaturity.app serve ...`: the server as a process of its own, which `cxmaturity app` starts."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 when an option or the store is wrong, 2 for a wrong usage."""
    from cxmaturity.app.server.options import read_arguments
    from cxmaturity.app.server.run import main as run
    from cxmaturity.core.problems import CxMaturityError

    try:
        return run(read_arguments(sys.argv[1:] if arguments is None else arguments))
    except CxMaturityError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
