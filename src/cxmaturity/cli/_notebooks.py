"""The shipped notebooks in a folder of the user's own: brought up to date, never over somebody's work."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.cli._campaigns import PRIVATE, cannot_write
from cxmaturity.resources import resource

WORKSPACE: Final = "cxmaturity"
_MEMORY: Final = "notebooks.json"
_EXAMPLE: Final = "../examples/maison-lavande"


@attrs.frozen(kw_only=True)
class Copied:
    """The notebooks written, and those left alone because somebody had changed them."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def copy_to(folder: Path, engagement: Path | None = None) -> Copied:
    """Copy the notebooks: those missing, and those that nobody changed since an older version was copied.

    Running a notebook does not change it: only its cells count, not what they printed. The copies work on
    `engagement`; without one, on a copy of the example that the shipped notebooks name.

    Raises
    ------
    FileError
        ``cli.cannot_write``.
    """
    written, kept = list[Path](), list[Path]()
    try:
        memory = _private(folder) / _MEMORY
        copied = _read_memory(memory)
        where = _example(folder) if engagement is None else _relative(engagement, folder)
        for shipped in sorted(resource("notebooks").glob("*.ipynb")):
            content, copy = _on(shipped.read_bytes(), where), folder / shipped.name
            new, mine = _cells(content), _cells(copy.read_bytes()) if copy.exists() else None
            if mine is None or (mine != new and mine == copied.get(shipped.name)):
                copy.write_bytes(content)
                written.append(copy)
            elif mine != new:
                kept.append(copy)
                continue
            copied[shipped.name] = new
        memory.write_text(json.dumps(copied, indent=1, sort_keys=True), encoding="utf-8")
    except OSError as error:
        raise cannot_write(Path(error.filename or folder), error) from error
    return Copied(written=tuple(written), kept=tuple(kept))


def _on(notebook: bytes, engagement: str) -> bytes:
    """Return a shipped notebook that names `engagement` where it named the example of a checkout."""
    return notebook.replace(_EXAMPLE.encode(), json.dumps(engagement)[1:-1].encode())


def _relative(engagement: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(engagement.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return engagement.resolve().as_posix()


def _example(folder: Path) -> str:
    """Copy the example beside the notebooks, once: what is saved there is not the package's own."""
    copy = folder / Path(_EXAMPLE).name
    if not copy.exists():
        shutil.copytree(resource(_EXAMPLE.removeprefix("../")), copy, ignore=shutil.ignore_patterns(".*"))
    return copy.name


def workspaces(folder: Path, files: Sequence[str]) -> Path:
    """Write a workspace of JupyterLab in which `files` are open side by side as tabs, and return its folder."""
    place = _private(folder) / "workspaces"
    names = [f"notebook:{file}" for file in files if (folder / file).exists()]
    data: dict[str, Any] = {
        "layout-restorer:data": {
            "main": {
                "dock": {"type": "tab-area", "currentIndex": 0, "widgets": names},
                "current": names[0] if names else "",
            },
            "relativeSizes": [0.2, 0.8, 0],
        }
    }
    for name in names:
        data[name] = {"data": {"path": name.removeprefix("notebook:"), "factory": "Notebook"}}
    text = json.dumps({"data": data, "metadata": {"id": WORKSPACE}})
    try:
        place.mkdir(exist_ok=True)
        file = place / f"{WORKSPACE}{_slug_end()}.jupyterlab-workspace"
        if not file.exists():  # afterwards it is the user's own layout
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise cannot_write(place, error) from error
    return place.resolve()


def quiet_settings(folder: Path) -> Path:
    """Write what JupyterLab takes for its defaults here, and return the folder to read it from: no news, no updates.

    Otherwise the first thing that a newcomer meets is a question whether to ask another site for news. The user's own
    settings come before these.
    """
    place = _private(folder) / "jupyter"
    text = json.dumps(
        {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    )
    try:
        (place / "labconfig").mkdir(parents=True, exist_ok=True)
        (place / "labconfig" / "default_setting_overrides.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise cannot_write(place, error) from error
    return place.resolve()


def _slug_end() -> str:
    """Return what JupyterLab adds to the name of a workspace's file: the start of a hash of its name."""
    return f"-{hashlib.sha256(WORKSPACE.encode()).hexdigest()[:4]}"


def _private(folder: Path) -> Path:
    place = folder / PRIVATE
    place.mkdir(parents=True, exist_ok=True)
    return place


def _read_memory(memory: Path) -> dict[str, str]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in known.items()} if isinstance(known, dict) else {}


def _cells(content: bytes) -> str:
    """Return a digest of what somebody wrote in a notebook; of the whole file when it is none."""
    try:
        cells = [
            [cell.get("cell_type"), "".join(cell.get("source", ""))] for cell in json.loads(content)["cells"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()
