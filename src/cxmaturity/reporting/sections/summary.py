"""The executive summary: one page that a director reads in a minute, ending with what is asked of them."""

from __future__ import annotations

from cxmaturity.assessment.values import AssessmentResult, DimensionResult
from cxmaturity.business_case.values import CaseResult
from cxmaturity.reporting import situations
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Callout,
    Columns,
    Heading,
    KeyFigure,
    KeyFigures,
    Panel,
    Paragraph,
    plain,
)
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import journey_words, journeys, measuring, risk, words

_STRONG = 2.0
"""Under this level a question is not called something to build on, even when it is the highest."""


def build(context: ReportContext) -> list[Block]:
    """Return the headline, the key figures, strengths and gaps, the caveat and the ask."""
    blocks: list[Block] = [
        Heading(text=context.t("report.summary.title"), level=1, anchor="summary"),
        *opening(context),
    ]
    if journey_words.alone(context):
        return [*blocks, *on_journeys(context)]
    figures = key_figures(context)
    if len(figures) > 1:
        blocks.append(KeyFigures(items=tuple(figures[:4])))
    assessment = context.diagnostic.assessment
    if assessment is not None and words.answered(assessment):
        blocks.append(strengths_and_gaps(context, assessment))
    if assessment is not None and (said := alignment(context, assessment)):
        blocks.append(Paragraph(text=said))
    if said := journey_words.headline(context):
        blocks.append(Paragraph(text=said))
    blocks.append(ask(context))
    if said := caveat(context):
        blocks.append(Paragraph(text=said, tone="note"))
    return blocks


def on_journeys(context: ReportContext) -> list[Block]:
    """Return the page of an engagement that holds journeys only: two scores, broken promises, what is asked."""
    results = journey_words.lived(context)
    known = next((result for result in results if result.mean is not None), None)
    figures = journeys.key_figures(context, known) if known else []
    return [
        *([KeyFigures(items=tuple(figures))] if figures else []),
        *(Paragraph(text=text) for text in journey_words.promises_said(context)),
        Callout(title=context.t("journey_report.summary.ask"), text=journey_words.wanted(context)),
    ]


def key_figures(context: ReportContext) -> list[KeyFigure]:
    """Return the big numbers: risk, range, payback and stage when the case is simulated, else stage and NPV."""
    case = context.diagnostic.case
    if case is not None and case.simulation is not None:
        payback = payback_figure(context, case, words.horizon(context, case.horizon_years))
        risks = [
            risk.loss_figure(context, case.simulation),
            risk.range_figure(context, case.simulation, average=True),
            payback,
        ]
        return [*risks, *(stage_figures(context)[:1] or money_figures(context)[2:])]
    if _money_first(context):
        return [*money_figures(context), *stage_figures(context)]
    return [*stage_figures(context), *money_figures(context)]


def opening(context: ReportContext) -> list[Block]:
    """Return the lead: stage and worth, in the order of the situation argued, after its headline when there is one."""
    if journey_words.alone(context):
        return [Paragraph(text=journey_words.lead(context), tone="lead")]
    parts = [headline_stage(context), headline_worth(context)]
    if context.diagnostic.engagement.situation is None:
        return [Paragraph(text=words.join(*parts), tone="lead")]
    argument = situations.argue(context, context.diagnostic.engagement.situation)
    if _money_first(context):
        parts.reverse()
    return [
        Paragraph(text=plain(argument.headline), tone="lead"),
        Paragraph(text=words.join(plain(argument.lead), *parts)),
    ]


def _money_first(context: ReportContext) -> bool:
    situation = context.diagnostic.engagement.situation
    return situation is not None and situations.argue(context, situation).first == "money"


def headline_stage(context: ReportContext) -> str:
    """Return where the client stands, with the probability of the stage."""
    client = plain(context.diagnostic.engagement.client.name)
    assessment = context.diagnostic.assessment
    if assessment is None:
        return context.t("report.summary.stage.none", client=client)
    if assessment.withheld:
        return context.t("report.summary.stage.withheld", client=client, minimum=assessment.minimum_group)
    if assessment.stage.level is None:
        return context.t("report.summary.stage.unknown", client=client)
    level = assessment.stage.level
    return context.t(
        f"report.summary.stage.{assessment.mode}",
        client=client,
        stage=level,
        name=context.catalog.level_name(level).name.in_(context.language),
        chance=stage_chance(context, assessment),
    )


def stage_chance(context: ReportContext, assessment: AssessmentResult) -> str:
    """Return the probability of the stage in words, or that it cannot be given."""
    level, probabilities = assessment.stage.level, assessment.stage.probabilities
    if level is None or len(probabilities) < level or not any(probabilities):
        return context.t("report.chance.unknown")
    return words.chance(context, probabilities[level - 1])


