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
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from cxmaturity.core.problems import CxMaturityError, InputError, Problem, UnknownIdError
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import DEFAULT_SEED, Engagement
from cxmaturity.reporting.deliverable import check_cells, check_page, check_pdf
from cxmaturity.reporting.names import check_language, check_sections
from cxmaturity.reporting.output import claim_folder, write_whole
from cxmaturity.reporting.parameters import as_parameter, check_parameters
from cxmaturity.reporting.quick_imports import without_address_grammar
from cxmaturity.resources import resource

NOTEBOOK_FORMATS: Final = ("html", "pdf")
OFFICE_FORMATS: Final = ("xlsx", "pptx")
FORMATS: Final = (*NOTEBOOK_FORMATS, *OFFICE_FORMATS)
NOTEBOOK: Final = "notebooks/client_report.ipynb"
PHASES: Final = ("check", "kernel", "imports", "compute", "drawing", "html", "pdf", "xlsx", "pptx")
_CELL_PHASES: Final = {"imports": "imports", "open": "compute"}
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
    asked = [
        {
            "engagement": str(Path(path).resolve()),
            "language": language,
            "as_of": as_parameter(as_of),
            "sections": None if sections is None else list(check_sections(sections)),
        }
        for language in spoken
    ]
    for parameters in asked:
        check_parameters(resource(NOTEBOOK), parameters)
    folder = claim_folder(Path(out), engagement.client, Path(path), force=force)
    runs = [
        _Run(
            engagement=engagement,
            as_of=as_of or engagement.as_of,
            language=language,
            progress=progress,
            started=started,
            template=template,
        )
        for language in spoken
    ]

    def one(run: _Run, parameters: Mapping[str, Any]) -> Outcome:
        try:
            return run.outcome(parameters, tuple(formats), folder / run.language, keep_notebook=keep_notebook)
        finally:
            _close_loop()

    with ThreadPoolExecutor(max_workers=min(KERNELS, len(runs))) as pool:
        return tuple(pool.map(one, runs, asked))


@attrs.define(kw_only=True)
class _Run:
    """One run while it lasts: its clock and its phases."""

    engagement: Engagement
    as_of: dt.date
    language: Language
    progress: Progress | None
    started: float
    template: bytes | None
    seconds: dict[str, float] = attrs.field(factory=lambda: dict.fromkeys(PHASES, 0.0))

    def outcome(
        self, parameters: Mapping[str, Any], formats: tuple[str, ...], folder: Path, *, keep_notebook: bool
    ) -> Outcome:
        """Run the notebook, set the documents, check them, and only then write them."""
        files: dict[Path, bytes] = {}
        problems: list[Problem] = []
        try:
            if keep_notebook or set(formats) & set(NOTEBOOK_FORMATS):
                notebook = self._executed(parameters)
                for format_ in (format_ for format_ in formats if format_ in NOTEBOOK_FORMATS):
                    data, found = self._exported(notebook, format_)
                    files[folder / f"report.{format_}"] = data
                    problems += found
                problems += check_cells(notebook, _section_names(notebook))
                if keep_notebook:
                    files[folder / "report.ipynb"] = _written(notebook)
            office, found = self._office([format_ for format_ in formats if format_ in OFFICE_FORMATS])
            files |= {folder / name: data for name, data in office.items()}
            problems += found
        except CxMaturityError as error:
            problems += error.problems
        failed = any(problem.severity == "error" for problem in problems)
        if not failed:
            for path, data in files.items():
                write_whole(path, data)
        return Outcome(
            client=self.engagement.client.name,
            language=self.language,
            status="failed" if failed else "done",
            paths=() if failed else tuple(files),
            seconds=self.seconds,
            problems=tuple(problems),
        )

    def _begin(self, phase: str) -> float:
        if self.progress is not None:
            self.progress(self.engagement.client.name, self.language, phase)
        return time.perf_counter()

    def _executed(self, parameters: Mapping[str, Any]) -> Any:
        begun = self._begin("kernel")
        self.seconds["check"] = begun - self.started
        notebook = execute(resource(NOTEBOOK), parameters)
        total = time.perf_counter() - begun
        for cell in notebook.cells:
            spent = cell.metadata.get("papermill", {}).get("duration") or 0.0
            if cell.cell_type == "code":
                self.seconds[_CELL_PHASES.get(cell.id, "drawing")] += spent
        self.seconds["kernel"] = total - sum(
            self.seconds[phase] for phase in ("imports", "compute", "drawing")
        )
        return notebook

    def _office(self, formats: Sequence[str]) -> tuple[dict[str, bytes], list[Problem]]:
        """Write the workbook and the slides from the same diagnosis; without a case there is no workbook, said so."""
        if not formats:
            return {}, []
        from cxmaturity.engagement import diagnose
        from cxmaturity.files import load_catalog
        from cxmaturity.reporting.deck import write_deck
        from cxmaturity.reporting.workbook import write_workbook

        catalog = load_catalog()
        diagnostic = diagnose(self.engagement, catalog, as_of=self.as_of, seed=DEFAULT_SEED)
        written: dict[str, bytes] = {}
        problems: list[Problem] = []
        for format_ in formats:
            begun = self._begin(format_)
            if format_ == "pptx":
                written["slides.pptx"] = write_deck(
                    diagnostic, catalog, language=self.language, template=self.template
                )
            elif diagnostic.case is None:
                problems.append(_no_workbook(self.engagement.client.name))
            else:
                written["workbook.xlsx"] = write_workbook(diagnostic, catalog, language=self.language)
            self.seconds[format_] = time.perf_counter() - begun
        return written, problems

    def _exported(self, notebook: Any, format_: str) -> tuple[bytes, list[Problem]]:
        from cxmaturity.reporting.document import from_notebook
        from cxmaturity.reporting.exporters import ReportHTMLExporter, ReportPDFExporter  # heavy

        begun = self._begin(format_)
        if format_ == "html":
            exporter: Any = ReportHTMLExporter()  # type: ignore[no-untyped-call]  # nbconvert has no types
            page, _ = exporter.from_notebook_node(notebook)
            data, problems = page.encode(), check_page(from_notebook(notebook), page)
        else:
            exporter = ReportPDFExporter()  # type: ignore[no-untyped-call]  # nbconvert has no types
            data, _ = exporter.from_notebook_node(notebook)
            problems = check_pdf(data)
        self.seconds[format_] = time.perf_counter() - begun
        return data, problems


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


def _no_workbook(client: str) -> Problem:
    return Problem(
        code="reporting.no_workbook",
        template="{client} has no business case: there is no workbook to write.",
        hint="Fill baseline, levers, costs and finance to have one.",
        params={"client": client},
        severity="warning",
    )


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


def _section_names(notebook: Any) -> dict[str, str]:
    return {cell.id: cell.id.replace("-", "_") for cell in notebook.cells}


def _written(notebook: Any) -> bytes:
    import nbformat

    return str(nbformat.writes(notebook)).encode()  # type: ignore[no-untyped-call]  # nbformat has no types
