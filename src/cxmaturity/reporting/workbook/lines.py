"""The customer ledger as spreadsheet formulas, written once and laid out twice: years across, or a row per case.

The lines are those of `business_case.ledger` and `cohorts`, one for one. On the Ledger sheet each is a row and the
years are columns; in the tables (coalitions, scenarios, tornado, trials) one row holds a whole ledger, each line
having one column per year. Both layouts get their formulas from here, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import attrs

from cxmaturity.reporting.workbook.plan import Plan

CONSUMERS = "baseline.consumers."
SERVICE = "baseline.service."
CONTRACTS = "baseline.contracts."
EARNED = ("margin", "option_margin", "b2b_margin")
SPENT = ("service_cost", "onboarding_cost")


@attrs.frozen
class Line:
    """One line of the ledger: its name, its formula, and the kind of number for its style."""

    name: str
    formula: str
    kind: str


class Frame(Protocol):
    """Where the formulas of one layout find what they need; every method returns a piece of formula."""

    @property
    def with_programme(self) -> bool:
        """Whether the levers are on."""

    def line(self, name: str) -> str:
        """Return another line of the same side in the same year."""

    def base(self, name: str) -> str:
        """Return a line without the programme, same year."""

    def base_first(self, name: str) -> str:
        """Return a line without the programme in year 1."""

    def opening(self, start: str, closing: str) -> str:
        """Return `start` in year 1 and last year's `closing` line afterwards."""

    def last_year(self, name: str) -> str | None:
        """Return a line of the year before; None when there is none."""

    def given(self, path: str) -> str:
        """Return an input."""

    def effect(self, benefit: str) -> str:
        """Return how much of a lever's full effect there is this year, its switch included."""

    def tenures(self, everything: int, observed: int) -> int:
        """Return how many years of tenure have customers this year."""


@attrs.frozen(kw_only=True)
class AcrossYears:
    """Years across: ``[ledger.with.margin]`` is a row."""

    prefix: str
    base_prefix: str
    with_programme: bool

    def line(self, name: str) -> str:  # noqa: D102  # as Frame
        return f"[{self.prefix}.{name}]"

    def base(self, name: str) -> str:  # noqa: D102
        return f"[{self.base_prefix}.{name}]"

    def base_first(self, name: str) -> str:  # noqa: D102
        return f"{{{self.base_prefix}.{name}|@1}}"

    def opening(self, start: str, closing: str) -> str:  # noqa: D102
        return f"[timing.first]*{start}+[{self.prefix}.{closing}|prev]"

    def last_year(self, name: str) -> str | None:  # noqa: D102
        return f"[{self.prefix}.{name}|prev]"

    def given(self, path: str) -> str:  # noqa: D102
        return f"{{in.{path}}}"

    def effect(self, benefit: str) -> str:  # noqa: D102
        return f"[effect.{benefit}]"

    def tenures(self, everything: int, observed: int) -> int:  # noqa: D102
        del observed
        return everything


@attrs.frozen(kw_only=True)
class InOneRow:
    """A whole ledger in one row: ``[trial.with.margin.2]`` is the column of year 2.

    `base_prefix` None: the ledger without the programme is that of the Ledger sheet. `varied` are the inputs that
    have a column of their own, under `inputs`; `switch` is the piece of formula that switches a benefit on ("" when
    all are).
    """

    prefix: str
    base_prefix: str | None
    with_programme: bool
    year: int
    inputs: str
    varied: frozenset[str]
    switch: Callable[[str], str]

    def line(self, name: str) -> str:  # noqa: D102
        return f"[{self.prefix}.{name}.{self.year}]"

    def _base(self, name: str, year: int) -> str:
        if self.base_prefix is None:
            return f"{{ledger.without.{name}|@{year}}}"
        return f"[{self.base_prefix}.{name}.{year}]"

    def base(self, name: str) -> str:  # noqa: D102
        return self._base(name, self.year)

    def base_first(self, name: str) -> str:  # noqa: D102
        return self._base(name, 1)

    def opening(self, start: str, closing: str) -> str:  # noqa: D102
        return start if self.year == 1 else f"[{self.prefix}.{closing}.{self.year - 1}]"

    def last_year(self, name: str) -> str | None:  # noqa: D102
        return None if self.year == 1 else f"[{self.prefix}.{name}.{self.year - 1}]"

    def given(self, path: str) -> str:  # noqa: D102
        return f"[{self.inputs}.{path}]" if path in self.varied else f"{{in.{path}}}"

    def effect(self, benefit: str) -> str:  # noqa: D102
        switch = self.switch(benefit)
        ramp = f"{{effect.{benefit}|@{self.year}}}"
        return f"{switch}*{ramp}" if switch else ramp

    def tenures(self, everything: int, observed: int) -> int:  # noqa: D102
        return min(observed + self.year - 1, everything)


