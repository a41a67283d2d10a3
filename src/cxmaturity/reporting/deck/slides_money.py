"""The money: from benefits to net present value, and when the cash comes back."""

from __future__ import annotations

from cxmaturity import i18n
from cxmaturity.business_case.values import BenefitResult, CaseResult
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.deck.desk import Desk
from cxmaturity.reporting.deck.values import (
    Card,
    Cards,
    CurveChart,
    Mark,
    Numbers,
    Picture,
    Series,
    Slide,
    Statement,
    Step,
    Tone,
    WaterfallChart,
)
from cxmaturity.reporting.sections import words


def waterfall(desk: Desk) -> Slide | None:
    """Return the way from the benefits, one by one, to the net present value."""
    result = desk.context.diagnostic.case
    if result is None or not result.benefits:
        return None
    steps = _steps(desk, result)
    numbers = desk.scale([value for step in steps for value in (step.start, step.end)])
    caption = desk.t("waterfall.caption", unit=numbers.unit, rate=desk.discount(), horizon=desk.horizon())
    return Slide(
        id="waterfall",
        kicker=desk.t("kicker.waterfall"),
        title=_waterfall_title(desk, result),
        picture=Picture(
            chart=WaterfallChart(
                steps=steps,
                numbers=numbers,
                series=(
                    desk.t("waterfall.base"),
                    desk.t("waterfall.adds"),
                    desk.t("waterfall.takes"),
                    desk.t("waterfall.totals"),
                ),
            ),
            alt=_waterfall_alt(desk, result),
            caption=caption,
        ),
        below=(Statement(text=_together(desk, result, steps, numbers)),),
        notes=(
            desk.t("notes.waterfall"),
            *(_benefit_note(desk, found) for found in _ranked(result)),
            *desk.sources(),
        ),
    )


def _ranked(result: CaseResult) -> list[BenefitResult]:
    return sorted(result.benefits, key=lambda found: -found.pv)


def _steps(desk: Desk, result: CaseResult) -> tuple[Step, ...]:
    steps: list[Step] = []
    reached = 0.0
    for found in _ranked(result):
        name = desk.t("waterfall.benefit", name=desk.context.benefit_name(found.id), grade=found.evidence)
        tone: Tone = "soft" if found.pv >= 0 else "bad"
        steps.append(Step(name=name, start=reached, end=reached + found.pv, tone=tone))
        desk.money(f"benefit_{found.id}_pv", found.pv)
        reached += found.pv
    desk.money("case_pv_benefits", result.pv_benefits)
    desk.money("case_pv_costs", result.pv_costs)
    desk.money("case_npv", result.npv)
    after = result.pv_benefits - result.pv_costs
    return (
        *steps,
        Step(
            name=desk.t("waterfall.benefits"), start=0.0, end=result.pv_benefits, tone="primary", total=True
        ),
        Step(name=desk.t("waterfall.costs"), start=result.pv_benefits, end=after, tone="muted"),
        Step(
            name=desk.t("waterfall.npv"),
            start=0.0,
            end=result.npv,
            tone="good" if result.npv >= 0 else "bad",
            total=True,
        ),
    )


def _waterfall_title(desk: Desk, result: CaseResult) -> str:
    first = _ranked(result)[0]
    kind = {"gain": "gain", "loss": "loss"}.get(desk.argument.outcome, "even")
    return desk.t(
        f"waterfall.title.{kind}",
        name=desk.context.benefit_name(first.id),
        amount=desk.money(f"benefit_{first.id}_pv", first.pv),
        benefits=desk.money("case_pv_benefits", result.pv_benefits),
        costs=desk.money("case_pv_costs", result.pv_costs),
        npv=desk.size("case_npv", result.npv),
    )


def _waterfall_alt(desk: Desk, result: CaseResult) -> str:
    parts = i18n.listing(
        [
            desk.t(
                "pair",
                name=desk.context.benefit_name(found.id),
                value=desk.money(f"benefit_{found.id}_pv", found.pv),
            )
            for found in _ranked(result)
        ],
        desk.context.language,
    )
    return desk.t(
        "waterfall.alt",
        parts=parts,
        benefits=desk.money("case_pv_benefits", result.pv_benefits),
        costs=desk.money("case_pv_costs", result.pv_costs),
        npv=desk.money("case_npv", result.npv),
    )


def _together(desk: Desk, result: CaseResult, steps: tuple[Step, ...], numbers: Numbers) -> str:
    said = []
    if len(result.benefits) > 1:
        alone = desk.money("case_sum_of_alone_pv", result.sum_of_alone_pv)
        joint = desk.money("case_pv_benefits", result.pv_benefits)
        more = result.pv_benefits > result.sum_of_alone_pv
        kind = "same" if alone == joint else "more" if more else "less"
        said.append(desk.t(f"waterfall.together.{kind}", alone=alone, joint=joint))
    if result.not_evaluated:
        names = i18n.listing(
            [desk.context.benefit_name(found.benefit) for found in result.not_evaluated],
            desk.context.language,
        )
        said.append(desk.t("waterfall.not_evaluated", names=names))
    said.append(desk.t("waterfall.grades"))
    if not _adds_up(steps, numbers):
        said.append(desk.t("waterfall.rounded"))
    return " ".join(said)


def _adds_up(steps: tuple[Step, ...], numbers: Numbers) -> bool:
    """Return whether the figures above the columns, rounded as they are, add up to the totals."""
    shown = [round(step.amount / numbers.scale, numbers.digits) for step in steps]
    *benefits, total, costs, npv = shown
    return (
        round(sum(benefits) - total, numbers.digits) == 0 and round(total + costs - npv, numbers.digits) == 0
    )


