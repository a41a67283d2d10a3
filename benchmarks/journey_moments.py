"""Plant moments of truth in journeys that customers answer to, and count how many the analysis finds; write journey_moments.md.

``python benchmarks/journey_moments.py [--journeys 500]``. Nothing here knows a threshold of the detector: a journey is a string
of true experiences (how satisfied, how split, how important, how many leave or complain), some of them planted as one of five
stories that practitioners call a moment of truth, some as decoys with one loud sign only. Customers then answer, 1 to 5, in
samples of 20 to 400; complaints and departures are counted; one field in eight is lost. The detector sees what is typed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import attrs

from cxmaturity.journey.analyse import analyse_journey
from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.values import Atlas, Event, Expectation, Journey, Measure, Stage, Words

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "benchmarks" / "journey_moments.md"
TODAY = dt.date(2026, 11, 22)
STORIES = ("break", "delight", "split", "leak", "ending")
DECOYS = ("dull_important", "leak_nobody_minds", "split_small", "plain_dip", "high_hopes")


@attrs.frozen(kw_only=True)
class Truth:
    """What customers live at one event; levels from 1 to 5, rates per visit."""

    story: str = ""
    satisfaction: float
    noise: float = 0.95
    split: bool = False
    importance: float
    expected: float
    drop_off: float
    complaints: float
    flagged: bool = False


def usual(rng: random.Random) -> Truth:
    """Return an event like any other: fairly good, fairly important, few leave."""
    level = min(4.4, max(3.0, rng.gauss(3.7, 0.25)))
    return Truth(
        satisfaction=level,
        noise=rng.uniform(0.75, 1.05),
        importance=rng.gauss(3.4, 0.3),
        expected=level + rng.uniform(-0.3, 0.5),
        drop_off=rng.lognormvariate(-3.4, 0.25),
        complaints=rng.lognormvariate(-4.4, 0.25),
    )


def planted(rng: random.Random, story: str) -> Truth:
    """Return a moment of truth: customers feel it, and it matters."""
    plain = usual(rng)
    stakes = rng.uniform(4.2, 4.8)
    flagged = rng.random() < 0.4
    changes: dict[str, dict[str, Any]] = {
        "break": {
            "satisfaction": rng.uniform(1.6, 2.3),
            "importance": stakes,
            "expected": rng.uniform(3.6, 4.4),
            "complaints": plain.complaints * rng.uniform(2.5, 6),
        },
        "delight": {
            "satisfaction": rng.uniform(4.75, 4.95),
            "noise": 0.6,
            "importance": stakes,
            "flagged": True,
        },
        "split": {"satisfaction": 3.0, "split": True, "importance": stakes},
        "leak": {
            "satisfaction": rng.uniform(2.4, 3.0),
            "importance": stakes,
            "expected": rng.uniform(3.8, 4.4),
            "drop_off": plain.drop_off * rng.uniform(3, 8),
        },
        "ending": {
            "satisfaction": rng.uniform(1.5, 2.2),
            "importance": rng.uniform(3.8, 4.4),
            "expected": rng.uniform(3.6, 4.4),
        },
    }
    return attrs.evolve(plain, story=story, **{"flagged": flagged, **changes[story]})


def decoy(rng: random.Random, kind: str) -> Truth:
    """Return an event with one loud sign and nothing behind it."""
    plain = usual(rng)
    changes: dict[str, dict[str, Any]] = {
        "dull_important": {"importance": rng.uniform(4.2, 4.8)},
        "leak_nobody_minds": {"drop_off": plain.drop_off * rng.uniform(3, 6)},
        "split_small": {"satisfaction": 3.0, "split": True, "expected": 3.0, "importance": rng.uniform(2, 3)},
        "plain_dip": {
            "satisfaction": rng.uniform(2.2, 2.7),
            "expected": 2.8,
            "importance": rng.uniform(2, 3),
        },
        "high_hopes": {"expected": plain.satisfaction + rng.uniform(1.1, 1.4)},
    }
    return attrs.evolve(plain, **changes[kind])


def truths(rng: random.Random) -> list[list[Truth]]:
    """Return the stages of a journey: 12 to 40 events, two to five moments and as many decoys."""
    stages = [[usual(rng) for _ in range(rng.randint(3, 7))] for _ in range(rng.randint(4, 6))]
    places = [(i, j) for i, stage in enumerate(stages) for j in range(len(stage))]
    ends = [(i, len(stage) - 1) for i, stage in enumerate(stages)]
    rng.shuffle(places)
    wanted = [rng.choice(STORIES) for _ in range(rng.randint(2, min(5, len(places) // 4)))]
    for story in wanted:
        free = [place for place in (ends if story == "ending" else places) if place in places]
        if free:
            i, j = free[0]
            places.remove((i, j))
            stages[i][j] = planted(rng, story)
    for _ in wanted:
        i, j = places.pop()
        stages[i][j] = decoy(rng, rng.choice(DECOYS))
    return stages


def answered(rng: random.Random, truth: Truth, n: int) -> tuple[int, ...]:
    """Return how many of n customers gave each level from 1 to 5."""
    counts = [0] * 5
    for _ in range(n):
        if truth.split:
            level = rng.choice((1, 1, 2, 4, 5, 5))
        else:
            level = round(min(5.0, max(1.0, rng.gauss(truth.satisfaction, truth.noise))))
        counts[level - 1] += 1
    return tuple(counts)


def rate(rng: random.Random, share: float, n: int) -> float:
    """Return a share counted on n visits."""
    return sum(rng.random() < share for _ in range(n)) / n


def typed(rng: random.Random, truth: Truth, name: str) -> Event:
    """Return what a consultant knows of an event after a survey, with one field in eight lost."""

    def kept(value: float) -> float | None:
        return None if rng.random() < 1 / 8 else value

    n = round(20 * 20 ** rng.random())
    counts = answered(rng, truth, n)
    mean = sum(level * count for level, count in enumerate(counts, 1)) / n
    measure = Measure(
        id=f"m-{name}",
        metric="csat5",
        value=mean,
        n=n,
        counts=counts,
        date=TODAY - dt.timedelta(days=rng.randint(10, 300)),
        kind="survey",
        source="web",
    )
    lost = rng.random() < 1 / 16
    return Event(
        id=name,
        by="customer",
        action=Words(name),
        channel="website",
        satisfaction=() if lost else (measure,),
        expectation=Expectation(
            level=kept(round(min(5.0, max(1.0, truth.expected)), 1)),
            importance=kept(round(min(5.0, max(1.0, truth.importance + rng.gauss(0, 0.1))), 1)),
        ),
        drop_off=kept(rate(rng, truth.drop_off, 2000)),
        complaints=kept(rate(rng, truth.complaints, 2000)),
        expert_flag="the team says so" if truth.flagged else "",
        reach=float(rng.randint(500, 5000)),
    )


def journey(seed: int) -> tuple[Journey, dict[str, str]]:
    """Return a journey as typed, and the story of each planted event."""
    rng = random.Random(seed)  # noqa: S311  # a simulation
    stories: dict[str, str] = {}
    stages = []
    for i, stage in enumerate(truths(rng)):
        events = []
        for j, truth in enumerate(stage):
            name = f"e{i}-{j}"
            if truth.story:
                stories[name] = truth.story
            events.append(typed(rng, truth, name))
        stages.append(Stage(id=f"s{i}", name=Words(f"s{i}"), lifecycle="use", events=events))
    return Journey(id="planted", title=Words("planted"), stages=stages), stories


NAIVE = JourneyParameters(notable_extremum=0.0, notable_end=0.0)
"""Every local extremum and every end counts, felt or not."""


def found(typed_journey: Journey, parameters: JourneyParameters = DEFAULTS) -> JourneyResult:
    """Analyse one journey."""
    atlas = Atlas(client="planted", language="en", journeys=(typed_journey,))
    return analyse_journey(atlas, typed_journey, "", as_of=TODAY, seed=1, parameters=parameters)


@attrs.frozen(kw_only=True)
class Count:
    """What was found over many journeys."""

    hits: Counter[str]
    planted: Counter[str]
    wrong: Counter[str]
    milliseconds: float

    @property
    def recall(self) -> float:
        """Share of the planted moments that were found."""
        return self.hits.total() / self.planted.total()

    @property
    def precision(self) -> float:
        """Share of the moments found that were planted."""
        return self.hits.total() / (self.hits.total() + self.wrong.total())


def count(seeds: range, parameters: JourneyParameters = DEFAULTS) -> Count:
    """Plant and look for moments in one journey per seed."""
    hits: Counter[str] = Counter()
    all_planted: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    times = []
    for seed in seeds:
        one, stories = journey(seed)
        begun = time.perf_counter()
        result = found(one, parameters)
        times.append(time.perf_counter() - begun)
        all_planted.update(stories.values())
        for event in result.moments:
            if event.event in stories:
                hits[stories[event.event]] += 1
            else:
                wrong["+".join(reason.criterion for reason in event.reasons)] += 1
    return Count(hits=hits, planted=all_planted, wrong=wrong, milliseconds=1000 * statistics.median(times))


def main(arguments: list[str]) -> int:
    """Count over the journeys asked for, print and write the table; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=500)
    asked = parser.parse_args(arguments)
    result, naive = count(range(asked.journeys)), count(range(asked.journeys), NAIVE)
    lines = [
        "# Planted moments of truth",
        "",
        f"{asked.journeys} journeys, {result.planted.total()} planted moments, Python {platform.python_version()}.",
        f"Median {result.milliseconds:.1f} ms for a journey.",
        "",
        "| | measured | goal | when every local extremum and every end of a stage counts |",
        "|---|---|---|---|",
        f"| recall | {result.recall:.3f} | 0.9 | {naive.recall:.3f} |",
        f"| precision | {result.precision:.3f} | 0.8 | {naive.precision:.3f} |",
        "",
        "| story | planted | found |",
        "|---|---|---|",
        *(
            f"| {story} | {result.planted[story]} | {result.hits[story] / result.planted[story]:.3f} |"
            for story in STORIES
        ),
        "",
        "Called a moment and not planted, by the criteria that fired: "
        + ", ".join(f"{name} {times}" for name, times in result.wrong.most_common(6))
        + ".",
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0 if result.recall >= 0.9 and result.precision >= 0.8 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