def ledger_lines(plan: Plan, frame: Frame) -> list[Line]:
    """Return the lines of one side of the ledger, in the order in which they are computed."""
    lines: list[Line] = []
    if "population" in plan.blocks:
        lines.extend(_population(plan, frame))
        lines.extend(_earned(plan, frame))
    if "contacts" in plan.blocks:
        lines.extend(_service(plan, frame))
    if "contracts" in plan.blocks:
        lines.extend(_contracts(plan, frame))
    lines.append(Line("total", _total(lines, frame), "money"))
    return lines


def _total(lines: Sequence[Line], frame: Frame) -> str:
    names = {line.name for line in lines}
    earned = "+".join(frame.line(name) for name in EARNED if name in names)
    spent = "".join(f"-{frame.line(name)}" for name in SPENT if name in names)
    return (earned or "0") + spent


def _moved(plan: Plan, frame: Frame, benefit: str, name: str) -> str | None:
    """Return switch x ramp x attribution x move; None when the lever does nothing on this side."""
    if not frame.with_programme or benefit not in plan.benefits:
        return None
    lever = f"levers.{benefit}."
    return f"{frame.effect(benefit)}*{frame.given(lever + 'attribution')}*{frame.given(lever + name)}"


def _population(plan: Plan, frame: Frame) -> Iterator[Line]:
    yield from _left(plan, frame)
    yield from _stocks(plan, frame) if plan.tenures else _one_stock(plan, frame)
    if not frame.with_programme:
        share = f"({frame.line('opening')}-{frame.line('stayed')})/{frame.line('opening')}"
        yield Line("churn", f"IF({frame.line('opening')}>0,MAX(0,MIN(1,{share})),0)", "fine")
    yield from _won(plan, frame)
    yield Line("closing", f"{frame.line('stayed')}+{frame.line('new')}", "count")
    yield Line("average", f"AVERAGE({frame.line('opening')},{frame.line('closing')})", "count")
    if _premium(plan, frame):
        yield from _referred(plan, frame)


def _left(plan: Plan, frame: Frame) -> Iterator[Line]:
    cut = _moved(plan, frame, "retention", "churn_rate_reduction")
    if cut is None:
        return
    yield Line("cut", cut, "fine")
    churn = frame.base("churn")
    share = f"MAX(0,MIN(1,{frame.line('cut')}/{churn}))"
    yield Line("avoided", f"IF({churn}>0,{share},0)", "fine")


def _kept(plan: Plan, frame: Frame, churn: str) -> str:
    if frame.with_programme and "retention" in plan.benefits:
        return f"(1-{churn}*(1-{frame.line('avoided')}))"
    return f"(1-{churn})"


def _one_stock(plan: Plan, frame: Frame) -> Iterator[Line]:
    kept = _kept(plan, frame, frame.given(CONSUMERS + "annual_churn_rate"))
    yield Line("opening", frame.opening(frame.given(CONSUMERS + "count"), "closing"), "count")
    yield Line("stayed", f"{frame.line('opening')}*{kept}", "count")


def _stocks(plan: Plan, frame: Frame) -> Iterator[Line]:
    count, there = frame.given(CONSUMERS + "count"), frame.tenures(plan.tenures, plan.observed)
    for tenure in range(there):
        mix = f"{count}*{{sbg.mix|@{tenure}}}" if tenure < plan.observed else None
        before = frame.last_year("new" if tenure == 0 else f"stayed_{tenure - 1}")
        yield Line(f"stock_{tenure}", _first_or(frame, mix, before), "count")
    for tenure in range(there):
        kept = _kept(plan, frame, f"{{sbg.churn|@{tenure}}}")
        yield Line(f"stayed_{tenure}", f"{frame.line(f'stock_{tenure}')}*{kept}", "count")
    for name, part in (("opening", "stock"), ("stayed", "stayed")):
        yield Line(name, f"SUM({frame.line(f'{part}_0')}:{frame.line(f'{part}_{there - 1}')})", "count")


