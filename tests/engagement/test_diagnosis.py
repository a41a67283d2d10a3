"""The Diagnostic composes: what it holds is what each room says, and what it names follows from it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest

from cxmaturity.assessment import score_assessment
from cxmaturity.business_case import evaluate_case
from cxmaturity.catalog import Catalog
from cxmaturity.engagement import Diagnostic, Engagement, diagnose, rank_opportunities
from cxmaturity.engagement.diagnosis import name_priorities, name_strengths
from cxmaturity.files import read_engagement
from cxmaturity.journey.analyse import analyse

EXAMPLES = Path(__file__).parents[2] / "examples"
SEED = 7


@pytest.fixture(scope="module")
def lavande() -> Engagement:
    """Return the richest example: two waves, a case, targets."""
    return read_engagement(EXAMPLES / "maison-lavande")


@pytest.fixture(scope="module")
def diagnostic(lavande: Engagement, catalog: Catalog) -> Diagnostic:
    """Return it diagnosed at its own date."""
    return diagnose(lavande, catalog, as_of=lavande.as_of, seed=SEED)


def test_each_part_is_what_its_room_says(
    lavande: Engagement, catalog: Catalog, diagnostic: Diagnostic
) -> None:
    """The last wave, the case and the bridge equal what their rooms return when they are asked alone."""
    scored = score_assessment(
        lavande.waves[-1],
        catalog,
        settings=lavande.settings,
        targets=lavande.targets,
        as_of=lavande.as_of,
        seed=SEED,
    )
    assert lavande.case is not None
    case = evaluate_case(attrs.evolve(lavande.case, goals=lavande.goals), catalog)
    assert scored == diagnostic.assessment
    assert case == diagnostic.case
    assert rank_opportunities(scored, case, catalog, seed=SEED) == diagnostic.bridge


def test_changes_start_from_what_was_declared_before(diagnostic: Diagnostic) -> None:
    """Every change starts from the declared level that the previous result shows."""
    assert diagnostic.previous is not None
    assert diagnostic.assessment is not None
    assert diagnostic.previous.date < diagnostic.assessment.date
    before = {found.id: found.declared for found in diagnostic.previous.dimensions}
    for change in diagnostic.changes:
        if change.question is not None:
            assert change.before == pytest.approx(before[change.question])


def test_the_same_seed_gives_the_same_diagnostic(
    lavande: Engagement, catalog: Catalog, diagnostic: Diagnostic
) -> None:
    """Two runs of the same inputs are equal, value for value."""
    assert diagnose(lavande, catalog, as_of=lavande.as_of, seed=SEED) == diagnostic


def test_an_assessment_alone_has_no_money(lavande: Engagement, catalog: Catalog) -> None:
    """Without a case there is no bridge, and the priorities are the widest gaps to target."""
    alone = diagnose(attrs.evolve(lavande, case=None, goals=()), catalog, as_of=lavande.as_of, seed=SEED)
    assert alone.case is None
    assert alone.bridge is None
    assert alone.assessment is not None
    gaps = {found.id: found.gap or 0.0 for found in alone.assessment.dimensions}
    widest = sorted(gaps.values(), reverse=True)[:3]
    assert [gaps[name] for name in alone.priorities] == pytest.approx(widest)


def test_a_case_alone_has_no_profile(lavande: Engagement, catalog: Catalog) -> None:
    """Without waves there is money and nothing else, and no strength is made up."""
    alone = diagnose(attrs.evolve(lavande, waves=()), catalog, as_of=lavande.as_of, seed=SEED)
    assert alone.case is not None
    assert (alone.assessment, alone.previous, alone.bridge) == (None, None, None)
    assert (alone.changes, alone.strengths, alone.priorities) == ((), (), ())


def test_a_single_wave_has_nothing_to_compare(lavande: Engagement, catalog: Catalog) -> None:
    """With one wave there is no previous result and no change."""
    single = attrs.evolve(lavande, waves=lavande.waves[-1:])
    alone = diagnose(single, catalog, as_of=lavande.as_of, seed=SEED)
    assert (alone.previous, alone.changes) == (None, ())


def test_evidence_expires_at_the_date_of_the_report(lavande: Engagement, catalog: Catalog) -> None:
    """A report two years later takes every proof for weaker: no evidenced level is higher than today."""
    later = lavande.as_of + dt.timedelta(days=731)
    now, then = (
        diagnose(lavande, catalog, as_of=as_of, seed=SEED).assessment for as_of in (lavande.as_of, later)
    )
    assert now is not None
    assert then is not None
    for today, tomorrow in zip(now.dimensions, then.dimensions, strict=True):
        assert (tomorrow.evidenced or 0) <= (today.evidenced or 0)
    assert (then.index.geometric or 5) < (now.index.geometric or 0)


def test_priorities_follow_the_money_then_the_gaps_then_the_levels(make: SimpleNamespace) -> None:
    """One question is worth money, one only has a gap, two have no target: they come in that order."""
    scored = make.assessment(
        [
            make.dimension("advocacy", declared=2.0),
            make.dimension("distinct", declared=1.5),
            make.dimension("access", declared=1.0, target=1.0),
            make.dimension("alignment", declared=2.0, target=4.0),
            make.dimension("trust", declared=3.0, target=4.0),
        ]
    )
    catalog = make.matrix({("trust", "retention"): 3})
    bridge = rank_opportunities(scored, make.case_result({"retention": 100.0}), catalog, seed=SEED)
    assert name_priorities(scored, bridge) == ("trust", "alignment", "distinct")


def test_a_reached_target_is_no_priority(make: SimpleNamespace) -> None:
    """When every target is reached there is nothing urgent."""
    scored = make.assessment([make.dimension("trust", declared=4.0, target=3.0)])
    assert name_priorities(scored, None) == ()


def test_strengths_are_high_agreed_and_no_priority(make: SimpleNamespace) -> None:
    """Higher first, then the better agreed of two equals; a weak level or a priority is no strength."""
    scored = make.assessment(
        [
            make.dimension("advocacy", declared=3.0, ad_md=1.0),
            make.dimension("distinct", declared=3.0, ad_md=0.2),
            make.dimension("access", declared=4.5),
            make.dimension("response", declared=2.4, ad_md=0.0),
            make.dimension("trust", declared=5.0),
            make.dimension("community", declared=None),
        ]
    )
    assert name_strengths(scored, apart_from=("trust",)) == ("access", "distinct", "advocacy")


# --- journeys ---


def test_the_maps_are_what_their_room_says(
    lavande: Engagement, catalog: Catalog, diagnostic: Diagnostic
) -> None:
    """The maps equal what `journey.analyse` returns when it is asked alone."""
    assert lavande.atlas is not None
    assert analyse(lavande.atlas, catalog, as_of=lavande.as_of, seed=SEED) == diagnostic.maps


def test_without_journeys_there_is_no_map(lavande: Engagement, catalog: Catalog) -> None:
    """An engagement as before has maps None, and everything else as with them."""
    alone = diagnose(attrs.evolve(lavande, atlas=None), catalog, as_of=lavande.as_of, seed=SEED)
    mapped = diagnose(lavande, catalog, as_of=lavande.as_of, seed=SEED)
    assert alone.maps is None
    assert attrs.evolve(mapped, engagement=alone.engagement, maps=None) == alone


def test_journeys_alone_are_an_engagement(catalog: Catalog) -> None:
    """With journeys and nothing else, the diagnostic has maps and no assessment, no case, no bridge, no priority."""
    engagement = read_engagement(EXAMPLES / "journeys" / "broadband-onboarding")
    found = diagnose(engagement, catalog, as_of=engagement.as_of, seed=SEED)
    assert found.maps is not None
    assert (found.assessment, found.case, found.bridge) == (None, None, None)
    assert (found.strengths, found.priorities) == ((), ())
