"""Moments of truth with the reasons that fired, and where what is lived departs from what is expected."""

from __future__ import annotations

from typing import Final

from cxmaturity.journey.results import EventResult
from cxmaturity.reporting.blocks import Block, Column, Heading, Paragraph, Table
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import journey_words as said

GAPS: Final = 6
"""How many gaps are shown, widest first."""


def build(context: ReportContext) -> list[Block]:
    """Return the moments of truth, then the widest gaps."""
    return [*moments(context), *gaps(context)]


def moments(context: ReportContext) -> list[Block]:
    """Return the moments of truth, most reasons first; or that none is established."""
    found = [item for item in said.together(context, said.lived(context)) if item.result.moment]
    found.sort(key=lambda it: (-len(it.result.reasons), -abs(it.result.valence or 0.0)))
    heading = Heading(text=said.t(context, "moments.title"), level=2, anchor="journey-moments")
    return [heading, _table(context, found) if found else Paragraph(text=said.t(context, "moments.none"))]


def _table(context: ReportContext, found: list[said.Found]) -> Block:
    rows = tuple(
        (
            said.label(context, item),
            said.personas(context, item.personas),
            said.satisfaction(context, item.result),
            said.reasons(context, item.result.reasons),
            said.known_from(context, item.result),
        )
        for item in found
    )
    return Table(
        caption=said.t(context, "moments.table"),
        columns=(
            Column(title=said.t(context, "column.event"), width=2.2),
            Column(title=said.t(context, "column.persona"), width=1.1),
            Column(title=said.t(context, "column.lived"), width=1.5),
            Column(title=said.t(context, "column.reasons"), width=3.4),
            Column(title=said.t(context, "column.proof"), width=1.7),
        ),
        rows=rows,
        note=said.t(context, "moments.note"),
        anchor="table-moments",
    )


def gaps(context: ReportContext) -> list[Block]:
    """Return the events furthest below what is expected of them."""
    known = [
        item
        for item in said.together(context, said.lived(context), _gap_of)
        if item.result.gap is not None and item.result.gap < 0
    ]
    known.sort(key=lambda it: it.result.gap or 0.0)
    heading = Heading(text=said.t(context, "gaps.title"), level=2, anchor="journey-gaps")
    if not known:
        return [heading, Paragraph(text=said.t(context, "gaps.none"))]
    rows = tuple(
        (
            said.label(context, item),
            said.personas(context, item.personas),
            said.expected(context, item.event),
            said.signed(context, item.result.valence),
            said.with_interval(
                context,
                item.result.gap,
                item.result.gap_low,
                item.result.gap_high,
                bare=said.t(context, "interval.none"),
            ),
        )
        for item in known[:GAPS]
    )
    return [
        heading,
        Table(
            caption=said.t(context, "gaps.table"),
            columns=(
                Column(title=said.t(context, "column.event"), width=2.4),
                Column(title=said.t(context, "column.persona"), width=1.1),
                Column(title=said.t(context, "column.expected"), width=2.4),
                Column(title=said.t(context, "column.lived"), width=1.0, align="right"),
                Column(title=said.t(context, "column.gap"), width=1.8),
            ),
            rows=rows,
            note=said.t(context, "gaps.note"),
            anchor="table-journey-gaps",
        ),
    ]


def _gap_of(known: EventResult) -> tuple[float | None, ...]:
    return known.gap, known.gap_low, known.gap_high