def _first_or(frame: Frame, start: str | None, before: str | None) -> str:
    """Return `start` in year 1 and `before` later, where either may be nothing."""
    if isinstance(frame, InOneRow):
        return before or start or "0"
    return "+".join(part for part in (start and f"[timing.first]*{start}", before) if part) or "0"


def _won(plan: Plan, frame: Frame) -> Iterator[Line]:
    parts = []
    if "funnel" in plan.blocks:
        gain = _moved(plan, frame, "acquisition", "conversion_rate_gain")
        rate = frame.given(CONSUMERS + "conversion_rate")
        if gain is not None:
            yield Line("conversion_gain", gain, "fine")
            rate = f"MAX(0,MIN(1,{rate}+{frame.line('conversion_gain')}))"
        yield Line("won_funnel", f"{frame.given(CONSUMERS + 'annual_qualified_visits')}*{rate}", "count")
        parts.append(frame.line("won_funnel"))
    promoters = _moved(plan, frame, "recommendation", "promoter_share_gain")
    detractors = _moved(plan, frame, "recommendation", "detractor_share_reduction")
    if promoters is not None and detractors is not None:
        yield Line(
            "more_promoters", f"MIN({promoters},1-{frame.given(CONSUMERS + 'promoter_share')})", "fine"
        )
        yield Line(
            "fewer_detractors", f"MIN({detractors},{frame.given(CONSUMERS + 'detractor_share')})", "fine"
        )
        won, lost = (
            f"{frame.given(CONSUMERS + name)}*{frame.line(line)}"
            for name, line in (
                ("annual_customers_won_per_promoter", "more_promoters"),
                ("annual_prospects_lost_per_detractor", "fewer_detractors"),
            )
        )
        yield Line("won_referral", f"{frame.line('opening')}*({won}+{lost})", "count")
        parts.append(frame.line("won_referral"))
    yield Line("new", "+".join(parts) or "0", "count")


def _premium(plan: Plan, frame: Frame) -> bool:
    return plan.premium and frame.with_programme and "recommendation" in plan.benefits


def _referred(plan: Plan, frame: Frame) -> Iterator[Line]:
    """Yield customers won by recommendation, whose margin bears the premium: an own stock, by tenure when tenure matters."""
    if not plan.tenures:
        kept = _kept(plan, frame, frame.given(CONSUMERS + "annual_churn_rate"))
        yield Line("referred_opening", frame.last_year("referred_closing") or "0", "count")
        yield Line("referred_stayed", f"{frame.line('referred_opening')}*{kept}", "count")
    else:
        there = max(frame.tenures(plan.years, 1) - 1, 1)
        for tenure in range(there):
            name = "won_referral" if tenure == 0 else f"referred_stayed_{tenure - 1}"
            yield Line(f"referred_stock_{tenure}", frame.last_year(name) or "0", "count")
        for tenure in range(there):
            kept = _kept(plan, frame, f"{{sbg.churn|@{tenure}}}")
            stock = frame.line(f"referred_stock_{tenure}")
            yield Line(f"referred_stayed_{tenure}", f"{stock}*{kept}", "count")
        for name, part in (("referred_opening", "stock"), ("referred_stayed", "stayed")):
            first, last = (frame.line(f"referred_{part}_{tenure}") for tenure in (0, there - 1))
            yield Line(name, f"SUM({first}:{last})", "count")
    yield Line("referred_closing", f"{frame.line('referred_stayed')}+{frame.line('won_referral')}", "count")
    ends = f"{frame.line('referred_opening')},{frame.line('referred_closing')}"
    yield Line("referred_average", f"AVERAGE({ends})", "count")


