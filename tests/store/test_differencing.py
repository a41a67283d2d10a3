"""What was told of a group over time, attacked with linear algebra (`oracle.py`)."""

from __future__ import annotations

import attrs
import pytest
from store_oracle import FUNCTIONS, QUESTIONS, Life, Vector, exposed, lives, published
from store_samples import rng

from cxmaturity.store import differencing as d
from cxmaturity.store.cuts import Cells, safe, separable


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_nobody_is_found_by_subtracting(block):
    """Over 1000 random campaigns, nothing about fewer than k people follows from all that was ever told."""
    releases = 0
    for seed in range(100 * block, 100 * (block + 1)):
        life = lives(seed)
        rows: dict[str, list[Vector]] = {}
        for choice in life.told:
            for layer, row in published(choice.people, life.group):
                rows.setdefault(layer, []).append(row)
        for layer, every in rows.items():
            assert exposed(every, life.group) is None, (seed, layer)
        releases += len(life.told)

    assert releases > 100  # it does tell something: never telling would be safe too


def test_the_oracle_sees_a_leak():
    """Telling the group after every change, as a page without memory would, is found out by the oracle."""
    found = 0
    for seed in range(50):
        life = Life(rng=rng(seed), group=3, functions=FUNCTIONS[:2])
        rows: list[Vector] = []
        for _ in range(5):
            life.live(12)
            if len(life.people) >= 4:
                told = published(list(life.people.values()), 3)
                rows += [row for layer, row in told if layer == "people"]
        found += bool(rows) and exposed(rows, 3) is not None

    assert found > 30


def test_what_enters_later_comes_in_groups():
    """Five people are told at once; the sixth, seventh wait for an eighth when the threshold is three."""
    life = Life(rng=rng(1), group=3, functions=FUNCTIONS[:1])
    sizes = []
    for _ in range(11):
        life.arrive()
        life.people = {
            person: attrs.evolve(said, marks={q: d.Mark(token=f"{person}{q}", level=True) for q in QUESTIONS})
            for person, said in life.people.items()
        }
        life.tell()
        sizes.append(len(life.told[-1].people) if life.told else 0)

    assert [0, 0, 0, 4, 4, 4, 7, 7, 7, 10, 10] == sizes


def safe_together(rows, least):
    """Ask for sets of people, each one variable."""
    wholes = Cells()
    for row in rows:
        wholes.add(frozenset(row))
    return safe(wholes, Cells(), {person: person for row in rows for person in row}, least)


def test_three_results_that_are_safe_two_by_two_may_not_be_together():
    """Two sets of five newcomers, then nine of the ten and one more: together they isolate two people."""
    steady = {f"s{i}" for i in range(20)}
    first, second = set("abcde"), set("fghij")
    rows = [steady, steady | first, steady | second]
    third = steady | first | (second - {"j"}) | {"z"}

    assert all(len(third ^ row) >= 5 for row in rows)  # each difference alone is large enough
    assert safe_together(rows, 5)
    assert not safe_together([*rows, third], 5)


def smallest_cut(lines):
    """Try every way to give the points one of two values; count the people of the lines that are cut."""
    points = sorted({point for line in lines for point in line[:2]})
    counts = []
    for pattern in range(1, 2 ** (len(points) - 1)):
        side = {point: pattern >> number & 1 for number, point in enumerate(points)}
        cut = {person for one, other, person in lines if side[one] != side[other]}
        if cut:
            counts.append(len(cut))
    return min(counts, default=None)


@pytest.mark.parametrize("seed", range(200))
def test_cuts_against_every_possible_cut(seed):
    """On random graphs the answer is that of trying all cuts; with several lines per person it errs to the safe side."""
    chance = rng(seed)
    points, several = chance.randint(2, 7), chance.random() < 0.5
    lines = [
        (
            chance.randrange(points),
            chance.randrange(points),
            f"p{chance.randrange(12) if several else number}",
        )
        for number in range(chance.randint(1, 24))
    ]
    smallest = smallest_cut(lines)
    for least in (1, 2, 3, 5):
        truth = smallest is not None and smallest < least
        if several:
            assert separable(lines, least) or not truth
        else:
            assert separable(lines, least) == truth


def test_after_an_erasure_others_leave_with_the_person():
    """When one of twelve is erased the rest are told again without four others, so that nobody is subtracted."""
    life = Life(rng=rng(3), group=5, functions=FUNCTIONS[:1])
    for _ in range(12):
        life.arrive()
    life.people = {
        person: attrs.evolve(said, marks={q: d.Mark(token=f"{person}{q}", level=True) for q in QUESTIONS})
        for person, said in life.people.items()
    }
    life.tell()
    life.erase()
    life.tell()

    assert [12, 7] == [len(choice.people) for choice in life.told]


@pytest.mark.parametrize("seed", range(5))
def test_almost_everybody_is_told_in_the_end(seed):
    """Safe, yet useful: after 80 arrivals in three functions at most four people wait, and the functions are shown."""
    life = Life(rng=rng(seed), group=5, functions=FUNCTIONS)
    for number in range(80):
        life.arrive()
        choice = d.choose(
            list(life.people.values()),
            d.History(
                told=tuple(one.told for one in life.told), last=life.told[-1].people if life.told else ()
            ),
            group=5,
            functions=FUNCTIONS,
            questions=QUESTIONS,
            rng=life.rng,
            patient=number < 79,
        )
        life.told += [choice] if choice else []
    people = life.told[-1].people

    assert len(people) >= 76
    assert {said.function for said in people} >= set(FUNCTIONS)
    assert sum(len(said.hidden) for said in people) < 40  # of 160 answers
