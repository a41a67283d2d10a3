"""A wave of answers becomes a result: the private is masked first, all is computed from what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from cxmaturity.assessment.alignment import check_alignment
from cxmaturity.assessment.dimensions import Column, build_dimension
from cxmaturity.assessment.evidence import Proof, apply_caps, collect_proofs
from cxmaturity.assessment.functions import compare_functions
from cxmaturity.assessment.index import build_index, weak_link
from cxmaturity.assessment.intraclass import intraclass
from cxmaturity.assessment.mirror import compare_with_customers
from cxmaturity.assessment.panel import STATES, Bools, Floats, Panel, build_panel
from cxmaturity.assessment.privacy import Disclosure, disclosure, mask, threshold
from cxmaturity.assessment.reliability import kendall_w, krippendorff_alpha
from cxmaturity.assessment.stage import build_stage
from cxmaturity.assessment.targets import LOWEST_LEVEL, percent_to_target, read_targets
from cxmaturity.assessment.values import (
    AgreementResult,
    AssessmentResult,
    Coverage,
    DimensionResult,
    Settings,
    Target,
    Wave,
)
from cxmaturity.assessment.weights import rank_priorities, read_weights
from cxmaturity.catalog import Catalog

_STREAMS: Final = {"stage": 1, "functions": 2, "priorities": 3}


@attrs.frozen(kw_only=True, eq=False)
class Prepared:
    """A wave laid out, masked and capped: what scoring one wave and comparing two both start from."""

    panel: Panel
    withheld: Bools
    rules: Disclosure
    weights: Floats
    proofs: tuple[Proof, ...]
    caps: Floats
    capped: bool

    @property
    def scored(self) -> Floats:
        """Levels used by the index, per question; NaN where not assessed or withheld."""
        return apply_caps(self.panel.means(), self.caps)


def prepare(wave: Wave, catalog: Catalog, *, settings: Settings, as_of: dt.date) -> Prepared:
    """Lay out one wave under its settings; evidence is graded at `as_of`. Errors: see `score_assessment`."""
    panel = build_panel(wave, catalog)
    rules = disclosure(settings, panel.size)
    masked, withheld = mask(panel, rules)
    proofs = collect_proofs(wave.evidence, panel.questions, as_of)
    capped = settings.mode != "quick"
    return Prepared(
        panel=masked,
        withheld=withheld,
        rules=rules,
        weights=read_weights(settings, panel.questions),
        proofs=proofs,
        caps=np.array([proof.cap if capped else np.nan for proof in proofs]),
        capped=capped,
    )


def score_assessment(
    wave: Wave,
    catalog: Catalog,
    *,
    settings: Settings,
    targets: Sequence[Target] = (),
    as_of: dt.date,
    seed: int,
) -> AssessmentResult:
    """Score one wave of the self-test.

    Parameters
    ----------
    wave : Wave
        The answers, the evidence and the customer mirror.
    catalog : Catalog
        The seven questions and the functions (departments).
    settings : Settings
        Mode, privacy, threshold, weights. Any mode but ``quick`` is a diagnostic, any privacy but ``named``
        is anonymous.
    targets : sequence of Target
        At most one per question, levels 1 to 5.
    as_of : datetime.date
        Date of the report: it decides how old the evidence is.
    seed : int
        Not negative. The same inputs and seed give the same result.

    Returns
    -------
    AssessmentResult
        None means "not known" or "withheld", never zero. One respondent gives a profile, the verdict
        ``single_view``, no interval; the stage probabilities then only say how the same person could answer
        another day.

    Raises
    ------
    InputError
        ``assessment.no_response``, ``assessment.duplicate_respondent``, ``assessment.weight_missing``,
        ``assessment.weight_range``, ``assessment.weight_sum``, ``assessment.target_range``,
        ``assessment.duplicate_target``, ``assessment.mirror_counts``.
    UnknownIdError
        ``core.unknown_id``.
    """
    ready = prepare(wave, catalog, settings=settings, as_of=as_of)
    wanted = read_targets(targets, ready.panel.questions)
    bounds = _bounds(ready)
    dimensions = _dimensions(ready, wave, catalog, wanted, bounds)
    gaps = np.array([np.nan if d.gap is None else d.gap for d in dimensions])
    levels = np.array([np.nan if d.target is None else d.target for d in dimensions])
    questions, scored = ready.panel.questions, ready.scored
    declared = {dimension.id: dimension.declared for dimension in dimensions}
    return AssessmentResult(
        wave=wave.id,
        date=wave.date,
        mode="diagnostic" if ready.capped else "quick",
        privacy="named" if settings.privacy == "named" else "anonymous",
        minimum_group=threshold(settings),
        respondents=ready.panel.size,
        weights=tuple(zip(questions, ready.weights.tolist(), strict=True)),
        dimensions=dimensions,
        index=build_index(
            ready.panel,
            weights=ready.weights,
            caps=ready.caps,
            bounds=bounds,
            percent_to_target=percent_to_target(scored, levels, origin=LOWEST_LEVEL),
        ),
        stage=build_stage(ready.panel, ready.caps, rng=_generator(seed, "stage")),
        weak_link=weak_link(questions, scored, ready.weights),
        agreement=_agreement(ready.panel),
        functions=compare_functions(
            ready.panel,
            known=[function.id for function in catalog.functions],
            rules=ready.rules,
            rng=_generator(seed, "functions"),
        ),
        alignment=check_alignment(dimensions),
        mirror=tuple(compare_with_customers(result, declared[result.question]) for result in wave.mirror),
        priorities=rank_priorities(
            questions, scored, gaps, ready.weights, rng=_generator(seed, "priorities")
        ),
        coverage=_coverage(ready),
        seed=seed,
        withheld=ready.rules.nothing,
    )


def _generator(seed: int, stream: str) -> np.random.Generator:
    """Return a generator of its own for each part, so that one part never changes the draws of another."""
    return np.random.default_rng([seed, _STREAMS[stream]])


def _bounds(ready: Prepared) -> tuple[Floats, Floats]:
    """Return the means with missing answers at 1 and at 5; 1 and 5 themselves where answers are withheld."""
    low, high = (np.where(ready.withheld, level, ready.panel.filled(level)) for level in (LOWEST_LEVEL, 5.0))
    return low, high


def _dimensions(
    ready: Prepared,
    wave: Wave,
    catalog: Catalog,
    targets: dict[str, Target],
    bounds: tuple[Floats, Floats],
) -> tuple[DimensionResult, ...]:
    return tuple(
        build_dimension(
            Column(
                question=question,
                position=j,
                panel=ready.panel,
                answers=[response.answer(question.id) for response in wave.responses],
                proof=ready.proofs[j],
                capped=ready.capped,
                bounds=(float(bounds[0][j]), float(bounds[1][j])),
                target=targets.get(question.id),
                withheld=bool(ready.withheld[j]),
                rules=ready.rules,
            )
        )
        for j, question in enumerate(catalog.questions)
    )


def _agreement(panel: Panel) -> AgreementResult:
    icc = intraclass(panel.levels)
    return AgreementResult(
        krippendorff_alpha=krippendorff_alpha(panel.levels),
        kendall_w=kendall_w(panel.levels),
        icc_a1=icc.a1 if icc else None,
        icc_a1_interval=icc.a1_interval if icc else None,
        icc_ak=icc.ak if icc else None,
    )


def _coverage(ready: Prepared) -> Coverage:
    shown = 0 if ready.rules.nothing else 1
    level, not_applicable, dont_know, skipped = (
        int(ready.panel.count(state).sum()) * shown for state in STATES
    )
    return Coverage(
        asked=ready.panel.states.size,
        levels=level,
        dont_know=dont_know,
        not_applicable=not_applicable,
        skipped=skipped,
        assessed=int((~np.isnan(ready.panel.means())).sum()),
        of=len(ready.panel.questions),
    )
