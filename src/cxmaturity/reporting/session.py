"""The report as a consultant and the report notebook meet it: open it once, then show it section by section.

`open_report` reads and diagnoses; every method only shows. Nothing is computed twice, and nothing here
computes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity import charts, i18n
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.engagement import diagnose
from cxmaturity.engagement.values import DEFAULT_SEED, Diagnostic, Engagement
from cxmaturity.files import load_catalog, read_engagement
from cxmaturity.reporting import blocks
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.document import MIME, Document, Identity, Logo, Part, number, to_payload
from cxmaturity.reporting.html import Setting, blocks_html, logo_html, part_html
from cxmaturity.reporting.inline import text_of
from cxmaturity.reporting.names import check_day, check_language, check_sections
from cxmaturity.reporting.style import style

_ON_ANSWERS: Final = ("profile", "agreement", "evidence")
_ON_JOURNEYS: Final = ("summary", "method")
_DRAWN: Final = {
    "profile": ("profile", "distribution", "changes"),
    "benefits": ("link_matrix",),
    "case": ("waterfall", "cash_curve"),
    "risk": ("npv_distribution", "tornado", "information"),
}


_READ: Final[dict[str, Engagement]] = {}


def remember(path: str | Path, engagement: Engagement) -> None:
    """Spare `open_report` the reading of what this process has just read; only for a process that serves one client and ends."""
    _READ[str(path)] = engagement


def open_report(
    engagement: str | Path,
    *,
    language: str | None = None,
    as_of: str | dt.date | None = None,
    sections: Sequence[str] | None = None,
) -> Report:
    """Read one engagement, diagnose it once, and return its report.

    Parameters
    ----------
    engagement : str or Path
        The engagement folder, or its ``engagement.yaml``.
    language : {"en", "fr"}, optional
        Of the report; the engagement's own by default.
    as_of : str (``2026-11-01``) or datetime.date, optional
        The day the report speaks of; the engagement's own by default. The clock is never read.
    sections : sequence of str, optional
        Ids out of `SECTIONS`; the order is always the report's, the cover is always there. By default all that have
        something to say: without answers, the summary says so once and the three sections on them are left out; without
        ranges, so is the one on risk; without journeys, so is theirs, and with journeys alone, whatever is not about them.

    Raises
    ------
    InputError
        Everything that is wrong with the engagement, with ``file:line``; ``reporting.as_of``.
    UnknownIdError
        ``core.unknown_id`` for a language or a section that does not exist.
    """
    chosen = check_sections(sections)
    day = check_day(as_of)
    said = _READ.get(str(engagement)) or read_engagement(engagement)
    spoken = check_language(language or said.language)
    catalog = load_catalog()
    theme = ChartTheme.from_primary(said.theme.primary)
    diagnostic = diagnose(said, catalog, as_of=day or said.as_of, seed=DEFAULT_SEED)
    if sections is None:
        chosen = tuple(section for section in chosen if _speaks(section, diagnostic))
    context = ReportContext(diagnostic=diagnostic, catalog=catalog, language=spoken, theme=theme)
    cover = _built("cover", context)
    look = context.diagnostic.engagement.theme
    identity = Identity(
        title=_title(cover),
        client=said.client.name,
        language=spoken,
        as_of=diagnostic.as_of,
        look=theme.tokens(),
        logo=Logo(data=look.logo, format=look.logo_format or "png", alt=look.logo_alt) if look.logo else None,
    )
    return Report(context=context, identity=identity, sections=chosen, parts={"cover": cover})


def prepare(sections: Sequence[str] | None = None) -> None:
    """Import what drawing the chosen sections needs, a second or two, before any of them is shown.

    Nothing depends on it; it keeps that time apart from the drawing itself.
    """
    for section in check_sections(sections):
        for chart in _DRAWN.get(section, ()):
            getattr(charts, chart)


def headline(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return the headline numbers of a client, for a portfolio of many: plain JSON, absent when not known."""
    figures: dict[str, Any] = {"client": diagnostic.engagement.client.name}
    result, case = diagnostic.assessment, diagnostic.case
    if result is not None and not result.withheld:
        figures["respondents"] = result.respondents
        figures |= {"index": result.index.geometric, "stage": result.stage.level}
    if case is not None:
        figures |= {"npv": case.npv, "currency": case.currency}
        if case.simulation is not None:
            figures["probability_of_loss"] = case.simulation.probability_of_loss
    return {name: value for name, value in figures.items() if value is not None}


def _built(section: str, context: ReportContext) -> Part:
    module = import_module(f"cxmaturity.reporting.sections.{section}")
    return Part(id=section, blocks=module.build(context))


