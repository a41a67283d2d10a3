"""Where the rules of the lint draw their lines: held against brute force, scipy, and documents just on either side."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxmaturity.journey.lint import about, check_atlas
from cxmaturity.journey.lint_business import spearman
from cxmaturity.journey.lint_walk import decimal
from cxmaturity.journey.values import (
    Actor,
    Atlas,
    Channel,
    Event,
    Investment,
    Journey,
    Measure,
    Opportunity,
    Pain,
    Persona,
    Stage,
    Strategy,
    System,
    Waiver,
    Words,
)

AS_OF = dt.date(2026, 11, 22)


def event(name: str, **more: object) -> Event:
    """Return an event of the customer on the site."""
    return Event(
        **{"id": name, "by": "customer", "action": Words("Does", "Fait"), "channel": "website", **more}
    )


def atlas(*events: Event, journey: dict[str, object] | None = None, **more: object) -> Atlas:
    """Return an atlas of one journey, of one stage."""
    stage = Stage(id="stage", name=Words("Choose", "Choisir"), lifecycle="purchase", events=events)
    told = {"id": "buy", "title": Words("Buy", "Acheter"), "stages": (stage,), **(journey or {})}
    return Atlas(client="Acme", language="en", journeys=(Journey(**told),), **more)


def found(document: Atlas, catalog, *rules: str) -> list[tuple[str, str]]:
    """Return (rule, id) of the findings of some rules."""
    findings, _ = check_atlas(document, catalog, as_of=AS_OF)
    return [about(problem) for problem in findings if not rules or about(problem)[0] in rules]


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.lists(st.sets(st.integers(0, n), max_size=3), min_size=n, max_size=n)
    )
)
def test_a_loop_without_exit_is_what_brute_force_says(catalog, arrows):
    """E106 is said if and only if some event has no walk to the end, and names every stuck event that comes back to itself."""
    n = len(arrows)
    names = [f"e{index}" for index in range(n)] + ["end"]
    events = [
        event(names[index], next=tuple(names[i] for i in sorted(to))) for index, to in enumerate(arrows)
    ]
    leads = [to or {index + 1} for index, to in enumerate(arrows)]

    def walks(start: int) -> set[int]:
        seen: set[int] = set()
        ways = {start}
        for _ in range(n + 1):
            ways = {after for way in ways if way < n for after in leads[way]}
            seen |= ways
        return seen

    stuck = {index for index in range(n) if n not in walks(index)}
    loops = {index for index in stuck if index in walks(index)}
    findings, _ = check_atlas(atlas(*events), catalog, as_of=AS_OF)
    said = [dict(problem.params)["events"] for problem in findings if problem.code == "journey.e106"]

    assert bool(said) == bool(stuck)
    if said:
        named = {int(name[1:]) for name in said[0].split(", ")}
        assert loops <= named <= stuck


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=9))
def test_the_rank_correlation_is_scipys(pairs):
    """Spearman with ties agrees with scipy; a constant side has none."""
    ours = spearman([(float(x), float(y)) for x, y in pairs])
    if len({x for x, _ in pairs}) == 1 or len({y for _, y in pairs}) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(stats.spearmanr([x for x, _ in pairs], [y for _, y in pairs]).statistic)


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("Opens the CRM", True),
        ("opens the crm.", True),
        ("Reads micrmus", False),
        ("l'CRM", True),
        ("C.R.M", False),
    ],
)
def test_a_word_of_the_company_is_a_whole_word(catalog, text, caught):
    """C202 looks for whole words, whatever their case, and never inside another word."""
    document = atlas(event("e", action=Words(text, text)), jargon=("CRM",))

    assert caught == (("C202", "e") in found(document, catalog))


def test_what_customers_say_themselves_is_left_alone(catalog):
    """A quote may hold the word, and so may a blueprint."""
    pain = Pain(id="p", text=Words("Slow", "Lent"), quote=Words("Your CRM is slow", "Votre CRM est lent"))
    document = atlas(event("e", pains=(pain,)), jargon=("CRM",))
    blueprint = atlas(event("e", action=Words("CRM", "CRM")), journey={"view": "blueprint"}, jargon=("CRM",))

    assert [] == found(document, catalog, "C202") + found(blueprint, catalog, "C202")


def test_a_team_behind_the_line_alone_is_an_internal_process(catalog):
    """C201 sees an event of the brand in which only the back office acts, not one that the customer starts."""
    actors = (Actor(id="risk", name=Words("Risk", "Risques"), line="back"),)
    brand = atlas(event("score", by="brand", actors=("risk",)), actors=actors)
    customer = atlas(event("ask", actors=("risk",)), actors=actors)

    assert [("C201", "score")] == found(brand, catalog, "C201")
    assert [] == found(customer, catalog, "C201")


def test_a_price_on_another_branch_was_not_seen(catalog):
    """C204 follows the branches: a price shown on one way does not help who takes the other."""
    choose = event("choose", next=("site", "shop"))
    site = event("site", price_shown=True, next=("pay-site",))
    shop = event("shop", next=("pay-shop",))
    pay_site, pay_shop = event("pay-site", charge=9, next=("end",)), event("pay-shop", charge=9)

    assert [("C204", "pay-shop")] == found(atlas(choose, site, shop, pay_site, pay_shop), catalog, "C204")


def measure(name: str, **more: object) -> Measure:
    """Return a survey of the site."""
    given_ = {
        "id": name,
        "metric": "csat5",
        "value": 4.0,
        "n": 100,
        "sd": 1.0,
        "date": AS_OF,
        "kind": "survey",
    }
    return Measure(**{**given_, "source": "Web", **more})


def test_old_waves_beside_a_recent_one_are_history(catalog):
    """V403 is about the latest measure of each persona."""
    old = dt.date(2024, 1, 1)
    recent = atlas(event("e", satisfaction=(measure("a", date=old), measure("b"))))
    stale = atlas(event("e", satisfaction=(measure("a", date=old), measure("b", persona="ana"))))

    assert [] == found(recent, catalog, "V403")
    assert [("V403", "a")] == found(stale, catalog, "V403")


@pytest.mark.parametrize(
    ("more", "contradicts"),
    [
        ({"value": 3.0}, True),
        ({"value": 3.7}, False),  # intervals 3.80 to 4.20 and 3.50 to 3.90 meet
        ({"value": 3.0, "source": "Web"}, False),  # another wave of the same source
        ({"value": 3.0, "metric": "ces7"}, False),  # another question
        ({"value": 3.0, "persona": "ana"}, False),  # other people
        ({"value": 3.0, "date": dt.date(2024, 1, 1)}, False),  # other times
        ({"value": 3.0, "sd": None}, False),  # nobody knows how sure it is
    ],
)
def test_two_sources_contradict_each_other_beyond_their_intervals(catalog, more, contradicts):
    """V407 needs one metric, one kind of people, two recent sources and two intervals that do not meet."""
    other = measure("b", **{"source": "Shop", **more})

    assert contradicts == bool(found(atlas(event("e", satisfaction=(measure("a"), other))), catalog, "V407"))


def test_a_contradiction_says_its_figures_in_french(catalog):
    """V407 reaches a report: its figures have a decimal comma in French."""
    other = measure("b", value=2.5, source=Words(en="Shop", fr="Boutique"))
    findings, _ = check_atlas(atlas(event("e", satisfaction=(measure("a"), other))), catalog, as_of=AS_OF)
    (second,) = (dict(one.params)["second"] for one in findings if about(one)[0] == "V407")

    assert ("2.5 (Shop)", "2,5 (Boutique)") == (second.en, second.fr)


def test_what_is_designed_has_no_evidence_to_show(catalog):
    """V401 leaves planned journeys and journeys as they should be alone."""
    told = [({}, 1), ({"kind": "planned"}, 0), ({"state": "to_be"}, 0)]

    assert [n for _, n in told] == [
        len(found(atlas(event("e"), journey=more), catalog, "V401")) for more, _ in told
    ]


def test_what_the_customer_does_not_see_needs_no_channel(catalog):
    """E104 leaves the back of a blueprint alone."""
    document = atlas(
        event("e"), event("pick", by="brand", visible=False, channel=""), journey={"view": "blueprint"}
    )

    assert [] == found(document, catalog, "E104")


def test_a_touchpoint_may_come_back_in_another_journey(catalog):
    """E105 is about one journey: a planned and an actual one meet by their touchpoints."""
    one = atlas(event("a", touchpoint="site")).journeys[0]
    stage = attrs.evolve(one.stages[0], id="other", events=(event("b", touchpoint="site"),))
    document = attrs.evolve(atlas(), journeys=(one, attrs.evolve(one, id="actual", stages=(stage,))))

    assert [] == found(document, catalog, "E105")


def test_names_are_looked_for_where_they_live(catalog):
    """E101 knows the catalogue's channels and benefits, the atlas's own channels, and `end`."""
    own = (Channel(id="kiosk", name=Words("Kiosk", "Borne"), family="automated"),)
    opportunity = Opportunity(id="o", text=Words("x", "x"), kpi="retention", feedback=("p",))
    pain = Pain(id="p", text=Words("x", "x"))
    good = atlas(
        event("a", channel="kiosk", opportunities=(opportunity,), pains=(pain,), next=("end",)), channels=own
    )
    bad = atlas(
        event("a", channel="kiosk", opportunities=(attrs.evolve(opportunity, kpi="sales", feedback=("q",)),)),
        channels=(attrs.evolve(own[0], family="robots"),),
        strategy=Strategy(weights={"zoe": 1.0}),
        journey={"compared_with": "rent"},
    )

    assert [] == found(good, catalog, "E101")
    assert {"zoe", "kiosk", "buy", "o"} == {at for _, at in found(bad, catalog, "E101")}
    assert 5 == len(found(bad, catalog, "E101"))


@pytest.mark.parametrize("weights", [{"ana": 0.6, "bob": 0.3}, {"ana": 1.2, "bob": -0.2}])
def test_the_weights_of_the_strategy_sum_to_one(catalog, weights):
    """E103 covers the sum and each weight."""
    document = attrs.evolve(atlas(), strategy=Strategy(weights=weights))

    assert found(document, catalog, "E103")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e300])
def test_what_is_no_number_is_out_of_scale(catalog, value):
    """Not-a-number and infinities are findings, never crashes, wherever they stand."""
    document = atlas(
        event(
            "e",
            satisfaction=(measure("a", value=value, sd=value), measure("b", source="Shop")),
            reach=value,
            drop_off=value,
        )
    )

    assert {"a", "e"} == {at for _, at in found(document, catalog, "E103")}


def test_a_document_in_one_language_is_said_once(catalog):
    """B608 counts when most texts are alone, and names each when few are."""
    alone = atlas(*(event(f"e{i}", action=Words("Does")) for i in range(9)))
    one = atlas(event("a"), event("b"), event("c", action=Words("Does")))

    assert [("B608", "atlas")] == found(alone, catalog, "B608")
    assert [("B608", "c")] == found(one, catalog, "B608")


def test_waived_findings_are_returned_apart(catalog):
    """A waiver moves exactly the findings of its rule about its thing, whatever the case in which the rule is typed."""
    document = atlas(event("e", pains=(Pain(id="p", text=Words("x", "x")),)))
    waiver = Waiver(rule=" b602 ", at="e", reason="Agreed.")
    before, none = check_atlas(document, catalog, as_of=AS_OF)
    after, waived = check_atlas(attrs.evolve(document, waivers=(waiver,)), catalog, as_of=AS_OF)

    assert () == none
    assert [("B602", "e")] == [about(problem) for problem in waived]
    assert {about(problem) for problem in before} - {about(problem) for problem in after} == {("B602", "e")}


def test_a_waiver_of_a_rule_that_could_not_be_applied_is_not_called_useless(catalog):
    """A journey with an error is not analysed, and the waivers of what the analysis would show are left alone."""
    waivers = (Waiver(rule="V405", at="e", reason="Agreed."), Waiver(rule="B602", at="e", reason="Agreed."))
    broken = atlas(event("e", channel="fax"), waivers=waivers)
    whole = atlas(event("e"), waivers=waivers)

    assert [("D803", "e")] == found(broken, catalog, "D803")
    assert [("D803", "e")] * 2 == found(whole, catalog, "D803")


def test_findings_come_errors_first_then_in_the_order_of_the_atlas(catalog):
    """The order does not depend on the rule."""
    document = atlas(
        event("a", channel="fax-machine"),
        event("b", by="brand", visible=False),
        personas=(Persona(id="ana", name="Ana"),),
    )
    findings, _ = check_atlas(document, catalog, as_of=AS_OF)
    rank = {"error": 0, "warning": 1, "advice": 2}

    assert [rank[it.severity] for it in findings] == sorted(rank[it.severity] for it in findings)
    assert [("E101", "a"), ("C201", "b")] == [about(it) for it in findings if it.severity == "error"]


def test_money_per_period_is_compared_per_year(catalog):
    """B604 ranks yearly amounts: 105 a month is more than 300 a quarter, which is more than 1,000 a year."""
    stages = [
        Stage(
            id=f"s{i}",
            name=Words("x", "x"),
            lifecycle="use",
            investment=Investment(amount=amount, period=period),
            events=(event(f"e{i}", satisfaction=(measure(f"m{i}"),), expectation=_important(5 - i)),),
        )
        for i, (amount, period) in enumerate([(1000, "year"), (300, "quarter"), (105, "month")])
    ]
    up = atlas(journey={"stages": tuple(stages)})

    assert [("B604", "buy")] == found(up, catalog, "B604")


def _important(level: float) -> object:
    from cxmaturity.journey.values import Expectation

    return Expectation(importance=level)


@pytest.mark.parametrize(
    ("number", "said"), [(-0.26, "−0,26"), (0.0, "0,00"), (-0.001, "0,00"), (1.5, "1,50")]
)
def test_computed_numbers_are_written_as_the_language_does(number, said):
    """A true minus sign, a decimal comma in French, no sign on zero."""
    assert said == decimal(number, ".2f").fr
    assert said.replace(",", ".") == decimal(number, ".2f").en


def test_ten_thousand_events(catalog, calls):
    """Ten thousand events, each with an unknown channel and system, are checked, and twice the events are twice the work."""

    def stages(count):
        return tuple(
            Stage(
                id=f"s{s}",
                name=Words("x", "x"),
                lifecycle="use",
                events=tuple(
                    event(f"e{s}-{i}", channel=f"c{s}-{i}", systems=(f"y{s}-{i}",), next=(f"e{s}-{i}",))
                    for i in range(100)
                ),
            )
            for s in range(count)
        )

    findings, _ = check_atlas(atlas(journey={"stages": stages(100)}), catalog, as_of=AS_OF)
    assert len(findings) > 20_000

    some = [atlas(journey={"stages": stages(count)}) for count in (5, 10)]
    one, two = (calls(lambda it=it: check_atlas(it, catalog, as_of=AS_OF)) for it in some)
    assert two < 2.2 * one


def test_the_lint_loads_no_numpy():
    """A map with opportunities, moments and investment is checked before numpy would have been loaded."""
    program = (
        "import datetime as dt, sys\n"
        "from cxmaturity.files import load_catalog\n"
        "from cxmaturity.journey.lint import check_atlas\n"
        "from cxmaturity.journey.values import *\n"
        "o = [Opportunity(id=f'o{i}', text=Words('x'), effort=1) for i in range(9)]\n"
        "e = Event(id='e', by='customer', action=Words('x'), channel='website', opportunities=o,\n"
        "          expectation=Expectation(importance=4), emotion=Emotion(valence=1), reach=1)\n"
        "s = Stage(id='s', name=Words('x'), lifecycle='use', events=(e,))\n"
        "a = Atlas(client='x', language='en', journeys=(Journey(id='j', title=Words('x'), stages=(s,)),))\n"
        "assert check_atlas(a, load_catalog(), as_of=dt.date(2026, 11, 22))[0]\n"
        "print(sorted({'numpy', 'scipy', 'openpyxl', 'babel'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (0, "[]") == (done.returncode, done.stdout.strip()), done.stderr


def test_systems_are_jargon_too(catalog):
    """The name of a system in a stage's name is found."""
    document = atlas(event("e"), systems=(System(id="s", name=Words("Choose", "Choisir")),))

    assert [("C202", "stage"), ("C202", "stage")] == found(document, catalog, "C202")


def test_the_same_document_is_walked_through_once(catalog):
    """Asked again, the very findings come back; another day, an equal copy or a changed one is checked anew."""
    document = atlas(event("e"), systems=(System(id="s", name=Words("Choose", "Choisir")),))
    first = check_atlas(document, catalog, as_of=AS_OF)

    assert check_atlas(document, catalog, as_of=AS_OF) is first
    assert check_atlas(document, catalog, as_of=AS_OF - dt.timedelta(1)) is not first
    assert check_atlas(attrs.evolve(document), catalog, as_of=AS_OF) == first
    changed = attrs.evolve(document, systems=())
    assert "C202" not in {about(it)[0] for it in check_atlas(changed, catalog, as_of=AS_OF)[0]}


def test_a_doubled_event_is_said_once(catalog):
    """Its measures, whose ids are made from its own, are not said to be doubled too."""
    twice = [event("e", satisfaction=[Measure(id="e-m1", metric="expert", value=1)]) for _ in range(2)]

    assert [("E102", "e")] == found(atlas(*twice), catalog, "E102")
