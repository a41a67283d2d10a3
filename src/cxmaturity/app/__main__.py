"""`python -m cxmaturity.app serve ...`: the server as a process of its own, which `cxmaturity app` starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 when an option or the store is wrong, 2 for a wrong usage."""
    from cxmaturity.app.server.options import read_arguments
    from cxmaturity.app.server.run import main as run
    from cxmaturity.core.problems import CxMaturityError
    from cxmaturity.i18n.messages import describe

    try:
        return run(read_arguments(sys.argv[1:] if arguments is None else arguments))
    except CxMaturityError as error:
        french = (
            os.environ.get("CXMATURITY_LANGUAGE") == "fr"
        )  # as the command line that started this one speaks
        for problem in error.problems:
            sys.stderr.write(f"{describe(problem, 'fr' if french else 'en')}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
