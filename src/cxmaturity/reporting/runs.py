"""From an engagement folder to the client's documents: one fresh kernel per language, nothing half written.

Papermill runs the report notebook, nbconvert exporters set what its cells show; both work in memory, and
files appear only when every one of them is whole and checked.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from cxmaturity.core.problems import FileError, InputError, Problem, UnknownIdError
from cxmaturity.core.quick_imports import without_address_grammar
from cxmaturity.core.text import Language
from cxmaturity.reporting.job import FORMATS, NOTEBOOK, NOTEBOOK_FORMATS, PHASES, Job, make
from cxmaturity.reporting.names import check_language, check_sections
from cxmaturity.reporting.output import claim_folder, write_whole
from cxmaturity.reporting.parameters import check_parameters
from cxmaturity.resources import resource

__all__ = ["FORMATS", "NOTEBOOK", "PHASES", "Outcome", "execute", "make_report"]

CELL_SECONDS: Final = 300
KERNELS: Final = 2
"""How many languages of one client are set at once, each in its own kernel."""

Progress = Callable[[str, Language, str], None]
"""Called with the client's name, the language and the phase that begins (one of `PHASES`)."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of one report of one client in one language.

    `paths` are the files written, none when `status` is ``failed``; `seconds` says how long each phase took
    (reading and checking, kernel start and stop, imports, computation, drawing, page, PDF) and adds up to the
    whole run; `problems` holds what failed, and warnings.
    """

    client: str
    language: Language
    status: Literal["done", "failed"]
    paths: tuple[Path, ...]
    seconds: Mapping[str, float]
    problems: tuple[Problem, ...]


def make_report(
    path: str | Path,
    *,
    languages: Sequence[str] | None = None,
    formats: Sequence[str] = NOTEBOOK_FORMATS,
    out: str | Path,
    as_of: dt.date | None = None,
    force: bool = False,
    sections: Sequence[str] | None = None,
    progress: Progress | None = None,
    keep_notebook: bool = False,
    template: bytes | None = None,
) -> tuple[Outcome, ...]:
    """Write the report of one client, in each language and format, under ``out/<client id>/<language>/``.

    Parameters
    ----------
    path : str or Path
        The engagement folder, or its ``engagement.yaml``.
    languages : sequence of {"en", "fr"}, optional
        The engagement's own by default.
    formats : sequence of {"html", "pdf", "xlsx", "pptx"}
        Which documents; the workbook and the slides need no kernel.
    out : str or Path
        The folder of all clients' reports.
    as_of : datetime.date, optional
        The engagement's own by default.
    force : bool, default False
        Replace reports in the client's folder even if they are another client's, or not ours.
    sections : sequence of str, optional
        Some sections only.
    progress : callable, optional
        Told the client, the language and each phase as it begins, from the thread that runs it.
    keep_notebook : bool, default False
        Also write the executed notebook. It names the engagement's path, so it is not part of what a client
        receives.
    template : bytes, optional
        A ``.pptx`` whose master and layouts the slides use.

    Returns
    -------
    tuple of Outcome
        One per language, in the order asked for; files are ``report.html``, ``report.pdf``, ``workbook.xlsx``, ``slides.pptx``.
         A run that fails leaves what stood there before.

    Raises
    ------
    InputError
        Before any kernel starts: everything wrong with the engagement or the parameters;
        ``reporting.other_client``, ``reporting.not_ours``.
    UnknownIdError
        ``core.unknown_id`` for an unknown language, format or section.
    """
    started = time.perf_counter()
    for format_ in formats:
        if format_ not in FORMATS:
            raise UnknownIdError.from_name("format", format_, FORMATS)
    with without_address_grammar():
        import nbconvert.exporters  # noqa: F401  # heavy, and paid once
        import papermill  # noqa: F401
    from cxmaturity.files import read_engagement  # heavy

    engagement = read_engagement(path)
    spoken = [check_language(language) for language in dict.fromkeys(languages or (engagement.language,))]
    chosen = None if sections is None else tuple(check_sections(sections))
    jobs = [
        Job(
            source=Path(path),
            language=language,
            formats=tuple(formats),
            as_of=as_of,
            sections=chosen,
            slides=template,
            keep_notebook=keep_notebook,
        )
        for language in spoken
    ]
    for job in jobs:
        check_parameters(resource(NOTEBOOK), job.parameters())
    folder = claim_folder(Path(out), engagement.client, Path(path), force=force)
    waited = time.perf_counter() - started
    name = engagement.client.name

    def one(job: Job) -> Outcome:
        begin = None if progress is None else partial(progress, name, job.language)
        try:
            made = make(job, engagement, execute=execute, begin=begin, waited=waited)
            paths = tuple(folder / job.language / document for document in made.documents)
            try:
                for document, data in made.documents.items():
                    write_whole(folder / job.language / document, data)
            except FileError as error:
                made, paths = attrs.evolve(made, problems=(*made.problems, *error.problems)), ()
            return Outcome(
                client=name,
                language=job.language,
                status="failed" if made.failed else "done",
                paths=paths,
                seconds=made.seconds,
                problems=made.problems,
            )
        finally:
            _close_loop()

    with ThreadPoolExecutor(max_workers=min(KERNELS, len(jobs))) as pool:
        return tuple(pool.map(one, jobs))


def execute(notebook: Path, parameters: Mapping[str, Any]) -> Any:
    """Run a report notebook in a fresh kernel through papermill, and return it executed; nothing is written.

    Raises
    ------
    InputError
        ``reporting.section_failed`` when a cell fails, ``reporting.kernel`` when the kernel does.
    """
    import nbformat  # heavy
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    from cxmaturity.reporting.kernels import ReportKernelManager

    source: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    with tempfile.TemporaryDirectory(prefix="cxm-", ignore_cleanup_errors=True) as workspace:
        try:
            return papermill.execute_notebook(
                source,
                None,
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                execution_timeout=CELL_SECONDS,
                shutdown_kernel="immediate",  # nothing to save; asking politely prints on the terminal
                kernel_manager_class=ReportKernelManager,
                config=Config({"ReportKernelManager": {"workspace": workspace}}),
            )
        except papermill.PapermillExecutionError as error:
            raise _section_failed(source, error) from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise InputError.of(
                "reporting.kernel",
                "the kernel of the report stopped: {reason}",
                reason=str(error).strip()[:300],
            ) from error


def _close_loop() -> None:
    """Close the event loop that jupyter_client leaves in a worker thread, with its sockets."""
    with contextlib.suppress(RuntimeError):
        loop = asyncio.get_event_loop()
        loop.close()
        asyncio.set_event_loop(None)


def _section_failed(source: Any, error: Any) -> InputError:
    """Name the section whose cell failed, and what the error said, without its traceback."""
    cell = next((cell.id for cell in source.cells if cell.source == error.source), "parameters")
    return InputError.of(
        "reporting.section_failed",
        "the section '{section}' of the report failed: {name}: {said}",
        section=cell,
        name=error.ename,
        said=str(error.evalue).strip()[:500],
    )
