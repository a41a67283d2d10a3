"""Where a warm server listens and what makes two servers the same one.

The name of a server is a hash of all that its memory depends on: the interpreter, the files of this package, the
installed distributions, the search path, the preload list. An upgraded or edited environment therefore starts a new
server, and the old one ends by itself when nobody asks it any more.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cxmaturity.core.problems import FileError
from cxmaturity.warm.values import Preload

PROTOCOL: Final = 1
PACKAGE: Final = Path(__file__).resolve().parents[1]
_LONGEST_PATH: Final = 80
"""A Unix socket has 107 bytes for its path; the rest is for our names in the folder."""
_KEPT: Final = frozenset(
    {
        "CONDA_PREFIX",
        "HOME",
        "LANG",
        "LANGUAGE",
        "LD_LIBRARY_PATH",
        "LOGNAME",
        "PATH",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPYCACHEPREFIX",
        "SHELL",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "SYSTEMROOT",
        "TEMP",
        "TMP",
        "TMPDIR",
        "TZ",
        "USER",
        "USERPROFILE",
        "VIRTUAL_ENV",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
        "WINDIR",
    }
)
ONE_THREAD: Final = {
    f"{library}_NUM_THREADS": "1"
    for library in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "BLIS", "VECLIB_MAXIMUM", "POLARS_MAX", "RAYON")
}
FIXED: Final = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


def runtime_folder() -> Path:
    """Return the folder of sockets, locks and logs: ours alone, made when it is missing.

    ``CXMATURITY_RUNTIME_DIR`` names another one.

    Raises
    ------
    FileError
        ``warm.folder_not_ours`` when somebody else owns it, may write there, or when it is a link.
    """
    chosen = os.environ.get("CXMATURITY_RUNTIME_DIR")
    session = os.environ.get("XDG_RUNTIME_DIR")
    if chosen:
        folder = Path(chosen)
    elif session and len(session) < _LONGEST_PATH and os.access(session, os.W_OK):
        folder = Path(session) / "cxmaturity"
    else:
        folder = _own("cxmaturity")
    return private_folder(folder)


def scratch_folder(name: str) -> Path:
    """Return where the children of the server `name` have their temporary files."""
    return private_folder(private_folder(_own("cxmaturity-scratch")) / name)


def _own(name: str) -> Path:
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    return Path(tempfile.gettempdir()) / f"{name}{user}"


def private_folder(folder: Path) -> Path:
    """Return the folder, made if needed, once it is sure that nobody else can write there.

    Raises
    ------
    FileError
        ``warm.folder_unusable``, ``warm.folder_not_ours``.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise FileError.of(
            "warm.folder_unusable",
            "the warm start cannot use the folder {folder}: {reason}.",
            hint="Name another one with CXMATURITY_RUNTIME_DIR, or with TMPDIR.",
            folder=str(folder),
            reason=error.strerror or type(error).__name__,
        ) from error
    if not hasattr(os, "getuid"):
        return folder
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise FileError.of(
            "warm.folder_not_ours",
            "{folder} is not a folder of yours alone; the warm start will not use it.",
            hint="Remove it, or name another one with CXMATURITY_RUNTIME_DIR.",
            folder=str(folder),
        )
    return folder


def server_name(preload: Preload) -> str:
    """Return the name of the server that `preload` needs: 20 hexadecimal digits."""
    said = {
        "protocol": PROTOCOL,
        "python": [sys.executable, sys.version, sys.flags.optimize, sys.flags.dev_mode],
        "search": os.environ.get("PYTHONPATH", ""),
        "package": [str(PACKAGE), *_stamps(PACKAGE)],
        "installed": _installed(),
        "preload": [*preload.modules, preload.warm_up],
    }
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:20]


def _stamps(folder: Path) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _stamps(Path(entry.path))
        else:
            found = entry.stat()
            yield f"{entry.name} {found.st_size} {found.st_mtime_ns}"


def _installed() -> list[str]:
    """Name every installed distribution with its version; what a lock file says, as it is on the disk."""
    folders = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    return sorted(
        entry.name if entry.name.endswith(".dist-info") else f"{entry.name} {entry.stat().st_mtime_ns}"
        for folder in folders
        if Path(folder).is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith((".dist-info", ".egg-info", ".pth", ".egg-link"))
    )


def server_environment() -> dict[str, str]:
    """Return the environment of a server: what finding and importing needs, and no secret of who started it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(("LC_", "FONTCONFIG"))
    }
    search = [str(PACKAGE.parent)] if PACKAGE.parent != Path(sysconfig.get_path("purelib")) else []
    search += [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    if search:
        kept["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(search))
    return kept | ONE_THREAD | FIXED
