"""The end of the deck: what is asked, who answers for it, what would stop it, and what is not claimed."""

from __future__ import annotations

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult
from cxmaturity.core.estimate import Estimate
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.deck.desk import Desk
from cxmaturity.reporting.deck.slides_money import cost_sources
from cxmaturity.reporting.deck.values import Bullets, Callout, Grid, Item, Side, Slide
from cxmaturity.reporting.sections import measuring, words

_YEARS = 5
_INPUTS = 6
_NOT_CLAIMED = 7


def ask(desk: Desk) -> Slide:
    """Return costs, owners, gates and the decision wanted."""
    result = desk.context.diagnostic.case
    actions = desk.context.diagnostic.engagement.actions
    items: tuple[Item, ...] = ()
    if result is not None:
        items = (_flows(desk, result), *_owners(desk), *_gates(desk, result))
    elif actions or desk.context.diagnostic.priorities:
        items = (_actions(desk),)
    return Slide(
        id="ask",
        kicker=desk.t("kicker.ask"),
        title=_ask_title(desk, result),
        side=items,
        below=(Callout(title=desk.t("ask.title"), text=plain(desk.argument.closing)),),
        notes=(desk.t("notes.ask"), *cost_sources(desk), *_action_notes(desk)),
    )


def _ask_title(desk: Desk, result: CaseResult | None) -> str:
    if result is None:
        return desk.t("ask.title.no_case")
    decided = desk.decision
    return desk.t(
        f"ask.title.{decided}",
        initial=desk.money("case_costs_by_year[0]", result.costs_by_year[0]),
        first=desk.money("case_costs_by_year[1]", result.costs_by_year[1]),
        costs=desk.money("case_pv_costs", result.pv_costs),
        benefits=desk.money("case_pv_benefits", result.pv_benefits),
        horizon=desk.horizon(),
    )


def _flows(desk: Desk, result: CaseResult) -> Grid:
    last = result.horizon_years
    years = list(range(last + 1)) if last <= _YEARS else [*range(_YEARS), last]

    benefits = [0.0, *result.gross_benefits]
    numbers = desk.scale([*result.costs_by_year, *benefits, *result.cash_flows])

    def row(name: str, cell: str, values: list[float]) -> tuple[str, ...]:
        said = [desk.scaled(f"{cell}[{year}]", values[year], numbers) for year in years]
        return (desk.t(f"ask.row.{name}"), *said)

    columns = (desk.t("cash.start"), *(desk.t("cash.year_number", year=str(year)) for year in years[1:]))
    rows = (
        row("costs", "case_costs_by_year", list(result.costs_by_year)),
        row("benefits", "case_gross_benefits", benefits),
        row("net", "case_cash_flows", list(result.cash_flows)),
    )
    sides: list[Side] = ["right"] * len(columns)
    return Grid(
        caption=desk.t("ask.flows", unit=numbers.unit),
        columns=("", *columns),
        rows=rows,
        widths=(1.7, *(1.0 for _ in columns)),
        sides=("left", *sides),
        strong_rows=(2,),
    )


def _owners(desk: Desk) -> tuple[Bullets, ...]:
    levers = desk.given.levers if desk.given else ()
    counted = [found.id for found in desk.case.benefits]
    owners = {lever.benefit: plain(lever.owner) for lever in levers}
    if not counted:
        return ()
    gathered: dict[str, list[str]] = {}
    for benefit in counted:
        gathered.setdefault(owners.get(benefit) or "", []).append(desk.context.benefit_name(benefit))
    items = tuple(
        desk.t(
            "ask.owner",
            benefits=i18n.listing(benefits, desk.context.language),
            owner=owner or desk.t("ask.owner.missing"),
        )
        for owner, benefits in gathered.items()
    )
    return (Bullets(title=desk.t("ask.owners"), items=items),)


def _gates(desk: Desk, result: CaseResult) -> tuple[Bullets, ...]:
    items = []
    choice = measuring.choose(result)
    if choice.found is not None and choice.kind in {"survey", "first"}:
        items.append(desk.t("ask.gate.measure", name=desk.input_name(choice.found.label)))
    if result.break_even is not None and 0 < result.break_even <= 1:
        items.append(desk.t("ask.gate.break_even", share=desk.percent("case_break_even", result.break_even)))
    elif result.break_even is not None and result.break_even > 1:
        items.append(desk.t("ask.gate.short", share=desk.percent("case_break_even", result.break_even)))
    given = desk.given
    if (
        given is not None
        and given.uncertainty.success_probability is not None
        and result.simulation is not None
    ):
        share = desk.percent("input_uncertainty_success_probability", given.uncertainty.success_probability)
        items.append(desk.t("ask.gate.stage", share=share))
    if result.not_evaluated:
        items.append(desk.t("ask.gate.missing", n=len(result.not_evaluated)))
    return (Bullets(title=desk.t("ask.gates"), items=tuple(items)),) if items else ()


