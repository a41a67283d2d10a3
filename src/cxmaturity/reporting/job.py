"""The one job core: from a client's folder to its documents as bytes; nothing is written, nothing is remembered.

Every door shares it: the command line, a batch in warm processes, a worker of a cluster. A door brings the way to execute
the notebook (a kernel of its own, or the process it stands in) and decides what becomes of the bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.core.problems import CxMaturityError, Problem
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import DEFAULT_SEED, Engagement
from cxmaturity.reporting.deliverable import check_cells, check_figures, check_page, check_pdf, check_tags
from cxmaturity.reporting.parameters import as_parameter
from cxmaturity.resources import resource

NOTEBOOK_FORMATS: Final = ("html", "pdf")
OFFICE_FORMATS: Final = ("xlsx", "pptx")
FORMATS: Final = (*NOTEBOOK_FORMATS, *OFFICE_FORMATS)
NOTEBOOK: Final = "notebooks/client_report.ipynb"
PHASES: Final = ("check", "kernel", "imports", "compute", "drawing", "html", "pdf", "xlsx", "pptx")
_CELL_PHASES: Final = {"imports": "imports", "open": "compute"}

Execute = Callable[[Path, Mapping[str, Any]], Any]
"""Runs a notebook with parameters and returns it executed; raises a `CxMaturityError` when a section fails."""

Begin = Callable[[str], None]
"""Told each phase (one of `PHASES`) as it begins."""


@attrs.frozen(kw_only=True)
class Job:
    """One client in one language: all that its documents depend on.

    `source` is the engagement folder or its ``engagement.yaml``; `slides` the bytes of a ``.pptx`` whose master the slides use;
    `keep_notebook` adds the executed notebook, which names the client's folder.
    """

    source: Path
    language: Language
    formats: tuple[str, ...]
    as_of: dt.date | None = None
    sections: tuple[str, ...] | None = None
    slides: bytes | None = attrs.field(default=None, repr=False)
    keep_notebook: bool = False
    seed: int = DEFAULT_SEED

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of the report notebook."""
        return {
            "engagement": str(self.source.resolve()),
            "language": self.language,
            "as_of": as_parameter(self.as_of),
            "sections": None if self.sections is None else list(self.sections),
        }


@attrs.frozen(kw_only=True)
class Made:
    """What a job made: the documents by file name, what was wrong or worth saying, how long each phase took.

    `documents` is empty when anything failed: half a delivery is none. `figures` are the headline numbers, for a portfolio.
    """

    documents: Mapping[str, bytes] = attrs.field(repr=False)
    problems: tuple[Problem, ...]
    seconds: Mapping[str, float]
    figures: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.severity == "error" for problem in self.problems)


def make(
    job: Job, engagement: Engagement, *, execute: Execute, begin: Begin | None = None, waited: float = 0.0
) -> Made:
    """Run the notebook, set the documents, check them; return them all, or what failed.

    Parameters
    ----------
    job : Job
        What to make.
    engagement : Engagement
        The client, read and free of errors.
    execute : callable
        How the notebook is run.
    begin : callable, optional
        Told each phase.
    waited : float, default 0.0
        Seconds already spent on reading and checking, for the phase ``check``.
    """
    making = _Making(job=job, engagement=engagement, execute=execute, begin=begin)
    making.seconds["check"] = waited
    try:
        making.all()
    except CxMaturityError as error:
        making.problems += error.problems
    failed = any(problem.severity == "error" for problem in making.problems)
    return Made(
        documents={} if failed else making.documents,
        problems=tuple(making.problems),
        seconds=making.seconds,
        figures=making.figures,
    )


