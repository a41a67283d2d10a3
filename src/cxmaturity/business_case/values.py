"""What goes into a business case and what comes out, as frozen values. Imports no numpy: `check` reads these.

Amounts are in the case's one currency, rates are fractions in [0, 1], every name carries its period. An
input that is unknown is None: the benefits that need it are then listed as not evaluated, with the inputs
that are missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal, get_args

import attrs

from cxmaturity.core.estimate import Estimate, EvidenceGrade, is_amount, is_rate
from cxmaturity.core.problems import InputError, Problem

Timing = Literal["end", "mid", "monthly", "dated"]
_RATE = attrs.validators.optional(is_rate)
_AMOUNT = attrs.validators.optional(is_amount)
_GIVEN_RATE: Any = is_rate


SBG_POINTS = 3
"""Observed years of survival that a tenure-dependent retention needs (Fader and Hardie, 2007)."""


def _plain_rate(instance: object, attribute: attrs.Attribute[Any], value: float | None) -> None:
    if value is not None:
        is_rate(instance, attribute, Estimate(value=value))


_GIVEN_PLAIN_RATE: Any = _plain_rate


def _plain_amount(instance: object, attribute: attrs.Attribute[Any], value: float) -> None:
    is_amount(instance, attribute, Estimate(value=value))


def _falling(
    instance: object,  # noqa: ARG001  # attrs calls
    attribute: attrs.Attribute[tuple[float, ...] | None],  # noqa: ARG001  # attrs calls
    value: tuple[float, ...] | None,
) -> None:
    if value is None:
        return
    shares = (1.0, *value)
    falls = all(before >= after > 0 for before, after in pairwise(shares))
    if len(value) < SBG_POINTS or not falls or value[-1] >= 1:
        raise InputError.of(
            "business_case.survival",
            "survival is {got}; expected the shares of a cohort still customers after 1, 2, 3... years.",
            hint="At least {least} shares, in (0, 1], that never rise; else give annual_churn_rate.",
            got=", ".join(f"{share:g}" for share in value) or "empty",
            least=SBG_POINTS,
        )


def _pairs(value: Mapping[str, Any] | tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    return tuple(value.items()) if isinstance(value, Mapping) else tuple(value)


@attrs.frozen(kw_only=True)
class Consumers:
    """The B2C population, its funnel and its word of mouth.

    `annual_category_spend` is what one customer spends per year in the category with every brand (the
    wallet); `margin_rate` is the contribution margin on it; `survival` the observed shares of a cohort
    still customers after 1, 2, 3... years, at least three, when retention depends on tenure (sBG) instead
    of `annual_churn_rate` being constant, and `survival_source` where they come from; `avoidable_churn_share`
    the share of churn that the client could have avoided.
    """

    count: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    annual_churn_rate: Estimate | None = attrs.field(default=None, validator=_RATE)
    avoidable_churn_share: Estimate | None = attrs.field(default=None, validator=_RATE)
    survival: tuple[float, ...] | None = attrs.field(
        default=None, converter=attrs.converters.optional(tuple), validator=_falling
    )
    survival_source: str = ""
    annual_category_spend: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    share_of_wallet: Estimate | None = attrs.field(default=None, validator=_RATE)
    margin_rate: Estimate | None = attrs.field(default=None, validator=_RATE)
    annual_qualified_visits: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    conversion_rate: Estimate | None = attrs.field(default=None, validator=_RATE)
    onboarding_cost: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    promoter_share: Estimate | None = attrs.field(default=None, validator=_RATE)
    detractor_share: Estimate | None = attrs.field(default=None, validator=_RATE)
    annual_customers_won_per_promoter: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    annual_prospects_lost_per_detractor: Estimate | None = attrs.field(default=None, validator=_AMOUNT)


@attrs.frozen(kw_only=True)
class Option:
    """A paid service or subscription that some consumers may take beside the main product."""

    eligible_share: Estimate | None = attrs.field(default=None, validator=_RATE)
    subscription_rate: Estimate | None = attrs.field(default=None, validator=_RATE)
    annual_margin: Estimate | None = attrs.field(default=None, validator=_AMOUNT)


@attrs.frozen(kw_only=True)
class Contracts:
    """The B2B population: contracts of some years. `annual_value` is revenue per contract per year."""

    count: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    term_years: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    renewal_rate: Estimate | None = attrs.field(default=None, validator=_RATE)
    annual_value: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    margin_rate: Estimate | None = attrs.field(default=None, validator=_RATE)
    annual_new: Estimate | None = attrs.field(default=None, validator=_AMOUNT)


@attrs.frozen(kw_only=True)
class Service:
    """Customer service. `cash_share` is the part of a saving that becomes cash; the rest frees capacity."""

    annual_contacts: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    cost_per_contact: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    self_service_cost_per_contact: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    first_contact_resolution_rate: Estimate | None = attrs.field(default=None, validator=_RATE)
    extra_contacts_per_unresolved_issue: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    cash_share: Estimate | None = attrs.field(default=None, validator=_RATE)


@attrs.frozen(kw_only=True)
class Baseline:
    """The client today: the populations it has (at least one) and, for plausibility, its `annual_revenue`."""

    consumers: Consumers | None = None
    option: Option | None = None
    contracts: Contracts | None = None
    service: Service | None = None
    annual_revenue: Estimate | None = attrs.field(default=None, validator=_AMOUNT)


@attrs.frozen(kw_only=True)
class Lever:
    """What the programme moves for one benefit.

    `moves` maps the lever inputs of the benefit (catalogue paths ``levers.<benefit>.<name>``) to estimates
    at full effect; `attribution` is the share of the move that the programme causes; `ramp` the share of
    full effect reached in year 1, 2, 3... (the last value holds after); `lag_years` whole years before
    anything happens. `population`, `pool` and `step` say what the lever counts when that is not what the catalogue says of
    its benefit (whose customers, which pool of euros, which step of the funnel); two levers may not count the same.
    """

    benefit: str
    moves: tuple[tuple[str, Estimate], ...] = attrs.field(converter=_pairs)
    attribution: Estimate = attrs.field(validator=_GIVEN_RATE)
    ramp: tuple[float, ...] = attrs.field(converter=tuple)
    lag_years: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    owner: str = ""
    population: str | None = None
    pool: str | None = None
    step: str | None = None

    def __attrs_post_init__(self) -> None:
        if not self.ramp or any(not 0 <= share <= 1 for share in self.ramp):
            raise InputError.of(
                "business_case.ramp",
                "the ramp is {got}; expected the share of full effect per year, each between 0 and 1.",
                got=", ".join(f"{share:g}" for share in self.ramp) or "empty",
            )


@attrs.frozen(kw_only=True)
class Cost:
    """One line of programme cost: `initial` at the start, `annual` in year 1, 2, 3... (then the last one)."""

    name: str
    initial: Estimate | None = attrs.field(default=None, validator=_AMOUNT)
    annual: tuple[Estimate, ...] = attrs.field(default=(), converter=tuple)
    internal: bool = False


@attrs.frozen(kw_only=True)
class Finance:
    """How money over time is counted; nothing here has a silent default but `tax_rate` (None: before tax).

    `timing`: flows of a year at its end, middle, spread over its months, or on `dates` (initial, then one
    per year). `finance_rate` and `reinvestment_rate` are for MIRR, the discount rate when absent.
    `optimism_bias` raises all programme costs by that share.
    """

    discount_rate: float = attrs.field(validator=_GIVEN_PLAIN_RATE)
    basis: Literal["nominal", "real"] = attrs.field(validator=attrs.validators.in_(("nominal", "real")))
    timing: Timing = attrs.field(validator=attrs.validators.in_(get_args(Timing)))
    horizon_years: int = attrs.field(validator=[attrs.validators.ge(1), attrs.validators.le(30)])
    dates: tuple[dt.date, ...] | None = attrs.field(default=None, converter=attrs.converters.optional(tuple))
    finance_rate: float | None = attrs.field(default=None, validator=_plain_rate)
    reinvestment_rate: float | None = attrs.field(default=None, validator=_plain_rate)
    tax_rate: float | None = attrs.field(default=None, validator=_plain_rate)
    optimism_bias: float = attrs.field(default=0.0, validator=_plain_amount)

    def __attrs_post_init__(self) -> None:
        if self.timing != "dated":
            return
        dates = self.dates or ()
        if len(dates) != self.horizon_years + 1 or any(later <= sooner for sooner, later in pairwise(dates)):
            raise InputError.of(
                "business_case.dates",
                "dated timing has {got} dates; expected {expected} that rise: the start, then one per year.",
                got=len(dates),
                expected=self.horizon_years + 1,
            )


@attrs.frozen(kw_only=True)
class Group:
    """Uncertain inputs that move together: `correlation` is the rank (Spearman) correlation of each pair."""

    name: str
    inputs: tuple[str, ...] = attrs.field(converter=tuple)
    correlation: float


@attrs.frozen(kw_only=True)
class Uncertainty:
    """How the ranges of a case are simulated.

    `correlation` is the rank correlation between the moves of all levers ("if the programme works, all levers work");
    `groups` adds others; an input is in one group at most. `success_probability` is a stage gate: the programme is
    stopped (no benefits, only the initial costs) with the complementary probability. `prudence` says how caution enters, once:
    through the ranges (``distribution``) or through `haircuts` (benefit id to share taken off, and `cost_uplift`).
    `measurement_costs` maps an input path to (fixed cost, cost per observation) of measuring it by a survey.
    """

    draws: int = attrs.field(default=10_000, validator=attrs.validators.ge(100))
    seed: int = 1
    correlation: float = 0.3
    groups: tuple[Group, ...] = attrs.field(default=(), converter=tuple)
    success_probability: float | None = attrs.field(default=None, validator=_plain_rate)
    prudence: Literal["distribution", "haircut"] = "distribution"
    haircuts: tuple[tuple[str, float], ...] = attrs.field(default=(), converter=_pairs)
    cost_uplift: float = 0.0
    measurement_costs: tuple[tuple[str, tuple[float, float]], ...] = attrs.field(default=(), converter=_pairs)


@attrs.frozen(kw_only=True)
class BusinessCase:
    """One case: baseline, levers, costs, finance, one currency (ISO 4217).

    `goals` are the benefits wanted, in the client's order (the levers' when empty); a goal without a lever,
    or whose inputs are missing, is listed as not evaluated.
    """

    currency: str
    goals: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    baseline: Baseline
    levers: tuple[Lever, ...] = attrs.field(converter=tuple)
    costs: tuple[Cost, ...] = attrs.field(converter=tuple)
    finance: Finance
    uncertainty: Uncertainty = attrs.field(factory=Uncertainty)


# --- results ---------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class BenefitResult:
    """One benefit evaluated.

    `pv` is its Shapley share of the joint present value, `alone_pv` what it would be alone, `annual` its
    Shapley share per year, shape (H,), `evidence` the weakest grade among its lever inputs.
    """

    id: str
    kpi: str
    pv: float
    alone_pv: float
    annual: tuple[float, ...]
    evidence: EvidenceGrade


@attrs.frozen(kw_only=True)
class NotEvaluated:
    """A benefit that was wanted but lacks inputs: the catalogue paths of those missing.

    `decisive_pv` says what finding out could change: the present value that the benefit must bring for the programme to pay.
    None: it pays without it, so that finding out cannot change the decision.
    """

    benefit: str
    missing: tuple[str, ...]
    decisive_pv: float | None = None


@attrs.frozen(kw_only=True)
class LedgerLine:
    """One line of the ledger, without and with the programme, per year: shape (H,) each."""

    id: str
    without: tuple[float, ...]
    with_programme: tuple[float, ...]


@attrs.frozen(kw_only=True)
class SimulationResult:
    """The NPV over all trials. `cvar5` is the mean NPV of the worst 5 % of trials; errors are one standard error.

    `inputs` are the catalogue paths that vary; `edges` (B + 1) and `counts` (B) draw the distribution; `npv` holds the
    first trials (at most 1,000), the same that the workbook shows; `notes` say what was adjusted (a correlation matrix
    repaired, a tail cut at a bound).
    """

    draws: int
    seed: int
    correlation: float
    inputs: tuple[str, ...]
    mean: float
    sd: float
    standard_error: float
    p10: float
    p50: float
    p90: float
    probability_of_loss: float
    probability_of_loss_error: float
    cvar5: float
    npv: tuple[float, ...]
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    notes: tuple[Problem, ...] = ()


@attrs.frozen(kw_only=True)
class TornadoBar:
    """One input moved alone from its P10 to its P90 (`low`, `high`), the others at their most likely value."""

    input: str
    low: float
    high: float
    npv_low: float
    npv_high: float


@attrs.frozen(kw_only=True)
class LeverBreakEven:
    """The share of one lever's target at which the NPV is zero, the others on target; None: it cannot sink the case.

    `reachable` is false when the case does not pay even with ten times this lever's target (`share` is then None too).
    """

    benefit: str
    share: float | None
    reachable: bool = True


@attrs.frozen(kw_only=True)
class InformationValue:
    """What knowing some inputs perfectly before deciding is worth (EVPPI); `label` names the input path or the group."""

    label: str
    inputs: tuple[str, ...]
    evppi: float


@attrs.frozen(kw_only=True)
class Measurement:
    """A survey that could measure one input: sample sizes, value of the sample (EVSI), cost, and the best size.

    `best_n` is None when no sample pays for itself.
    """

    input: str
    sizes: tuple[int, ...]
    evsi: tuple[float, ...]
    costs: tuple[float, ...]
    best_n: int | None


@attrs.frozen(kw_only=True)
class Overlap:
    """Two benefits that could count the same thing: what was found, and the rule applied (or the remedy asked for).

    `kind` is ``conflict`` (an error until resolved), ``definition`` (counted in one of them only), ``cause`` (counted
    downstream only), ``cost`` (more customers cost more) or ``positive`` (a real interaction, kept).
    """

    first: str
    second: str
    kind: Literal["conflict", "definition", "cause", "cost", "positive"]
    problem: Problem


@attrs.frozen(kw_only=True)
class HaircutResult:
    """A case after haircuts: present values, NPV, ROI and all internal rates of return."""

    pv_benefits: float
    pv_costs: float
    npv: float
    roi: float | None
    irr: tuple[float, ...]


@attrs.frozen(kw_only=True)
class CaseResult:
    """A business case, evaluated: everything that a report says about money. None means "does not exist".

    Years run 1..H; `cash_flows` has H + 1 entries, the first being the start. `cumulative` and
    `cumulative_discounted` have the same length. `gross_benefits`, `costs_by_year` (H + 1, positive =
    spent). `irr` holds all real roots above -1. `interaction_pv` is the joint total minus the sum of the
    alone values. `beyond_horizon` is the value of customers kept or won after year H, shown apart and never
    in the NPV.

    When inputs have ranges: `simulation`, `evpi` and what follows. `information` is widest first: one entry per input, one
    per group; inputs that are one and the same number (a group of correlation 1) have the group's entry only.
    `measurements` are those whose cost is known, `tornado` is widest first. `haircut` is the case after haircuts, when
    prudence is taken that way: nothing is then simulated. `overlaps` are the pairs of benefits that touch.
    """

    currency: str
    timing: Timing
    discount_rate: float
    horizon_years: int
    gross_benefits: tuple[float, ...]
    costs_by_year: tuple[float, ...]
    cash_flows: tuple[float, ...]
    cumulative: tuple[float, ...]
    cumulative_discounted: tuple[float, ...]
    pv_benefits: float
    pv_costs: float
    npv: float
    npv_after_tax: float | None
    roi: float | None
    profitability_index: float | None
    irr: tuple[float, ...]
    mirr: float | None
    payback_years: float | None
    discounted_payback_years: float | None
    beyond_horizon: float | None
    benefits: tuple[BenefitResult, ...]
    sum_of_alone_pv: float
    interaction_pv: float
    not_evaluated: tuple[NotEvaluated, ...]
    ledger: tuple[LedgerLine, ...]
    break_even: float | None
    warnings: tuple[Problem, ...]
    simulation: SimulationResult | None = None
    evpi: float | None = None
    information: tuple[InformationValue, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    tornado: tuple[TornadoBar, ...] = ()
    lever_break_even: tuple[LeverBreakEven, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    haircut: HaircutResult | None = None

    def benefit(self, id: str) -> BenefitResult:  # noqa: A002
        """Return the result for one benefit."""
        return next(benefit for benefit in self.benefits if benefit.id == id)