def headline_worth(context: ReportContext) -> str:
    """Return what the programme is worth, said as plainly for a loss as for a gain."""
    case, engagement = context.diagnostic.case, context.diagnostic.engagement
    if case is None:
        return context.t("report.summary.worth.none")
    if not case.benefits:
        return context.t("report.summary.worth.no_benefit")
    if words.short(context, case.npv) == words.short(context, 0.0):
        kind = "even"
    else:
        kind = "gain" if case.npv > 0 else "loss"
    horizon = words.horizon(context, case.horizon_years)
    if case.simulation is not None:
        horizon = context.t("report.summary.worth.likely", horizon=horizon)
    return context.t(
        f"report.summary.worth.{kind}",
        amount=words.short(context, abs(case.npv)),
        horizon=horizon,
        rate=words.rate(context, case.discount_rate),
        currency=engagement.currency,
    )


def stage_figures(context: ReportContext) -> list[KeyFigure]:
    """Return the stage and the index as big numbers."""
    assessment = context.diagnostic.assessment
    if assessment is None or assessment.stage.level is None or assessment.index.geometric is None:
        return []
    level, index = assessment.stage.level, assessment.index
    note = context.t("report.summary.figure.index.no_interval")
    if index.low is not None and index.high is not None:
        interval = words.levels(context, (index.low, index.high))
        note = context.t("report.summary.figure.index.interval", interval=interval)
    figures = [
        KeyFigure(
            label=context.t("report.summary.figure.stage"),
            value=context.t("report.words.stage_of_5", stage=level),
            note=context.t(
                "report.summary.figure.stage.note",
                name=context.catalog.level_name(level).name.in_(context.language),
                chance=stage_chance(context, assessment),
            ),
        ),
        KeyFigure(
            label=context.t("report.summary.figure.index"),
            value=context.t("report.words.out_of_5", level=context.level(index.geometric)),
            note=note,
        ),
    ]
    if context.diagnostic.case is None and index.percent_to_target is not None:
        figures.append(
            KeyFigure(
                label=context.t("report.summary.figure.target"),
                value=context.percent(index.percent_to_target),
                note=context.t("report.summary.figure.target.note"),
            )
        )
    return figures


def money_figures(context: ReportContext) -> list[KeyFigure]:
    """Return NPV and payback as big numbers, and ROI when there is no maturity to show beside them."""
    case = context.diagnostic.case
    if case is None:
        return []
    horizon = words.horizon(context, case.horizon_years)
    figures = [
        KeyFigure(
            label=context.t("report.summary.figure.npv"),
            value=words.short(context, case.npv),
            note=context.t(
                "report.summary.figure.npv.note",
                horizon=horizon,
                rate=words.rate(context, case.discount_rate),
            )
            if case.haircut is None
            else context.t(
                "report.summary.figure.npv.haircut", amount=words.short(context, case.haircut.npv)
            ),
        ),
        payback_figure(context, case, horizon),
    ]
    if context.diagnostic.assessment is None and case.roi is not None:
        figures.append(
            KeyFigure(
                label=context.t("report.summary.figure.roi"),
                value=context.percent(case.roi),
                note=context.t("report.summary.figure.roi.note"),
            )
        )
    return figures


def payback_figure(context: ReportContext, case: CaseResult, horizon: str) -> KeyFigure:
    """Return the payback, or that the money does not come back within the horizon."""
    label = context.t("report.summary.figure.payback")
    if case.payback_years is None:
        return KeyFigure(
            label=label,
            value=context.t("report.summary.figure.payback.never"),
            note=context.t("report.summary.figure.payback.never.note", horizon=horizon),
        )
    note = context.t("report.summary.figure.payback.undiscounted", horizon=horizon)
    if case.discounted_payback_years is not None:
        note = context.t(
            "report.summary.figure.payback.discounted", years=context.years(case.discounted_payback_years)
        )
    return KeyFigure(label=label, value=context.years(case.payback_years), note=note)


def strengths_and_gaps(context: ReportContext, assessment: AssessmentResult) -> Block:
    """Return what to build on and where to act first, side by side."""
    diagnostic = context.diagnostic
    strengths = tuple(
        strength(context, assessment.dimension(name))
        for name in diagnostic.strengths[:3]
        if (assessment.dimension(name).scored or 0.0) >= _STRONG
    )
    gaps = tuple(gap(context, assessment.dimension(name)) for name in diagnostic.priorities[:3])
    return Columns(
        columns=(
            (_panel(context, "strengths", strengths),),
            (_panel(context, "gaps", gaps),),
        )
    )


def _panel(context: ReportContext, kind: str, items: tuple[str, ...]) -> Panel:
    inside: Block = (
        Bullets(items=items) if items else Paragraph(text=context.t(f"report.summary.{kind}.none"))
    )
    return Panel(title=context.t(f"report.summary.{kind}.title"), blocks=(inside,))


def alignment(context: ReportContext, assessment: AssessmentResult) -> str:
    """Return in one sentence that the answers contradict the alignment declared, when they do."""
    check = assessment.alignment
    return words.text_in(
        context,
        "report.summary.alignment",
        check.verdict == "contradicted" and bool(check.split or check.spread),
        name=context.name("alignment"),
        level=words.level_or_dash(context, check.declared),
        names=words.strong_names(context, check.split or check.spread),
    )


