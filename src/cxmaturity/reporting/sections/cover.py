"""The cover: who it is about, what it is, when, and what in it is fictional."""

from __future__ import annotations

from cxmaturity.reporting.blocks import Block, Cover, plain
from cxmaturity.reporting.context import ReportContext


def build(context: ReportContext) -> list[Block]:
    """Return the cover; the title says only what the report holds (maturity, case, both, or journeys)."""
    diagnostic = context.diagnostic
    client = diagnostic.engagement.client
    kind = "both" if diagnostic.assessment and diagnostic.case else "case" if diagnostic.case else "maturity"
    if diagnostic.maps is not None and diagnostic.assessment is None and diagnostic.case is None:
        kind = "journeys"
    subtitle = context.t(f"report.cover.subtitle.{kind}")
    if diagnostic.maps is not None and kind != "journeys":
        subtitle = context.t("journey_report.cover.with", subtitle=subtitle)
    if client.sector:
        subtitle = context.t("report.cover.sector", subtitle=subtitle, sector=plain(client.sector))
    return [
        Cover(
            title=context.t(f"report.cover.title.{kind}"),
            subtitle=subtitle,
            client=plain(client.name),
            date=context.date(diagnostic.as_of),
            note=plain(client.note),
        )
    ]
