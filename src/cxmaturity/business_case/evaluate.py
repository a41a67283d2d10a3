"""From a business case to everything that a report says about money."""

from __future__ import annotations

import attrs
import numpy as np

from cxmaturity.business_case.break_even import break_even_share
from cxmaturity.business_case.costs import costs_by_year
from cxmaturity.business_case.finance import (
    after_tax,
    discount_factors,
    mirr,
    npv,
    payback_years,
    profitability_index,
    roi,
)
from cxmaturity.business_case.horizon import value_beyond
from cxmaturity.business_case.inputs import lever_of, missing_inputs, wanted_benefits
from cxmaturity.business_case.ledger import Ledger, run_ledger
from cxmaturity.business_case.overlap import find_overlaps
from cxmaturity.business_case.parameters import FloatArray, Parameters, read_parameters
from cxmaturity.business_case.plausibility import plausibility_warnings
from cxmaturity.business_case.ranges import range_problems
from cxmaturity.business_case.roots import irr
from cxmaturity.business_case.shapley import coalition_gains, shapley_shares
from cxmaturity.business_case.uncertain import simulated
from cxmaturity.business_case.uncertainty_checks import uncertainty_problems
from cxmaturity.business_case.values import (
    BenefitResult,
    BusinessCase,
    CaseResult,
    LedgerLine,
    NotEvaluated,
)
from cxmaturity.catalog import Catalog
from cxmaturity.core.estimate import EvidenceGrade
from cxmaturity.core.problems import InputError


def evaluate_case(case: BusinessCase, catalog: Catalog) -> CaseResult:
    """Evaluate a business case: ledger with and without the programme, split, finance, warnings.

    Parameters
    ----------
    case : BusinessCase
        Baseline, levers, costs and finance; inputs may be missing.
    catalog : Catalog
        Names the KPI of each benefit.

    Returns
    -------
    CaseResult
        A benefit whose inputs are not all known is in `not_evaluated`, with the catalogue paths missing.
        When none can be evaluated the costs stand alone: NPV = -costs.

    Raises
    ------
    InputError
        All errors of `ranges.range_problems`, `overlap.overlap_problems` and
        `uncertainty_checks.uncertainty_problems`.
    UnknownIdError
        ``core.unknown_id`` for a goal or a lever that is no benefit of the catalogue.

    Notes
    -----
    Amounts are nominal or real as `Finance.basis` says; nothing here mixes the two. Shapley shares are
    taken on each year's gain, so that they add up per year as well as in present value.
    """
    overlaps = find_overlaps(case, catalog)
    conflicts = (overlap.problem for overlap in overlaps)
    found = (*range_problems(case), *conflicts, *uncertainty_problems(case))
    impossible = [problem for problem in found if problem.severity == "error"]
    if impossible:
        raise InputError(impossible)
    kpis = {name: catalog.benefit(name).kpi.id for name in _named(case)}
    parameters = read_parameters(case)
    finance = case.finance
    factors = discount_factors(
        finance.discount_rate, finance.horizon_years, timing=finance.timing, dates=finance.dates
    )
    gains = coalition_gains(parameters, tuple(parameters.effects))
    benefits = _split(case, parameters, gains, factors)
    benefits = tuple(attrs.evolve(benefit, kpi=kpis[benefit.id]) for benefit in benefits)
    result = _finance(case, gains[-1], factors)
    alone = sum(benefit.alone_pv for benefit in benefits)
    without = run_ledger(parameters, {})
    with_programme = run_ledger(parameters, dict.fromkeys(parameters.effects, 1.0))
    result = attrs.evolve(
        result,
        benefits=benefits,
        sum_of_alone_pv=alone,
        interaction_pv=result.pv_benefits - alone,
        not_evaluated=_not_evaluated(case, result.npv),
        ledger=_lines(without, with_programme),
        beyond_horizon=_beyond(case, parameters, (without, with_programme), factors),
        break_even=break_even_share(parameters, factors, result.pv_costs),
        overlaps=overlaps,
    )
    result = attrs.evolve(result, warnings=plausibility_warnings(case, parameters, result, catalog))
    return _with_prudence(case, result)


def _with_prudence(case: BusinessCase, result: CaseResult) -> CaseResult:
    """Return the result with its simulation, or its haircuts: one or the other, or neither."""
    if case.uncertainty.prudence == "haircut":
        from cxmaturity.business_case.haircut import haircut_case  # only when asked for

        cut = haircut_case(
            result,
            case.finance,
            cuts=dict(case.uncertainty.haircuts),
            cost_uplift=case.uncertainty.cost_uplift,
        )
        return attrs.evolve(result, haircut=cut)
    if not simulated(case):
        return result
    from cxmaturity.business_case.uncertainty import add_uncertainty  # only when something varies

    return add_uncertainty(case, result)


