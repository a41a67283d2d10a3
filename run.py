"""One door for every machine: `python3 run.py demo` or `python3 run.py test`. Needs only Python 3.11 or newer.

Sets up `.venv` from the hashed `requirements/lock.txt` when it is missing or out of date, then runs the task. Uses uv when it is
there or can be fetched, else the pip of the standard library.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "lock.txt"
TOOLS = ROOT / ".tools"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = VENV / ".cxmaturity-stamp"

TASKS = {
    "demo": (["-m", "cxmaturity", "demo"], "run the report on the bundled example clients (HTML and PDF)"),
    "test": (["-m", "pytest"], "run the whole test suite"),
    "check": (["tools/check.py"], "lint, format, types, generated files"),
    "bench": (["benchmarks/run.py"], "measure, and write benchmarks/results.md"),
    "docs": (["tools/generate_docs.py"], "regenerate docs/reference, environment.yml and the README table"),
    "strip": (["tools/strip_notebooks.py"], "take outputs out of the notebooks"),
    "lock": ([], "resolve pyproject.toml again into requirements/lock.txt (needs uv)"),
}


def run(*command: str | Path, quiet: bool = False) -> bool:
    """Run a command; say whether it worked."""
    sink = subprocess.DEVNULL if quiet else None
    return subprocess.call([str(part) for part in command], cwd=ROOT, stdout=sink, stderr=sink) == 0


def find_uv() -> str | None:
    """Return uv from the PATH, or fetched once into `.tools` (which even a managed Debian Python allows)."""
    fetched = TOOLS / "bin" / ("uv.exe" if WINDOWS else "uv")
    if found := shutil.which("uv"):
        return found
    if not fetched.exists() and importlib.util.find_spec("pip"):
        run(sys.executable, "-m", "pip", "install", "--quiet", "--target", TOOLS, "uv", quiet=True)
    return str(fetched) if fetched.exists() else None


def install(uv: str | None) -> bool:
    """Fill `.venv` from the lock, then put this checkout in it."""
    if uv:
        return (
            run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
            and run(uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", LOCK)
            and run(
                uv,
                "pip",
                "install",
                "--quiet",
                "--python",
                PYTHON,
                "--no-deps",
                "--no-build-isolation",
                "-e",
                ROOT,
            )
        )
    if not importlib.util.find_spec("ensurepip"):
        sys.exit("This Python has neither pip nor venv. On Debian or Ubuntu: sudo apt install python3-venv")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    return (
        run(sys.executable, "-m", "venv", "--clear", VENV)
        and run(*pip, "--require-hashes", "-r", LOCK)
        and run(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    )


def ensure_environment() -> None:
    """Install when the lock, the project or the interpreter changed since the last time."""
    told = b"".join(path.read_bytes() for path in (LOCK, ROOT / "pyproject.toml")) + sys.version.encode()
    wanted = hashlib.sha256(told).hexdigest()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Setting up .venv (once; about a minute, longer without uv)...", file=sys.stderr, flush=True)
    if not install(find_uv()):
        sys.exit(
            "The set-up did not finish; the lines above say why. Nothing else was changed; run the command again."
        )
    STAMP.write_text(wanted)


def lock(upgrade: list[str]) -> int:
    """Write the lock: every platform, with hashes, without any address."""
    uv = find_uv() or sys.exit("run.py lock needs uv.")
    options = "--quiet --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url"
    command = [uv, "pip", "compile", "pyproject.toml", *options.split(), "-o", "requirements/lock.txt"]
    return subprocess.call([*command, "--custom-compile-command", "python3 run.py lock", *upgrade], cwd=ROOT)


def main(arguments: list[str]) -> int:
    """Do one task; what follows its name is handed to it."""
    if sys.version_info < (3, 11):
        sys.exit("cxmaturity needs Python 3.11 or newer; this is " + sys.version.split()[0])
    task, *rest = arguments or [""]
    if task == "lock":
        return lock(rest)
    if task not in TASKS:
        print("usage: python3 run.py TASK [ARGUMENTS]\n")
        print("\n".join(f"  {name:7}{about}" for name, (_, about) in TASKS.items()))
        return 0 if task in {"", "-h", "--help"} else 2
    ensure_environment()
    try:
        return subprocess.call([str(PYTHON), *TASKS[task][0], *rest], cwd=ROOT)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