def strength(context: ReportContext, dimension: DimensionResult) -> str:
    """Return one strength: its level, whether it is proven, and whether people differ on it."""
    differ = dimension.verdict in ("split", "spread") and not dimension.withheld
    return words.join(
        proven(context, dimension),
        words.text_in(context, f"report.summary.strength.{dimension.verdict}", differ),
    )


def proven(context: ReportContext, dimension: DimensionResult) -> str:
    """Return the level of a strength, and how much of it is proven."""
    name = context.name(dimension.id)
    if dimension.evidenced is None:
        return context.t("report.summary.strength.declared", name=name, level=context.level(dimension.scored))
    if dimension.unproven is not None and round(dimension.unproven, 1) > 0:
        return context.t(
            "report.summary.strength.partly",
            name=name,
            evidenced=context.level(dimension.evidenced),
            declared=context.level(dimension.declared),
        )
    return context.t("report.summary.strength.proven", name=name, level=context.level(dimension.evidenced))


def gap(context: ReportContext, dimension: DimensionResult) -> str:
    """Return one gap: its level against its target, and the next step."""
    name = context.name(dimension.id)
    step = words.advice(context, dimension.id, dimension.scored)
    if dimension.scored is None:
        return context.t("report.summary.gap.unknown", name=name, advice=step)
    if dimension.target is None:
        level = context.level(dimension.scored)
        return context.t("report.summary.gap.no_target", name=name, level=level, advice=step)
    return context.t(
        "report.summary.gap.target",
        name=name,
        level=context.level(dimension.scored),
        target=context.level(dimension.target),
        advice=step,
    )


def ask(context: ReportContext) -> Block:
    """Return the budget and the decision wanted; the decision follows from the figures, whatever they are."""
    case = context.diagnostic.case
    title = context.t("report.summary.ask.title")
    if case is None:
        kind = "no_case" if context.diagnostic.assessment else "nothing"
        return Callout(title=title, text=decision_wanted(context, kind))
    kind = decision(context, case)
    text = words.join(
        context.t(
            "report.summary.ask.cost",
            horizon=words.horizon(context, case.horizon_years),
            costs=words.short(context, case.pv_costs),
            initial=words.short(context, case.costs_by_year[0]),
            first_year=words.short(context, case.costs_by_year[1]),
        ),
        _trough(context, case),
        break_even(context, case) if case.simulation is None else "",  # the chance of a loss says more
        *uncertain(context, case),
        decision_wanted(context, kind),
    )
    return Callout(title=title, text=text, tone="info" if kind in ("gain", "gain_weak") else "warning")


def uncertain(context: ReportContext, case: CaseResult) -> list[str]:
    """Return what the simulation adds: that the average contradicts the headline, and what to measure first."""
    if case.simulation is None or not case.benefits:
        return []
    mean = case.simulation.mean
    opposed = (mean < 0) != (case.npv < 0)
    side = "loss" if mean < 0 else "gain"
    return [
        context.t(f"report.summary.ask.mean.{side}", amount=words.short(context, abs(mean)))
        if opposed
        else "",
        measuring.said(context, case, "ask"),
    ]


def decision_wanted(context: ReportContext, kind: str) -> str:
    """Return the decision asked for, in the words of the situation argued when there is one."""
    situation = context.diagnostic.engagement.situation
    if situation is None:
        return context.t(f"report.summary.ask.decision.{kind}")
    closing = situations.argue(context, situation).closing
    return context.t("situations.wanted", text=plain(words.inside(closing)))


def decision(context: ReportContext, case: CaseResult) -> str:  # noqa: ARG001  # the case of the context
    """Return the decision that the figures call for: gain, gain_weak, even, loss or no_benefit."""
    return situations.decision(context)


def _trough(context: ReportContext, case: CaseResult) -> str:
    lowest = min(case.cumulative)
    return words.text_in(
        context, "report.summary.ask.trough", lowest < 0, amount=words.short(context, lowest)
    )


def break_even(context: ReportContext, case: CaseResult) -> str:
    """Return the share of every effect that the case needs, empty when there is none to quote."""
    if case.break_even is None or not case.benefits:
        return ""
    kind = "below" if case.break_even <= 1 else "above"
    return context.t(f"report.summary.ask.break_even.{kind}", share=context.percent(case.break_even))


def caveat(context: ReportContext) -> str:
    """Return what weakens the page, in one note: how few answers, how little proof."""
    assessment, case = context.diagnostic.assessment, context.diagnostic.case
    said = []
    if assessment is not None and words.answered(assessment):
        said += [
            words.text_in(context, "report.summary.caveat.single", words.single_view(assessment)),
            words.text_in(context, "report.summary.caveat.quick", assessment.mode == "quick"),
            words.text_in(
                context,
                "report.summary.caveat.no_evidence",
                assessment.mode == "diagnostic" and words.no_evidence(assessment),
            ),
            words.text_in(
                context,
                "report.summary.caveat.coverage",
                assessment.coverage.assessed < assessment.coverage.of,
                assessed=assessment.coverage.assessed,
                of=assessment.coverage.of,
            ),
        ]
    if case is not None and case.not_evaluated:
        missing = context.t("report.summary.caveat.not_evaluated", n=len(case.not_evaluated))
        said.append(missing)
    return words.join(*said)