def _benefit_note(desk: Desk, found: BenefitResult) -> str:
    return desk.t(
        "notes.benefit",
        name=desk.context.benefit_name(found.id),
        pv=words.full(desk.context, found.pv),
        alone=words.full(desk.context, found.alone_pv),
        grade=found.evidence,
        kpi=plain(desk.context.catalog.benefit(found.id).kpi.name.in_(desk.context.language)),
    )


# --- cash ----------------------------------------------------------------------------------------------------------


def cash(desk: Desk) -> Slide | None:
    """Return the cumulated cash with its lowest point and its payback."""
    result = desk.context.diagnostic.case
    if result is None or not any(result.cash_flows):
        return None
    for year, amount in enumerate(result.cumulative):
        desk.money(f"case_cumulative[{year}]", amount)
    chart = CurveChart(
        lines=(
            Series(name=desk.t("cash.cumulative"), values=result.cumulative, labels=True),
            Series(
                name=desk.t("cash.discounted", rate=desk.discount()),
                values=result.cumulative_discounted,
                tone="muted",
            ),
        ),
        marks=() if result.payback_years is None else (_payback_mark(desk, result.payback_years),),
        numbers=desk.scale([*result.cumulative, *result.cumulative_discounted]),
        year=desk.t("cash.year"),
        start=desk.t("cash.start"),
    )
    return Slide(
        id="cash",
        kicker=desk.t("kicker.cash"),
        title=_cash_title(desk, result),
        picture=Picture(
            chart=chart,
            alt=_cash_alt(desk, result),
            caption=desk.t("cash.caption", unit=chart.numbers.unit),
        ),
        side=(Cards(items=_cash_cards(desk, result)),),
        notes=(
            desk.t("notes.cash"),
            *(
                desk.t(
                    "notes.year",
                    year=_when(desk, year),
                    flow=words.full(desk.context, flow),
                    cumulative=words.full(desk.context, result.cumulative[year]),
                    discounted=words.full(desk.context, result.cumulative_discounted[year]),
                )
                for year, flow in enumerate(result.cash_flows)
            ),
            *cost_sources(desk),
        ),
    )


def _payback_mark(desk: Desk, years: float) -> Mark:
    return Mark(x=years, y=0.0, name=desk.t("cash.mark", years=desk.years("case_payback_years", years)))


def _when(desk: Desk, year: int) -> str:
    return desk.t("cash.start") if year == 0 else desk.t("cash.year_number", year=str(year))


def deepest(result: CaseResult) -> int:
    """Return the year in which the most is tied up."""
    return min(range(len(result.cumulative)), key=result.cumulative.__getitem__)


def _cash_title(desk: Desk, result: CaseResult) -> str:
    low = deepest(result)
    if result.payback_years is None:
        last = result.horizon_years
        return desk.t(
            "cash.title.never",
            horizon=desk.horizon(),
            end=desk.money(f"case_cumulative[{last}]", result.cumulative[last]),
        )
    discounted = result.discounted_payback_years
    return desk.t(
        f"cash.title.{'paid' if discounted is not None else 'undiscounted'}",
        years=desk.years("case_payback_years", result.payback_years),
        discounted="" if discounted is None else desk.years("case_discounted_payback_years", discounted),
        low=desk.money(f"case_cumulative[{low}]", result.cumulative[low]),
        horizon=desk.horizon(),
    )


def _cash_cards(desk: Desk, result: CaseResult) -> tuple[Card, ...]:
    low, last, never = deepest(result), result.horizon_years, desk.t("numbers.never")
    paid, discounted = result.payback_years, result.discounted_payback_years
    end = result.cumulative[last]
    return (
        Card(
            label=desk.t("cash.low"),
            value=desk.money(f"case_cumulative[{low}]", result.cumulative[low]),
            note=desk.t("cash.low.note", when=_when(desk, low)),
            tone="bad" if result.cumulative[low] < 0 else "primary",
        ),
        Card(
            label=desk.t("cash.payback"),
            value=never if paid is None else desk.years("case_payback_years", paid),
            note=desk.t("cash.payback.discounted_never")
            if discounted is None
            else desk.t(
                "cash.payback.discounted", years=desk.years("case_discounted_payback_years", discounted)
            ),
        ),
        Card(
            label=desk.t("cash.end", year=str(last)),
            value=desk.money(f"case_cumulative[{last}]", end),
            note=desk.t(
                "cash.end.note",
                amount=desk.money(f"case_cumulative_discounted[{last}]", result.cumulative_discounted[last]),
            ),
            tone="good" if end >= 0 else "bad",
        ),
    )


def _cash_alt(desk: Desk, result: CaseResult) -> str:
    values = i18n.listing(
        [
            desk.t("pair", name=_when(desk, year), value=desk.money(f"case_cumulative[{year}]", amount))
            for year, amount in enumerate(result.cumulative)
        ],
        desk.context.language,
    )
    return desk.t("cash.alt", values=values)


def cost_sources(desk: Desk) -> tuple[str, ...]:
    """Return where each line of cost comes from."""
    lines = []
    for cost in desk.given.costs if desk.given else ():
        pieces = [("start", cost.initial), *(("annual", piece) for piece in cost.annual[:1])]
        for when, piece in pieces:
            if piece is None:
                continue
            lines.append(
                desk.t(
                    f"notes.cost.{when}",
                    name=plain(cost.name),
                    value=words.full(desk.context, piece.value),
                    source=words.origin(desk.context, piece),
                    date=desk.t("notes.undated") if piece.date is None else desk.context.date(piece.date),
                    grade=piece.evidence,
                )
            )
    return tuple(lines)
