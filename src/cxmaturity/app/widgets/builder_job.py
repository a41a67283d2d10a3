"""The documents being made: how far, what was written, what went wrong, in values that the page shows."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from cxmaturity.i18n import message

MIME: Final = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MODULE: Final = "cxmaturity.app.widgets.builder_produce"
_SHOWN_PHASES: Final = ("kernel", "html", "pdf", "xlsx", "pptx")


@attrs.frozen(kw_only=True)
class Progress:
    """Where the work stands. `files` are (path, language) of what was written; `failed` says why not, in words."""

    state: Literal["idle", "running", "done", "failed", "stopped"] = "idle"
    phase: str = ""
    done: int = 0
    total: int = 1
    files: tuple[tuple[Path, str], ...] = ()
    failed: tuple[str, ...] = ()

    def shown(self, language: Any) -> dict[str, Any]:
        """Return what the page shows of it."""
        ending = {"done": "done", "failed": "failed", "stopped": "stopped"}.get(self.state)
        text = ""
        if ending:
            text = message(f"builder.job.{ending}", language)
        elif self.state == "running":
            key = f"phase.{self.phase}" if self.phase in _SHOWN_PHASES else "starting"
            text = message(f"builder.job.{key}", language)
        return {
            "state": self.state,
            "text": text,
            "done": self.done,
            "total": self.total,
            "failed": list(self.failed),
            "files": [
                {"index": index, "name": path.name, "format": path.suffix[1:], "language": spoken}
                for index, (path, spoken) in enumerate(self.files)
            ],
        }


class Job:
    """One making of documents at a time, in a process of its own.

    Parameters
    ----------
    told : callable
        Called with each `Progress`, from the thread that reads the process.
    """

    def __init__(self, told: Callable[[Progress], None]) -> None:
        self._told = told
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self.progress = Progress()

    @property
    def running(self) -> bool:
        """Whether documents are being made."""
        return self.progress.state == "running"

    def start(
        self, engagement: Path, out: Path, *, formats: Sequence[str], languages: Sequence[str], spoken: str
    ) -> None:
        """Begin, unless it is already running."""
        if self.running:
            return
        notebook = bool({"html", "pdf"} & set(formats))
        total = len(languages) * (len(formats) + notebook)
        self._stopping = False
        self._tell(Progress(state="running", total=max(1, total)))
        self._process = subprocess.Popen(  # noqa: S603  # our own module, nothing of a user on the line
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        asked = {"engagement": str(engagement), "out": str(out), "formats": list(formats),
                 "languages": list(languages), "spoken": spoken}  # fmt: skip
        self._thread = threading.Thread(
            target=self._follow, args=(self._process, json.dumps(asked)), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop the process and what it started."""
        process = self._process
        if process is None or not self.running:
            return
        self._stopping = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGTERM)
            else:
                process.terminate()

    def wait(self, seconds: float | None = None) -> Progress:
        """Wait until it is over (for notebooks and tests) and return where it stands."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self.progress

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        self._told(progress)

    def _follow(self, process: subprocess.Popen[str], asked: str) -> None:
        last: dict[str, Any] = {}
        with process:
            with contextlib.suppress(BrokenPipeError):
                (process.stdin or sys.stdin).write(asked)
                (process.stdin or sys.stdin).close()
            for line in process.stdout or ():
                with contextlib.suppress(ValueError):
                    last = json.loads(line)
                    if last.get("phase") in _SHOWN_PHASES:
                        done = min(self.progress.done + 1, self.progress.total)
                        self._tell(attrs.evolve(self.progress, phase=last["phase"], done=done))
        files = tuple((Path(found["path"]), str(found["language"])) for found in last.get("files", ()))
        failed = tuple(str(said) for said in last.get("failed", ()))
        ending: Literal["done", "failed", "stopped"] = "done" if files and not failed else "failed"
        if self._stopping and not files:
            ending = "stopped"
        self._tell(attrs.evolve(self.progress, state=ending, phase="", files=files, failed=failed))
