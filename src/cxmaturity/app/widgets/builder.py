"""The business-case builder as people meet it: `BusinessCaseBuilder`, in a notebook cell or on the page of a workshop.

The browser writes no field of this widget but the language. It sends the messages of `builder_messages.KINDS`, which are
checked there; everything shown is computed here and sent as four plain values: `form`, `results`, `status`, `job`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import traitlets

from cxmaturity.app.pages.look import worn
from cxmaturity.app.widgets.builder_form import form, status
from cxmaturity.app.widgets.builder_job import MIME, Job, Progress
from cxmaturity.app.widgets.builder_messages import EVENTS, FORMATS
from cxmaturity.app.widgets.builder_state import LIVE_DRAWS, BuilderState
from cxmaturity.app.widgets.builder_view import results
from cxmaturity.app.widgets.bundle import bundle_script, bundle_styles
from cxmaturity.app.widgets.guard import Guarded
from cxmaturity.app.widgets.guest import Guest
from cxmaturity.app.widgets.messages import Events
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.core.problems import InputError, Problem
from cxmaturity.core.text import Language

__all__ = ["EVENTS", "SETTING", "WRITABLE", "BusinessCaseBuilder", "open_builder"]

WRITABLE: Final[Mapping[str, int]] = {"language": 4}
"""Fields that a browser may write: the language shown, nothing else. What it may say is in `EVENTS`."""

SETTING: Final = "CXMATURITY_ENGAGEMENT"
"""Environment variable of the server's process that names the engagement folder of the page; never the address."""

GATHER_SECONDS: Final = 0.02
SETTLE_SECONDS: Final = 0.5
"""How long to wait for more changes before counting on a few trials, then before counting on all of them."""


