"""What a programme can earn: a benefit, its KPI and inputs, its links to the questions, claims to avoid."""

from __future__ import annotations

from typing import Literal

import attrs

from cxmaturity.core.text import Text

Strength = Literal[0, 1, 2, 3]
LinkGrade = Literal["A", "B", "C"]


@attrs.frozen(kw_only=True)
class Kpi:
    """A measure: name, unit, definition with its denominator (the denominator often triples the answer)."""

    id: str
    name: Text
    unit: Text
    definition: Text
    denominator: Text


@attrs.frozen(kw_only=True)
class InputSpec:
    """A number that a benefit needs, and who at the client knows it.

    `path` is where it stands in an engagement, for instance ``baseline.consumers.annual_churn_rate`` or
    ``levers.retention.churn_rate_reduction``. `known` is true when a client normally has it, false when it
    must be estimated. `kind` says how it is printed. `optional` inputs refine the result and may stay
    absent.
    """

    path: str
    name: Text
    unit: Text
    definition: Text
    who_knows: Text
    kind: Literal["rate", "money", "count", "number"]
    known: bool
    optional: bool = False


@attrs.frozen(kw_only=True)
class Benefit:
    """One of the seven benefits: its goal as a client says it, the KPI that shows it, the inputs it needs.

    `population` ("consumers", "contracts", "contacts"), `pool` (the pool of euros) and `step` (the step of
    the funnel) say what it counts, so that nothing is counted twice.
    """

    id: str
    number: int
    name: Text
    goal: Text
    kpi: Kpi
    inputs: tuple[InputSpec, ...] = attrs.field(converter=tuple)
    population: str
    pool: str
    step: str


@attrs.frozen(kw_only=True)
class Link:
    """How strongly a question moves a benefit (0 none, 3 same construct), how well that is known, and why."""

    question: str
    benefit: str
    strength: Strength
    grade: LinkGrade
    reason: Text


@attrs.frozen(kw_only=True)
class Claim:
    """A famous figure that the report refuses to use, with the reason and where to check it."""

    id: str
    claim: Text
    reason: Text
    source: Text