@attrs.define(kw_only=True)
class _Making:
    """One job while it lasts: its clock, its phases, what it has so far."""

    job: Job
    engagement: Engagement
    execute: Execute
    begin: Begin | None
    seconds: dict[str, float] = attrs.field(factory=lambda: dict.fromkeys(PHASES, 0.0))
    documents: dict[str, bytes] = attrs.field(factory=dict)
    problems: list[Problem] = attrs.field(factory=list)
    figures: Mapping[str, Any] = attrs.field(factory=dict)

    def all(self) -> None:
        """Make every document asked for."""
        formats = self.job.formats
        if self.job.keep_notebook or set(formats) & set(NOTEBOOK_FORMATS):
            notebook = self._executed()
            # Typst lets Python work: the page is set and checked meanwhile, and "pdf" is what it took beyond that.
            with ThreadPoolExecutor(1) as beside:
                pdf = beside.submit(_pdf, notebook) if "pdf" in formats else None
                if "html" in formats:
                    self._page(notebook)
                self.problems += check_cells(notebook, _section_names(notebook))
                written = _written(notebook) if self.job.keep_notebook else None
                if pdf is not None:
                    begun = self._begin("pdf")
                    self.documents["report.pdf"], problems = pdf.result()
                    self.problems += problems
                    self.seconds["pdf"] = time.perf_counter() - begun
                if written is not None:
                    self.documents["report.ipynb"] = written
        self._office([format_ for format_ in formats if format_ in OFFICE_FORMATS])

    def _begin(self, phase: str) -> float:
        if self.begin is not None:
            self.begin(phase)
        return time.perf_counter()

    def _executed(self) -> Any:
        from cxmaturity.reporting.document import figures_of

        begun = self._begin("kernel")
        notebook = self.execute(resource(NOTEBOOK), self.job.parameters())
        total = time.perf_counter() - begun
        for cell in notebook.cells:
            spent = cell.metadata.get("papermill", {}).get("duration") or 0.0
            if cell.cell_type == "code":
                self.seconds[_CELL_PHASES.get(cell.id, "drawing")] += spent
        self.seconds["kernel"] = total - sum(
            self.seconds[phase] for phase in ("imports", "compute", "drawing")
        )
        self.figures = figures_of(notebook)
        return notebook

    def _page(self, notebook: Any) -> None:
        from cxmaturity.reporting.exporters import ReportHTMLExporter  # heavy

        begun = self._begin("html")
        exporter: Any = ReportHTMLExporter()  # type: ignore[no-untyped-call]  # nbconvert has no types
        page, _ = exporter.from_notebook_node(notebook)
        self.documents["report.html"] = page.encode()
        self.problems += check_page(exporter.document, page)
        self.problems += check_figures(self.figures, page, self.job.language)
        self.seconds["html"] = time.perf_counter() - begun

    def _office(self, formats: Sequence[str]) -> None:
        """Write the workbook and the slides from the same diagnosis; without a case there is no workbook, said so."""
        if not formats:
            return
        from cxmaturity.engagement import diagnose
        from cxmaturity.files import load_catalog
        from cxmaturity.reporting.deck import plan_deck, write_deck
        from cxmaturity.reporting.session import headline
        from cxmaturity.reporting.workbook import write_workbook

        catalog = load_catalog()
        as_of = self.job.as_of or self.engagement.as_of
        diagnostic = diagnose(self.engagement, catalog, as_of=as_of, seed=self.job.seed)
        self.figures = self.figures or headline(diagnostic)
        for format_ in formats:
            begun = self._begin(format_)
            if format_ == "pptx":
                deck = plan_deck(diagnostic, catalog, language=self.job.language)
                self.documents["slides.pptx"] = write_deck(deck, template=self.job.slides)
            elif diagnostic.case is None:
                self.problems.append(_no_workbook(self.engagement.client.name))
            else:
                self.documents["workbook.xlsx"] = write_workbook(
                    diagnostic, catalog, language=self.job.language
                )
            self.seconds[format_] = time.perf_counter() - begun


def _pdf(notebook: Any) -> tuple[bytes, list[Problem]]:
    """Return the PDF of an executed notebook and what is wrong with it."""
    from cxmaturity.reporting.exporters import ReportPDFExporter  # heavy

    exporter: Any = ReportPDFExporter()  # type: ignore[no-untyped-call]  # nbconvert has no types
    data, _ = exporter.from_notebook_node(notebook)
    return data, [*check_pdf(data), *check_tags(exporter.document, data)]


def _no_workbook(client: str) -> Problem:
    return Problem(
        code="reporting.no_workbook",
        template="{client} has no business case: there is no workbook to write.",
        hint="Fill baseline, levers, costs and finance to have one.",
        params={"client": client},
        severity="warning",
    )


def _section_names(notebook: Any) -> dict[str, str]:
    return {cell.id: cell.id.replace("-", "_") for cell in notebook.cells}


def _written(notebook: Any) -> bytes:
    """Return a notebook as its file, a cell to a line; nbformat would take longer to indent it than the page took."""
    rest = {name: value for name, value in notebook.items() if name != "cells"}
    cells = ",\n  ".join(_compact(cell) for cell in notebook.cells)
    return f'{{\n "cells": [\n  {cells}\n ],\n {_compact(rest)[1:]}\n'.encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
