"""Everything that a machine can read of the house: lint, format, types, generated files. `python3 run.py check`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (
    ("lint", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("generated files", ["tools/generate_docs.py", "--check"]),
)


def main() -> int:
    """Run every check, even after one failed; exit 1 if any did."""
    failed = [name for name, command in CHECKS if subprocess.call([sys.executable, *command], cwd=ROOT)]
    print(f"failed: {', '.join(failed)}" if failed else "all clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