def _earned(plan: Plan, frame: Frame) -> Iterator[Line]:
    if "spend" in plan.blocks:
        yield from _raised(
            plan, frame, "wallet_share", CONSUMERS + "share_of_wallet", ("preference", "share_of_wallet_gain")
        )
        spend, rate = (frame.given(CONSUMERS + name) for name in ("annual_category_spend", "margin_rate"))
        yield Line("margin_each", f"{spend}*{frame.line('wallet_share')}*{rate}", "price")
        customers = frame.line("average")
        if _premium(plan, frame):
            premium = frame.given("levers.recommendation.referred_value_premium")
            customers = f"({customers}+{frame.line('referred_average')}*{premium})"
        yield Line("margin", f"{customers}*{frame.line('margin_each')}", "money")
    if "option" in plan.blocks:
        base = "baseline.option."
        yield from _raised(
            plan, frame, "option_rate", base + "subscription_rate", ("advantage", "subscription_rate_gain")
        )
        eligible, margin = (frame.given(base + name) for name in ("eligible_share", "annual_margin"))
        takers = f"{frame.line('average')}*{eligible}*{frame.line('option_rate')}"
        yield Line("option_margin", f"{takers}*{margin}", "money")
    if plan.onboarding:
        yield Line(
            "onboarding_cost", f"{frame.line('new')}*{frame.given(CONSUMERS + 'onboarding_cost')}", "money"
        )


def _raised(plan: Plan, frame: Frame, name: str, path: str, move: tuple[str, str]) -> Iterator[Line]:
    """Yield a rate that a lever raises, held in [0, 1]."""
    gain, rate = _moved(plan, frame, *move), frame.given(path)
    if gain is None:
        yield Line(name, f"MAX(0,MIN(1,{rate}))", "fine")
        return
    yield Line(f"{name}_gain", gain, "fine")
    yield Line(name, f"MAX(0,MIN(1,{rate}+{frame.line(f'{name}_gain')}))", "fine")


def _service(plan: Plan, frame: Frame) -> Iterator[Line]:
    contacts, cost = (frame.given(SERVICE + name) for name in ("annual_contacts", "cost_per_contact"))
    if "population" in plan.blocks:
        first = frame.base_first("average")
        contacts = f"{contacts}*IF({first}>0,{frame.line('average')}/{first},1)"
    yield Line("contacts", contacts, "count")
    handled = f"{frame.line('contacts')}*{cost}"
    fcr_gain = _moved(plan, frame, "service_cost", "first_contact_resolution_gain")
    deflected = _moved(plan, frame, "service_cost", "deflected_contact_share")
    if fcr_gain is None or deflected is None:
        yield Line("service_cost", handled, "money")
        return
    fcr, extra, own, cash = (
        frame.given(SERVICE + name)
        for name in (
            "first_contact_resolution_rate",
            "extra_contacts_per_unresolved_issue",
            "self_service_cost_per_contact",
            "cash_share",
        )
    )
    yield Line("fcr_gain", f"MIN({fcr_gain},1-{fcr})", "fine")
    yield Line("deflected", f"MAX(0,MIN(1,{deflected}))", "fine")
    yield Line("issues", f"{frame.line('contacts')}/(1+(1-{fcr})*{extra})", "count")
    repeat = f"{frame.line('issues')}*{frame.line('fcr_gain')}*{extra}*{cost}*(1-{frame.line('deflected')})"
    yield Line("repeat_saving", repeat, "money")
    moved = f"{frame.line('contacts')}*{frame.line('deflected')}*({cost}-{own})"
    yield Line("deflection_saving", moved, "money")
    saving = f"{cash}*({frame.line('repeat_saving')}+{frame.line('deflection_saving')})"
    yield Line("service_cost", f"{handled}-{saving}", "money")


def _contracts(plan: Plan, frame: Frame) -> Iterator[Line]:
    count, renewal, term, new, value, margin = (
        frame.given(CONTRACTS + name)
        for name in ("count", "renewal_rate", "term_years", "annual_new", "annual_value", "margin_rate")
    )
    yield Line("contracts_opening", frame.opening(count, "contracts_closing"), "number")
    gain = _moved(plan, frame, "engagement", "renewal_intention_gain")
    lost = f"1-{renewal}"
    if gain is not None:
        kappa = frame.given("levers.engagement.intention_to_renewal")
        yield Line("renewal_gain", f"{kappa}*{gain}", "fine")
        lost = f"{lost}-{frame.line('renewal_gain')}"
    yield Line("contracts_loss_share", f"MIN(1,MAX(0,{lost})/{term})", "fine")
    opening = frame.line("contracts_opening")
    yield Line("contracts_closing", f"{opening}*(1-{frame.line('contracts_loss_share')})+{new}", "number")
    yield Line("contracts_average", f"AVERAGE({opening},{frame.line('contracts_closing')})", "number")
    yield Line("b2b_margin", f"{frame.line('contracts_average')}*{value}*{margin}", "money")