def _speaks(section: str, diagnostic: Diagnostic) -> bool:
    if section == "journeys":
        return diagnostic.maps is not None
    if diagnostic.maps is not None and diagnostic.assessment is None and diagnostic.case is None:
        return section in _ON_JOURNEYS
    if section == "risk":
        return diagnostic.case is not None and diagnostic.case.simulation is not None
    if section not in _ON_ANSWERS:
        return True
    return diagnostic.assessment is not None and not (diagnostic.assessment.withheld and section != "profile")


def _title(cover: Part) -> str:
    return next((text_of(block.title) for block in cover.blocks if isinstance(block, blocks.Cover)), "")


@attrs.frozen(kw_only=True, repr=False)
class Shown:
    """One part of a report as a cell shows it: HTML for the reader, our JSON for the exporters."""

    identity: Identity
    part: Part
    numbers: Mapping[str, int]
    figures: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"<{self.identity.client}: {self.part.id}>"

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, Any]:
        """Return every form of this part (the protocol of IPython's display)."""
        bundle = {
            "text/plain": repr(self),
            "text/html": self.html(),
            MIME: to_payload(self.identity, self.part, figures=self.figures),
        }
        return {
            kind: data
            for kind, data in bundle.items()
            if (include is None or kind in include) and (exclude is None or kind not in exclude)
        }

    def html(self) -> str:
        """Return the part as HTML that brings its own style sheet, for a notebook."""
        setting = Setting(language=self.identity.language, numbers=self.numbers)
        opening = self.part.id == "cover"
        if opening:
            logo = logo_html(self.identity.logo, setting.word("logo", client=self.identity.client))
            body = f'<header class="cxm-hero">{logo}{blocks_html(self.part.blocks, setting)}</header>'
        else:
            body = part_html(self.part, setting)
        sheet = style(self.identity.look, fonts=opening)
        return f'<style>{sheet}</style><div class="cxm cxm-cell" lang="{self.identity.language}">{body}</div>'


@attrs.define(kw_only=True, repr=False)
class Report:
    """A diagnosed engagement whose methods show the sections of its report; None for a section not chosen.

    A section is built the first time it is shown; tables and figures are numbered in the order of the report.
    """

    context: ReportContext
    identity: Identity
    sections: tuple[str, ...]
    parts: dict[str, Part] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        day = i18n.date(self.identity.as_of, self.identity.language)
        return f"<Report: {self.identity.client}, {self.identity.language}, {day}>"

    def cover(self) -> Shown | None:
        """Show the cover."""
        return self.show("cover")

    def summary(self) -> Shown | None:
        """Show the executive summary: one page."""
        return self.show("summary")

    def profile(self) -> Shown | None:
        """Show the maturity profile, question by question."""
        return self.show("profile")

    def agreement(self) -> Shown | None:
        """Show how far respondents and functions agree."""
        return self.show("agreement")

    def evidence(self) -> Shown | None:
        """Show what is proven and what is not."""
        return self.show("evidence")

    def journeys(self) -> Shown | None:
        """Show the journey maps, the moments of truth, the promises and what to do first."""
        return self.show("journeys")

    def benefits(self) -> Shown | None:
        """Show the benefits and their links with maturity."""
        return self.show("benefits")

    def case(self) -> Shown | None:
        """Show the business case with its assumptions."""
        return self.show("case")

    def risk(self) -> Shown | None:
        """Show how sure the result is."""
        return self.show("risk")

    def limits(self) -> Shown | None:
        """Show what the report does not claim."""
        return self.show("limits")

    def next_steps(self) -> Shown | None:
        """Show the next 90 days."""
        return self.show("next_steps")

    def method(self) -> Shown | None:
        """Show method and sources."""
        return self.show("method")

    def show(self, section: str) -> Shown | None:
        """Show one section by its id, None when it was not chosen or has nothing to say."""
        order = ("cover", *self.sections)
        if section not in order:
            check_sections([section])
            return None
        if section not in self.parts:
            self.parts[section] = _built(section, self.context)
        part = self.parts[section]
        if not part.blocks:
            return None
        built = [block for name in order if name in self.parts for block in self.parts[name].blocks]
        figures = headline(self.context.diagnostic) if section == "cover" else None
        return Shown(identity=self.identity, part=part, numbers=number(built), figures=figures)

    def document(self) -> Document:
        """Return the whole report as one value, without any notebook."""
        shown = (self.show(section) for section in ("cover", *self.sections))
        return Document(identity=self.identity, parts=[each.part for each in shown if each is not None])
