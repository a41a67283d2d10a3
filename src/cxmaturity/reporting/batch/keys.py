"""What a set of documents was made from, as one digest, and as a digest of each part so that a change can be named.

Content addressing: two runs with the same key give the same bytes, so the second need not run. The files of a client are the
ones that its last run read; while `engagement.yaml` is the same file, it names the same others.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.resources import resource

PARTS: Final = ("inputs", "parameters", "notebook", "look", "slides", "program", "formats", "seed")
"""What a key is made of, in the order in which a change is told."""

MAKERS: Final = (
    "babel",
    "jinja2",
    "lxml",
    "matplotlib",
    "nbconvert",
    "numpy",
    "openpyxl",
    "pandas",
    "pillow",
    "python-pptx",
    "pyyaml",
    "ruamel.yaml",
    "scipy",
    "seaborn",
    "typst",
    "xlsxwriter",
)
"""The libraries whose version can change a byte of a document."""


@attrs.frozen(kw_only=True)
class JobKey:
    """The digest of a job and of each of its parts (hexadecimal SHA-256, parts cut to 16 digits)."""

    digest: str
    parts: Mapping[str, str]

    def changed(self, before: Mapping[str, str]) -> tuple[str, ...]:
        """Return the parts that differ from an earlier key's, in the order of `PARTS`.

        Examples
        --------
        >>> key = job_key({"engagement.yaml": "aa"}, {"language": "fr"}, formats=["html"], seed=1)
        >>> key.changed(key.parts), key.changed({**key.parts, "inputs": "0"})
        ((), ('inputs',))
        """
        return tuple(part for part in PARTS if self.parts.get(part) != before.get(part))


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a value as canonical JSON: sorted keys, no spaces, no floats that are not numbers."""
    told = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(told.encode()).hexdigest()


def job_key(
    inputs: Mapping[str, str],
    parameters: Mapping[str, Any],
    *,
    formats: Sequence[str],
    seed: int,
    slides: str = "",
) -> JobKey:
    """Return the key of one client in one language.

    Parameters
    ----------
    inputs : mapping of str to str
        File name in the client's folder to the SHA-256 of its bytes (`file_digests`).
    parameters : mapping
        What the notebook is given, checked and complete, without any path of this machine.
    formats : sequence of str
        The documents asked for; their order does not matter.
    seed : int
        Of the random numbers.
    slides : str, optional
        The digest of the slide template.
    """
    standing = standing_parts()
    parts = {
        "inputs": digest_of(dict(inputs))[:16],
        "parameters": digest_of(dict(parameters))[:16],
        "notebook": standing["notebook"],
        "look": standing["look"],
        "slides": slides[:16],
        "program": standing["program"],
        "formats": ",".join(sorted(formats)),
        "seed": str(seed),
    }
    return JobKey(digest=digest_of(parts), parts=parts)


def file_digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, None when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def file_digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder; one that is not there has an empty digest, which no file has."""
    return {name: file_digest(folder / name) or "" for name in sorted(set(names))}


def tree_digest(root: Path, suffixes: Sequence[str] = ()) -> str:
    """Return one digest for a folder: the names and the bytes of its files, caches and hidden files left out."""
    found = hashlib.sha256()
    files = sorted(root.rglob("*")) if root.is_dir() else [root]
    for path in files:
        *folders, name = path.relative_to(root.parent).parts
        hidden = name.startswith(".") or any(part.startswith((".", "__")) for part in folders)
        if hidden or not path.is_file() or (suffixes and path.suffix not in suffixes):
            continue
        found.update(path.relative_to(root.parent).as_posix().encode() + b"\0")
        found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


@cache
def standing_parts() -> Mapping[str, str]:
    """Return the parts that are the same for every client of a run, computed once in a process."""
    package = Path(__file__).resolve().parents[2]
    look = [tree_digest(resource(f"templates/{name}")) for name in ("nbconvert", "typst", "fonts")]
    program = [tree_digest(package / room, (".py", ".yaml", ".json", ".css")) for room in _rooms(package)]
    return {
        "notebook": tree_digest(resource("notebooks/client_report.ipynb"))[:16],
        "look": digest_of(look)[:16],
        "program": digest_of([program, list(maker_versions().values())])[:16],
    }


@cache
def maker_versions() -> Mapping[str, str]:
    """Return the version of Python and of each library that can change a byte; empty where it is not installed."""
    return {"python": platform.python_version()} | {name: version_of(name) for name in MAKERS}


def _rooms(package: Path) -> list[str]:
    """Return the rooms that a document is made in: not the faces, nor the store."""
    left_out = {"cli", "app", "store", "_resources", "__pycache__"}
    return sorted(item.name for item in package.iterdir() if item.is_dir() and item.name not in left_out)


def version_of(name: str) -> str:
    """Return the version of an installed distribution; empty where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