def _named(case: BusinessCase) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*wanted_benefits(case), *(lever.benefit for lever in case.levers))))


def _not_evaluated(case: BusinessCase, npv: float) -> tuple[NotEvaluated, ...]:
    missing = ((benefit, missing_inputs(case, benefit)) for benefit in dict.fromkeys(wanted_benefits(case)))
    return tuple(
        NotEvaluated(benefit=benefit, missing=paths, decisive_pv=-npv if npv < 0 else None)
        for benefit, paths in missing
        if paths
    )


def _weakest(case: BusinessCase, benefit: str) -> EvidenceGrade:
    lever = lever_of(case, benefit)
    grades: list[EvidenceGrade] = [] if lever is None else [lever.attribution.evidence]
    if lever is not None:
        grades.extend(move.evidence for _, move in lever.moves)
    return min(grades, default="E0")


def _split(
    case: BusinessCase, parameters: Parameters, gains: FloatArray, factors: FloatArray
) -> tuple[BenefitResult, ...]:
    """Return the Shapley share and the value alone of each benefit; `gains` has shape (2^n, H)."""
    shares = shapley_shares(gains)
    return tuple(
        BenefitResult(
            id=benefit,
            kpi="",
            pv=float(shares[i] @ factors[1:]),
            alone_pv=float(gains[1 << i] @ factors[1:]),
            annual=tuple(shares[i].tolist()),
            evidence=_weakest(case, benefit),
        )
        for i, benefit in enumerate(parameters.effects)
    )


def _finance(case: BusinessCase, gross: FloatArray, factors: FloatArray) -> CaseResult:
    """Return the result with its finance; what needs the ledger is filled in by the caller."""
    finance = case.finance
    rate, timing, dates = finance.discount_rate, finance.timing, finance.dates
    costs = costs_by_year(case)
    flows = np.concatenate(([0.0], gross)) - costs
    pv_benefits, pv_costs = float(gross @ factors[1:]), float(costs @ factors)
    net = pv_benefits - pv_costs
    paid = dates if timing == "dated" else None
    taxed = None if finance.tax_rate is None else after_tax(flows, finance.tax_rate)
    return CaseResult(
        currency=case.currency,
        timing=timing,
        discount_rate=rate,
        horizon_years=finance.horizon_years,
        gross_benefits=tuple(gross.tolist()),
        costs_by_year=tuple(costs.tolist()),
        cash_flows=tuple(flows.tolist()),
        cumulative=tuple(np.cumsum(flows).tolist()),
        cumulative_discounted=tuple(np.cumsum(flows * factors).tolist()),
        pv_benefits=pv_benefits,
        pv_costs=pv_costs,
        npv=net,
        npv_after_tax=None if taxed is None else float(npv(rate, taxed, timing=timing, dates=dates)),
        roi=roi(pv_benefits, pv_costs),
        profitability_index=profitability_index(net, float(costs[0])),
        irr=irr(flows, timing=timing, dates=dates),
        mirr=mirr(
            flows,
            finance_rate=rate if finance.finance_rate is None else finance.finance_rate,
            reinvestment_rate=rate if finance.reinvestment_rate is None else finance.reinvestment_rate,
            timing=timing,
            dates=dates,
        ),
        payback_years=payback_years(flows, dates=paid),
        discounted_payback_years=payback_years(flows * factors, dates=paid),
        beyond_horizon=None,
        benefits=(),
        sum_of_alone_pv=0.0,
        interaction_pv=0.0,
        not_evaluated=(),
        ledger=(),
        break_even=None,
        warnings=(),
    )


def _lines(without: Ledger, with_programme: Ledger) -> tuple[LedgerLine, ...]:
    return tuple(
        LedgerLine(
            id=name,
            without=tuple(line.tolist()),
            with_programme=tuple(with_programme.lines[name].tolist()),
        )
        for name, line in without.lines.items()
        if with_programme.lines.keys() - {"total"}  # a total of nothing is no line
    )


def _beyond(
    case: BusinessCase, parameters: Parameters, ledgers: tuple[Ledger, Ledger], factors: FloatArray
) -> float | None:
    value = value_beyond(
        parameters,
        *ledgers,
        discount_rate=case.finance.discount_rate,
        last_factor=float(factors[-1]),
    )
    return None if value is None else float(value)
