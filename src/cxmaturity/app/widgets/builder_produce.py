"""The program that makes the documents beside the builder: one report, its progress told line by line as JSON.

It is a process of its own so that the screen keeps answering, and so that it can be stopped. It is told what to do on its
standard input and reads nothing else.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from cxmaturity import i18n
from cxmaturity.core.problems import CxMaturityError, Problem


def _tell(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _sentences(problems: tuple[Problem, ...], language: Any) -> list[str]:
    return [i18n.describe(problem, language) for problem in problems]


def main() -> int:
    """Make the report that standard input asks for; 0 when every document was written."""
    from cxmaturity.reporting.runs import make_report  # heavy

    asked = json.load(sys.stdin)
    try:
        outcomes = make_report(
            asked["engagement"],
            languages=asked["languages"],
            formats=asked["formats"],
            out=asked["out"],
            progress=lambda _client, language, phase: _tell({"phase": phase, "language": language}),
        )
    except CxMaturityError as error:
        _tell({"failed": _sentences(error.problems, asked["spoken"])})
        return 1
    failed = [problem for outcome in outcomes if outcome.status == "failed" for problem in outcome.problems]
    files = [
        {"path": str(path), "language": outcome.language}
        for outcome in outcomes
        for path in sorted(outcome.paths)
    ]
    _tell({"files": files, "failed": _sentences(tuple(failed), asked["spoken"])})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
