"""Arrows of branches and loops, promises, intensity, small groups, a journey without stages: what each says and never does."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET  # only ever reads our own output

import attrs
import pytest

from cxmaturity.charts.journey.promises import at_event
from cxmaturity.charts.journey.scene import Box
from cxmaturity.journey.results import EventResult
from cxmaturity.journey.values import Score

SVG = "{http://www.w3.org/2000/svg}"


def parts(picture, name):
    """Return the groups of a class."""
    root = ET.fromstring(picture.svg)  # noqa: S314  # our own output
    return [it for it in root.iter(f"{SVG}g") if name in it.get("class", "").split()]


def route(group):
    """Return the corners of an arrow: the ends of its straight sides and the tops of its rounded corners."""
    line = group.find(f"{SVG}path").get("d")
    found = []
    for word, said in re.findall("([MLQ])([^MLQ]*)", line):
        values = [float(number) for number in said.split()]
        found.append((values[0], values[1]))
        if word == "Q":
            found.append((values[2], values[3]))
    return found


def test_branches_and_loops_are_arrows_between_their_cards(small, draw):
    """An arrow for each `next` that is not the following event, from the edge of its card to the edge of the other, named."""
    picture = draw(small, "real")
    cards = {place.id: place.box for place in picture.places if place.kind == "card"}
    ways = {(it.get("data-from"), it.get("data-to")): it for it in parts(picture, "flow")}

    assert set(ways) == {("e2", "e8"), ("e5", "e3")}
    assert "back to" in ways["e5", "e3"].get("aria-label")
    for (source, target), group in ways.items():
        start, *_, end = route(group)
        for point, name in ((start, source), (end, target)):
            box = cards[name]
            near = Box(x=box.x - 0.1, y=box.y - 0.1, width=box.width + 0.2, height=box.height + 0.2)
            assert near.holds(Box(x=point[0], y=point[1], width=0, height=0)), (name, point)


def test_no_arrow_crosses_a_text_or_a_card(every_picture):
    """Every side of every arrow keeps clear of every text and of every card, in every picture."""
    faults = []
    for name, picture in every_picture:
        cards = [place.box for place in picture.places if place.kind == "card"]
        inside = [
            Box(x=it.x + 0.2, y=it.y + 0.2, width=it.width - 0.4, height=it.height - 0.4) for it in cards
        ]
        for group in parts(picture, "flow"):
            for (ax, ay), (bx, by) in pairwise(route(group)):
                side = Box(x=min(ax, bx), y=min(ay, by), width=abs(bx - ax), height=abs(by - ay))
                wide = Box(
                    x=side.x - 0.01, y=side.y - 0.01, width=side.width + 0.02, height=side.height + 0.02
                )
                faults += [(name, box.text) for box in picture.boxes if wide.meets(box.box)]
                faults += [(name, "card") for box in inside if wide.meets(box)]

    assert faults == []


def test_arrows_side_by_side_never_read_as_one_line(every_picture):
    """Two upright sides that run along the same rows are the same line or stand clear of each other, in every picture."""
    faults = []
    for name, picture in every_picture:
        uprights = [
            (number, ax, min(ay, by), max(ay, by))
            for number, group in enumerate(parts(picture, "flow"))
            for (ax, ay), (bx, by) in pairwise(route(group))
            if abs(ax - bx) < 1e-6
        ]
        faults += [
            (name, one, two)
            for one, two in combinations(uprights, 2)
            if one[0] != two[0] and one[2] < two[3] and two[2] < one[3]
            if 1e-6 < abs(one[1] - two[1]) < 0.51
        ]

    assert faults == []


def test_what_nobody_has_lived_yet_is_hoped_for(every_picture):
    """The lane of an intended journey does not speak of what is lived; that of a real one does."""
    named = {
        name: {lane.text for lane in picture.boxes if lane.text.startswith("Expected and")}
        for name, picture in every_picture
        if name.endswith("a1-en")
    }

    assert named["acheter-parure-cible-a1-en"] == {"Expected and hoped for"}
    assert named["acheter-parure-a1-en"] == {"Expected and lived"}


def test_a_branch_that_is_no_arrow_stays_words(small, analysed, draw):
    """What only a hidden card shows, or what leaves the following event out, is still written; the table says all of it."""
    journey = small.atlas.journeys[0]
    events = {it.id: it for it in journey.events}
    changed = {"e0": ("e11",), "e1": ("e6",)}
    stages = [
        attrs.evolve(
            stage, events=[attrs.evolve(it, next=changed.get(it.id, it.next)) for it in stage.events]
        )
        for stage in journey.stages
    ]
    result = analysed(
        attrs.evolve(small.atlas, journeys=(attrs.evolve(journey, stages=stages, compared_with=""),))
    )
    picture = draw(result, "real")
    written = {it.get("data-event"): "".join(it.itertext()) for it in parts(picture, "card")}
    then = picture.table.columns.index("Then")

    assert events["e11"].visible is False
    assert "→ 12" in written["e0"]
    assert "→ 7" in written["e1"]
    assert [row[then] for row in picture.table.rows][:3] == ["→ 12", "→ 7", "→ 4 / 9"]


@pytest.mark.parametrize(
    ("valence", "low", "high", "verdict"),
    [
        (None, None, None, "unknown"),
        (1.2, None, None, "kept"),
        (0.2, None, None, "below"),
        (0.9, 0.6, 1.2, "open"),
        (0.5, 0.2, 0.8, "below"),
        (1.5, 1.2, 1.8, "kept"),
    ],
)
def test_a_promise_is_kept_at_an_event_where_its_height_is_lived(valence, low, high, verdict):
    """Open when the interval holds the height of the promise, else kept or below."""
    known = EventResult(event="e", stage="s", touchpoint="t", index=0, valence=valence, low=low, high=high)

    assert at_event(known, 1.0) == verdict


def test_promises_say_their_verdict_and_their_distance(small, draw):
    """Each promise that the journey touches is a line with the words of the analysis; a plan is not judged."""
    found = {it.promise: it for it in small.promises}
    written = [box.text for box in draw(small, "real").boxes]

    assert found["soon"].distance is not None
    distance = f"{found['soon'].distance:+.1f}".replace("-", "−")
    assert "Your lamp in two days" in written
    assert any(
        distance in text and text.startswith(("kept", "broken", "below", "cannot")) for text in written
    )
    table = draw(small, "real").table
    column = table.columns.index("Promises")
    assert distance in next(row[column] for row in table.rows if "Your lamp" in row[column])
    planned = " ".join(box.text for box in draw(small, "plan").boxes)
    assert "Your lamp in two days" in planned
    assert distance not in planned


def test_intensity_is_a_bar_as_high_as_it_is_strong(small, draw):
    """The bars of one picture are to each other as the levels that were given, whatever the satisfaction."""
    picture = draw(small, "real")
    journey = small.atlas.journey("real")
    levels = {it.id: it.emotion.intensity for it in journey.events if it.emotion.intensity}
    heights = {
        it.get("data-event"): float(it.find(f"{SVG}rect").get("height")) for it in parts(picture, "intensity")
    }

    assert set(heights) == set(levels)
    assert {round(heights[name] / level, 2) for name, level in levels.items()} == {
        round(max(heights.values()) / max(levels.values()), 2)
    }


def test_a_word_that_a_persona_contradicts_is_not_put_in_its_mouth(small, analysed, draw):
    """The team types one word for everybody: where the answers of one persona say the contrary, its picture leaves it out."""
    journey = attrs.evolve(small.atlas.journeys[0], compared_with="")
    stages = [
        attrs.evolve(
            stage,
            events=[
                attrs.evolve(it, emotion=attrs.evolve(it.emotion, valence=1.0)) if it.id == "e9" else it
                for it in stage.events
            ],
        )
        for stage in journey.stages
    ]
    result = analysed(attrs.evolve(small.atlas, journeys=(attrs.evolve(journey, stages=stages),)))

    def word(persona):
        picture = draw(result, "real", persona=persona)
        labels = {it.get("data-event"): "".join(it.itertext()) for it in parts(picture, "label")}
        return "doubt" in labels["e9"]

    assert word("ada")
    assert not word("ben")


def test_no_label_touches_the_curve_or_the_neutral_line(every_picture):
    """No text beside a marker lies on a piece of the curve or on the neutral line."""
    faults = []
    for name, picture in every_picture:
        lane = next(place.box for place in picture.places if place.id == "curve")
        pieces = [path.get("d") for it in parts(picture, "piece") for path in it.iter(f"{SVG}path")]
        points = [
            (float(x), float(y))
            for piece in pieces
            for x, y in re.findall(r"([-\d.]+) ([-\d.]+)(?=C|$)", piece)
        ]
        scale = parts(picture, "layer-scale")[0]
        neutral = next(it for it in scale.iter(f"{SVG}path") if it.get("stroke") == "#7B8692")
        y0 = float(neutral.get("d").split(" ")[1].split("H")[0])
        rooms = {text.get("x"): text for it in parts(picture, "label") for text in it.iter(f"{SVG}text")}
        boxes = [
            box.box
            for box in picture.boxes
            if lane.holds(box.box, slack=1) and box.box.x > lane.x - 0.1 and box.within.width < 60
        ]
        labels = [box for box in boxes if any(abs(float(x) - box.x - box.width / 2) < 0.02 for x in rooms)]
        faults += [(name, "neutral") for box in labels if box.y < y0 < box.bottom]
        faults += [
            (name, "curve")
            for box in labels
            for x, y in points
            if box.x < x < box.right and box.y < y < box.bottom
        ]

    assert faults == []


def test_what_few_people_said_is_not_drawn(small, analysed, draw):
    """One function of two people hides every function of the event: the range would tell what the two said."""
    journey = small.atlas.journeys[0]
    scores = [Score(function=name, participant=who, satisfaction=4 if name == "sales" else 1)
              for name, count in (("sales", 4), ("service", 2)) for who in range(count)]  # fmt: skip
    stages = [
        attrs.evolve(
            stage,
            events=[attrs.evolve(it, scores=scores if it.id == "e2" else ()) for it in stage.events],
        )
        for stage in journey.stages
    ]
    result = analysed(
        attrs.evolve(small.atlas, journeys=(attrs.evolve(journey, stages=stages, compared_with=""),))
    )

    assert parts(draw(result, "real"), "layer-functions") == []
    assert parts(draw(result, "real", least_group=2), "layer-functions") != []


@pytest.mark.parametrize("size", ["a3", "a1", "wide", "report"])
def test_a_journey_without_stages_is_a_picture_that_says_so(small, analysed, draw, size):
    """Nobody meets an error because the team has not begun: the sheet says that there is no stage yet."""
    bare = attrs.evolve(small.atlas.journeys[0], stages=(), compared_with="")
    for language, words in (("en", "No stage yet"), ("fr", "Aucune étape pour l’instant")):
        picture = draw(
            analysed(attrs.evolve(small.atlas, journeys=(bare,))), "real", size=size, language=language
        )
        assert words in " ".join(box.text for box in picture.boxes)
        assert picture.table.rows == ()
