"""What the workbook has to hold for one case: which parts of the ledger, which benefits, which inputs vary."""

from __future__ import annotations

from typing import Any

import attrs

from cxmaturity import i18n
from cxmaturity.business_case.cohorts import churn_profile
from cxmaturity.business_case.parameters import Parameters, read_parameters
from cxmaturity.business_case.retention import SBG
from cxmaturity.business_case.uncertain import UncertainInput, simulated, uncertain_inputs
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import InputError
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic

PREMIUM = "levers.recommendation.referred_value_premium"


@attrs.frozen(kw_only=True)
class Detail:
    """How much of the numerical machinery is laid out. Tests use less, because their interpreter is slow.

    `roots` rates of return are shown (all are counted), searched from `grid` points on each side of zero and closed in
    on in `steps` rows; `cases` says whether scenarios, tornado, trials and each lever's break-even are there.
    """

    roots: int = 3
    grid: int = 62
    steps: int = 16
    cases: bool = True


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """One case, as the sheets need it.

    `benefits` are those evaluated, in the client's order; `tenures` is the number of years of tenure followed (0
    when churn is constant) and `observed` how many the survival curve gave; `uncertain` the inputs that vary;
    `trials` the rows of the Monte Carlo sheet; `charts` whether charts are drawn.
    """

    diagnostic: Diagnostic
    case: BusinessCase
    result: CaseResult
    catalog: Catalog
    language: Language
    trials: int
    charts: bool
    detail: Detail
    parameters: Parameters
    sbg: SBG | None
    mix: tuple[float, ...]
    observed: int
    tenures: int
    uncertain: tuple[UncertainInput, ...]

    @property
    def years(self) -> int:
        """The horizon H."""
        return self.case.finance.horizon_years

    @property
    def benefits(self) -> tuple[str, ...]:
        """The benefits evaluated."""
        return tuple(self.parameters.effects)

    @property
    def blocks(self) -> frozenset[str]:
        """The parts of the ledger whose inputs are known."""
        return self.parameters.blocks

    @property
    def premium(self) -> bool:
        """Whether customers won by recommendation bear a premium."""
        return PREMIUM in self.parameters.numbers

    @property
    def onboarding(self) -> bool:
        """Whether welcoming a new customer costs something."""
        return "baseline.consumers.onboarding_cost" in self.parameters.numbers

    @property
    def varied(self) -> frozenset[str]:
        """The paths that vary."""
        return frozenset(found.path for found in self.uncertain)

    def t(self, key: str, **params: Any) -> str:
        """Return a text of the workbook in its language."""
        return i18n.message(f"workbook.{key}", self.language, **params)

    def benefit_name(self, benefit: str) -> str:
        """Return the name of a benefit."""
        return self.catalog.benefit(benefit).name.in_(self.language)


def make_plan(
    diagnostic: Diagnostic,
    catalog: Catalog,
    *,
    language: Language,
    trials: int,
    charts: bool = True,
    detail: Detail | None = None,
) -> Plan:
    """Read a diagnostic into a plan.

    Raises
    ------
    InputError
        ``workbook.no_case`` without a business case; ``workbook.trials`` for fewer than 2 trials.
    """
    diagnostic = diagnostic.in_language(language)
    case, result = diagnostic.engagement.wanted_case, diagnostic.case
    if case is None or result is None:
        raise InputError.of(
            "workbook.no_case",
            "this engagement has no business case; there is no workbook to write.",
            hint="Add the sections baseline, levers, costs and finance to engagement.yaml.",
        )
    if trials < 2:
        raise InputError.of(
            "workbook.trials", "{trials} trials asked for; expected 2 or more.", trials=trials
        )
    detail = detail or Detail()
    parameters = read_parameters(case)
    by_tenure = parameters.survival is not None and "population" in parameters.blocks
    profile = churn_profile(parameters) if by_tenure else None
    return Plan(
        diagnostic=diagnostic,
        case=case,
        result=result,
        catalog=catalog,
        language=language,
        trials=trials,
        charts=charts,
        detail=detail,
        parameters=parameters,
        sbg=None if profile is None else profile.model,
        mix=() if profile is None else profile.mix,
        observed=len(parameters.survival or ()) if by_tenure else 0,
        tenures=0 if profile is None else len(profile.mix),
        uncertain=uncertain_inputs(case) if detail.cases and simulated(case) else (),
    )