def _actions(desk: Desk) -> Bullets:
    context = desk.context
    actions = context.diagnostic.engagement.actions
    if actions:
        items = tuple(
            desk.t(
                "ask.action",
                name=context.name(action.question),
                text=plain(action.text),
                owner=plain(action.owner) or desk.t("ask.owner.missing"),
            )
            for action in actions[:4]
        )
    else:
        items = tuple(
            desk.t(
                "ask.action",
                name=context.name(name),
                text=_advice(desk, name),
                owner=desk.t("ask.owner.missing"),
            )
            for name in context.diagnostic.priorities[:3]
        )
    return Bullets(title=desk.t("ask.actions"), items=items)


def _advice(desk: Desk, question: str) -> str:
    assessment = desk.context.diagnostic.assessment
    level = None if assessment is None else assessment.dimension(question).scored
    return words.advice(desk.context, question, level)


def _action_notes(desk: Desk) -> tuple[str, ...]:
    return tuple(
        desk.t(
            "notes.action",
            name=desk.context.name(action.question),
            text=plain(action.text),
            owner=plain(action.owner) or desk.t("ask.owner.missing"),
            due=desk.t("notes.undated") if action.due is None else desk.context.date(action.due),
        )
        for action in desk.context.diagnostic.engagement.actions
    )


# --- limits ---------------------------------------------------------------------------------------------------------


def limits(desk: Desk) -> Slide:
    """Return what the deck does not claim, and the assumptions that carry it."""
    items: list[Item] = [Bullets(title=desk.t("limits.not_claimed"), items=_not_claimed(desk))]
    chosen = _carrying(desk)
    if chosen:
        items.append(_assumptions(desk, chosen))
    weak = words.weakly_evidenced(desk.context)
    kind = "no_case" if desk.context.diagnostic.case is None else "weak" if weak else "firm"
    return Slide(
        id="limits",
        kicker=desk.t("kicker.limits"),
        title=desk.t(f"limits.title.{kind}"),
        side=tuple(items),
        notes=(
            desk.t("notes.limits"),
            *desk.sources(),
            *(
                desk.t("notes.source", source=plain(source))
                for source in desk.context.diagnostic.engagement.sources
            ),
        ),
    )


def _not_claimed(desk: Desk) -> tuple[str, ...]:
    result, given = desk.context.diagnostic.case, desk.given
    if result is None or given is None:
        return (desk.t("limits.no_money"), desk.t("limits.self"), desk.t("limits.sector"))
    items = []
    if result.not_evaluated:
        names = i18n.listing(
            [desk.context.benefit_name(found.benefit) for found in result.not_evaluated],
            desk.context.language,
        )
        items.append(desk.t("limits.excluded", names=names))
    if given.finance.tax_rate is None:
        items.append(desk.t("limits.tax"))
    items.append(desk.t("limits.margin"))
    if len(result.benefits) > 1:
        items.append(desk.t("limits.sum"))
    share = given.baseline.service.cash_share if given.baseline.service else None
    if share is not None and any(found.id == "service_cost" for found in result.benefits):
        path = "baseline.service.cash_share"
        items.append(desk.t("limits.capacity", share=desk.input_value(path, share)))
    if result.beyond_horizon is not None:
        items.append(desk.t("limits.beyond", horizon=desk.horizon()))
    items.append(desk.t(f"limits.prudence.{_prudence(desk, result)}"))
    items.append(desk.t("limits.sector"))
    return tuple(items[:_NOT_CLAIMED])


def _prudence(desk: Desk, result: CaseResult) -> str:
    given = desk.given
    if given is not None and given.uncertainty.prudence == "haircut":
        return "haircut"
    return "distribution" if result.simulation is not None else "point"


def _carrying(desk: Desk) -> list[tuple[str, Estimate]]:
    """Return the inputs that weigh the most (the tornado's order), else the moves of the levers."""
    result, known = desk.context.diagnostic.case, desk.estimates()
    if result is None:
        return []
    ranked = [bar.input for bar in sorted(result.tornado, key=lambda bar: -abs(bar.npv_high - bar.npv_low))]
    paths = [path for path in ranked if path in known] or [
        path for path in known if path.startswith("levers.") and not path.endswith(".attribution")
    ]
    return [(path, known[path]) for path in paths[:_INPUTS]]


def _assumptions(desk: Desk, chosen: list[tuple[str, Estimate]]) -> Grid:
    rows = tuple(
        (
            desk.input_name(path),
            desk.input_value(path, given),
            _source(desk, given),
            given.evidence,
        )
        for path, given in chosen
    )
    return Grid(
        caption=desk.t("limits.assumptions"),
        columns=tuple(desk.t(f"limits.column.{name}") for name in ("input", "value", "source", "grade")),
        rows=rows,
        widths=(2.1, 1.15, 2.55, 0.95),
        sides=("left", "right", "left", "center"),
    )


def _source(desk: Desk, given: Estimate) -> str:
    origin = words.origin(desk.context, given)
    if given.date is None:
        return origin
    return desk.t("dated", source=origin, date=i18n.month(given.date, desk.context.language))