class BusinessCaseBuilder(Guest, Guarded):
    """Build a business case on screen, and have it as a frozen value.

    Parameters
    ----------
    engagement : path, optional
        An engagement folder; without one the case starts from nothing and cannot be saved.
    language : {"en", "fr"}, optional
        The engagement's own by default; the person may change it at any time.
    currency : str, default "EUR"
        Of a case that starts from nothing.
    out : path, optional
        Where the documents go; ``reports`` in the engagement folder by default.

    Raises
    ------
    InputError
        Everything wrong with the engagement folder.

    Notes
    -----
    `case` is the case as typed, `result` that case evaluated on its own number of trials, `state` the observable state that all
    views share. A figure that is not understood, or that cannot be, is said beside its field and changes neither.
    """

    _esm: ClassVar[str] = bundle_script("builder.js")
    _css: ClassVar[str] = bundle_styles("tokens.css", "widget.css", "builder.css", scope=".cxm-builder")
    writable: ClassVar[Mapping[str, int]] = WRITABLE
    events: ClassVar[Events] = EVENTS

    form: Any = traitlets.Dict().tag(sync=True)
    results: Any = traitlets.Dict().tag(sync=True)
    status: Any = traitlets.Dict().tag(sync=True)
    job: Any = traitlets.Dict().tag(sync=True)
    theme: Any = traitlets.Dict().tag(sync=True)
    handled: Any = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        engagement: str | Path | None = None,
        language: Language | None = None,
        *,
        currency: str = "EUR",
        out: str | Path | None = None,
    ) -> None:
        self.state = BuilderState(engagement, language=language, currency=currency)
        self._job = Job(self._job_moved)
        self._out = None if out is None else Path(out)
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.state.evaluate()
        super().__init__(theme=worn(self.state.engagement.theme.primary), **self._shown())
        self.observe(self._speak, names="language")

    # --- for notebooks -----------------------------------------------------------------------------------------

    @property
    def case(self) -> BusinessCase | None:
        """The business case that the figures make, None while they make none."""
        found: BusinessCase | None = self.state.case
        return found

    @property
    def result(self) -> CaseResult | None:
        """The case evaluated on its own number of trials, as the report will."""
        return self.state.evaluate()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is to be said of the figures typed: errors and warnings."""
        found: tuple[Problem, ...] = self.state.problems
        return found

    def save(self) -> None:
        """Write what changed into the engagement file, its comments kept.

        Raises
        ------
        InputError
            Everything that would be wrong; the file is then as it was.
        """
        saved = self.state.save()
        self._publish()
        if not saved:
            raise InputError(self.state.refusals)

    def produce(self, formats: Sequence[str] = FORMATS, languages: Sequence[str] | None = None) -> Job:
        """Begin to make the documents from the saved engagement; ``.wait()`` on what is returned waits for them."""
        if self.state.file is not None:
            out = self._out or self.state.file.parent / "reports"
            spoken = languages or (self.state.language,)
            with contextlib.suppress(RuntimeError):
                self._loop = asyncio.get_running_loop()
            self._job.start(
                self.state.file, out, formats=formats, languages=spoken, spoken=self.state.language
            )
        return self._job

    # --- from the browser ----------------------------------------------------------------------------------------

    def receive(self, content: Mapping[str, Any]) -> None:
        """Do what an acceptable message asks, then show the result; messages in a row are counted once."""
        kind, state = content["kind"], self.state
        if kind == "figure":
            state.figure(content["path"], content["part"], content["text"])
        elif kind == "step":
            state.step(content["path"], content["part"], up=content["up"])
        elif kind == "range":
            state.set_range(content["path"], on=content["on"])
        elif kind == "goal":
            state.goal(content["id"], on=content["on"])
        elif kind == "cost":
            state.cost(content["action"], content["line"])
        elif kind == "undo":
            state.undo()
        else:
            self._receive_rarely(kind, content)
        self._soon(content["seq"])

    def _speak(self, change: Mapping[str, Any]) -> None:
        """Say everything in the language that was chosen."""
        if change["new"] != self.state.language:
            self.state.language = change["new"]
            self._soon(self.handled)

    def _receive_rarely(self, kind: str, content: Mapping[str, Any]) -> None:
        if kind == "save":
            self.state.save()
        elif kind == "reload":
            try:
                self.state.open()
            except InputError as error:
                self.state.refusals = error.problems
        elif kind == "produce":
            if not self.state.unsaved or self.state.save():
                self.produce(content["formats"], content["languages"])
        elif kind == "stop":
            self._job.stop()
        elif kind == "file":
            self._send_file(content["index"])

    def _send_file(self, index: int) -> None:
        files = self._job.progress.files
        if index < len(files):
            path, spoken = files[index]
            name = f"{self.state.engagement.client.id}-{path.stem}-{spoken}{path.suffix}"
            with contextlib.suppress(OSError):
                told = {
                    "kind": "file",
                    "name": name,
                    "type": MIME.get(path.suffix[1:], "application/octet-stream"),
                }
                self.send(told, buffers=[path.read_bytes()])

    # --- to the browser ------------------------------------------------------------------------------------------

    def _soon(self, seq: int) -> None:
        """Show the result once no more changes come: on a few trials at once, on all of them when it is quiet."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python: nothing else can come
            self._publish(seq=seq)
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(GATHER_SECONDS, self._live, loop, seq)

    def _live(self, loop: asyncio.AbstractEventLoop, seq: int) -> None:
        self._publish(draws=LIVE_DRAWS, seq=seq)
        self._timer = loop.call_later(SETTLE_SECONDS, self._publish)

    def _publish(self, *, draws: int | None = None, seq: int | None = None) -> None:
        self.state.evaluate(draws)
        with self.hold_sync():
            for name, value in self._shown().items():
                setattr(self, name, value)
            if seq is not None:
                self.handled = seq

    def _shown(self) -> dict[str, Any]:
        state = self.state
        return {
            "language": state.language,
            "results": results(state),
            "status": status(state),
            "form": form(state),
            "job": self._job.progress.shown(state.language),
        }

    def _job_moved(self, progress: Progress) -> None:
        """Show where the documents stand; called from another thread, shown from the loop's."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._show_job, progress)
        else:
            self._show_job(progress)

    def _show_job(self, progress: Progress) -> None:
        self.job = progress.shown(self.state.language)

    def close(self) -> None:
        """Stop what is running and close the widget."""
        if self._timer is not None:
            self._timer.cancel()
        self._job.stop()
        super().close()


def open_builder(
    engagement: str | Path | None = None, language: Language | None = None
) -> BusinessCaseBuilder:
    """Return the builder of the notebook: on the folder that the server was started with, else on the one named.

    Parameters
    ----------
    engagement : path, optional
        Used when the process has no setting of its own (`SETTING`), as in JupyterLab.
    language : {"en", "fr"}, optional
        The engagement's own by default.
    """
    return BusinessCaseBuilder(os.environ.get(SETTING) or engagement, language)
