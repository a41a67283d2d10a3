"""What was told of a group over time, attacked with linear algebra (`oracle.py`)."""

from __future__ import annotations

import attrs
import pytest
from store_oracle import FUNCTIONS, QUESTIONS, Life, Vector, exposed, lives, published
from store_samples import rng

from cxmaturity.store import differencing as d
from cxmaturity.store.row_space import safe


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
                rows += [row for layer, row in told if layer == "profiles"]
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


def test_three_results_that_are_safe_two_by_two_may_not_be_together():
    """Two sets of five newcomers, then nine of the ten and one more: together they isolate two people."""
    steady = {f"s{i}" for i in range(20)}
    first, second = set("abcde"), set("fghij")
    rows = [frozenset(steady), frozenset(steady | first), frozenset(steady | second)]
    third = frozenset(steady | first | (second - {"j"}) | {"z"})
    owners = {person: person for person in steady | first | second | {"z"}}

    assert all(
        len(third ^ row) >= 5 or not third ^ row for row in rows
    )  # each difference alone is large enough
    assert safe(rows, owners, 5)
    assert not safe([*rows, third], owners, 5)


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


def test_a_search_too_large_is_a_no():
    """What cannot be searched in time is not told: forty people in pairs that only ever appear crossed."""
    people = [f"p{i}" for i in range(60)]
    chance = rng(0)
    rows = [frozenset(chance.sample(people, 30)) for _ in range(70)]

    assert not safe(rows, {person: person for person in people}, 12)
