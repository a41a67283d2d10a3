"""How it was computed, from what, with which versions, and what was done to keep answers anonymous."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.reporting.blocks import Block, Bullets, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import words

_SCORE = ("level", "evidence", "confidence", "index", "interval", "stage", "agreement", "functions", "change")
_JOURNEYS = ("valence", "interval", "curve", "scores", "moments", "opportunity")
_CASE = ("ledger", "effect", "shapley", "npv", "irr", "payback", "bridge")


def build(context: ReportContext) -> list[Block]:
    """Return the method, the anonymity rule, the sources and the versions."""
    diagnostic = context.diagnostic
    blocks: list[Block] = [Heading(text=context.t("report.method.title"), level=1, anchor="method")]
    if diagnostic.assessment is not None:
        blocks += _formulas(context, "score", _SCORE)
        blocks += anonymity(context, diagnostic.assessment)
    if diagnostic.case is not None:
        blocks += _formulas(context, "case", _CASE)
    if diagnostic.maps is not None:
        blocks += journeys(context)
    return [*blocks, *sources(context), *traceability(context)]


def _formulas(context: ReportContext, part: str, names: tuple[str, ...]) -> list[Block]:
    return [
        Heading(text=context.t(f"report.method.{part}.title"), level=2, anchor=f"method-{part}"),
        Bullets(items=tuple(context.t(f"report.method.{part}.{name}") for name in names)),
    ]


def journeys(context: ReportContext) -> list[Block]:
    """Return the conventions and formulas of the journey maps."""
    return [
        Heading(text=context.t("journey_report.method.title"), level=2, anchor="method-journeys"),
        Bullets(items=tuple(context.t(f"journey_report.method.{name}") for name in _JOURNEYS)),
    ]


def anonymity(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the rule that protects respondents."""
    text = context.t(f"report.method.privacy.{assessment.privacy}", minimum=assessment.minimum_group)
    return [
        Heading(text=context.t("report.method.privacy.title"), level=2, anchor="method-privacy"),
        Paragraph(text=text),
    ]


def sources(context: ReportContext) -> list[Block]:
    """Return the sources of the engagement, and what the client's note says of the data."""
    engagement = context.diagnostic.engagement
    heading = Heading(text=context.t("report.method.sources.title"), level=2, anchor="method-sources")
    blocks: list[Block] = [heading]
    if engagement.client.note:
        blocks.append(Paragraph(text=plain(engagement.client.note)))
    of_maps = engagement.atlas.sources if engagement.atlas else ()
    found = dict.fromkeys((*engagement.sources, *(source.of(context.language) for source in of_maps)))
    if found:
        blocks.append(Bullets(items=tuple(plain(source) for source in found)))
    elif not engagement.client.note:
        blocks.append(Paragraph(text=context.t("report.method.sources.none")))
    return blocks


def traceability(context: ReportContext) -> list[Block]:
    """Return what is needed to produce the same report again."""
    diagnostic = context.diagnostic
    wave = words.last_wave(context)
    rows = [("date", context.date(diagnostic.as_of)), ("seed", str(diagnostic.seed))]
    if wave is not None:
        rows += [
            ("wave", context.t("report.method.wave", wave=plain(wave.id), date=context.date(wave.date))),
            ("questionnaire", plain(wave.version)),
        ]
    rows += [("catalogue", context.catalog.version), ("program", f"cxmaturity {_version()}")]
    return [
        Heading(text=context.t("report.method.trace.title"), level=2, anchor="method-trace"),
        Paragraph(text=context.t("report.method.trace")),
        Table(
            caption=context.t("report.method.trace.table"),
            columns=(
                Column(title=context.t("report.method.trace.item"), width=1.5),
                Column(title=context.t("report.method.trace.value"), width=3.0),
            ),
            rows=tuple((context.t(f"report.method.trace.{name}"), value) for name, value in rows),
            anchor="table-trace",
        ),
    ]


def _version() -> str:
    try:
        return version("cxmaturity")
    except PackageNotFoundError:  # run from a folder that was never installed
        return ""
