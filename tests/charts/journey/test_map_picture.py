"""The picture of a journey says what the analysis found: lanes, curve, evidence, overlays, data for filters, hostile texts."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET  # only ever reads our own output

import attrs
import pytest

from cxmaturity.charts.colour import blend, contrast_ratio, luminance
from cxmaturity.charts.journey import draw_map
from cxmaturity.charts.journey.legend import DASHES
from cxmaturity.charts.journey.look import NEGATIVE, POSITIVE
from cxmaturity.charts.journey.overlays import GHOST, OTHERS
from cxmaturity.charts.journey.symbols import CHANNELS, FAMILIES, INITIATORS
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.journey.values import Words

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('x')</script> & =HYPERLINK(\"x\") ]]> \x07 é “ ” 😀"
LAYERS = [
    *(
        "header",
        "title",
        "persona",
        "legend",
        "stages",
        "phase",
        "cards",
        "curve",
        "scale",
        "band",
        "ghost",
        "personas",
    ),
    *(
        "line",
        "moments",
        "points",
        "evidence",
        "deviations",
        "expectation",
        "functions",
        "pains",
        "opportunities",
    ),
    *(
        "line-interaction",
        "front",
        "line-visibility",
        "back",
        "systems",
        "data",
        "kpis",
        "owner",
        "investment",
    ),
    *("campaigns", "footer", "flows", "promises", "intensity"),
]


def parsed(picture):
    return ET.fromstring(picture.svg)  # noqa: S314  # our own output


def with_class(picture, name):
    """Return the elements of a class, in their order."""
    return [element for element in parsed(picture).iter() if name in element.get("class", "").split()]


def numbers(path):
    """Return the points of a path made of M and C words, and points along each of its cubics (de Casteljau by hand)."""
    found = []
    for word, said in re.findall("([MC])([^MC]*)", path):
        values = [float(number) for number in said.split()]
        if word == "M":
            found.append(tuple(values))
            continue
        ends = [found[-1], *zip(values[::2], values[1::2], strict=True)]
        for t in (0.25, 0.5, 0.75, 1.0):
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            found.append(
                tuple(sum(w * end[axis] for w, end in zip(weights, ends, strict=True)) for axis in (0, 1))
            )
    return found


def test_every_lane_of_the_design_is_a_layer(small, draw):
    """Header, stages, cards, curve, comparison, pains, both lines, what is behind, steering: each one its group."""
    classes = {
        name for element in parsed(draw(small, "real")).iter() for name in element.get("class", "").split()
    }

    assert {f"layer-{name}" for name in LAYERS} <= classes


def test_lanes_come_in_the_order_of_the_design_and_never_meet(every_picture):
    """From top to bottom, one under the other, in every picture."""
    wanted = "header stages cards curve expectation pains opportunities line-interaction front line-visibility back kpis footer"
    for name, picture in every_picture:
        lanes = [place for place in picture.places if place.kind == "lane"]
        assert all(one.box.bottom <= two.box.y + 1e-6 for one, two in pairwise(lanes)), name
        shown = [lane.id for lane in lanes if lane.id in wanted.split()]
        assert shown == [key for key in wanted.split() if key in shown], name


def test_curve_takes_its_share_where_the_sheet_allows(draw, small):
    """A quarter to a third of the height: it is what is read from three metres."""
    picture = draw(small, "real")
    lane = next(place.box for place in picture.places if place.kind == "lane" and place.id == "curve")

    assert 0.2 <= lane.height / picture.height_mm <= 0.34


def test_customer_view_leaves_out_what_is_behind(small, analysed, draw):
    """No hidden event, no back office, no system, no data behind the line, neither drawn nor in the table."""
    atlas = small.atlas
    customer = attrs.evolve(atlas.journeys[0], view="customer")
    picture = draw(analysed(attrs.evolve(atlas, journeys=(customer, atlas.journeys[1]))), "real")
    written = " ".join(box.text for box in picture.boxes)

    assert "e11" not in {element.get("data-event") for element in parsed(picture).iter()}
    assert not any(
        word in written for word in ("Stock room", "Customer file", "Line of visibility", "e-mail")
    )
    assert "Adviser" in written
    assert len(picture.table.rows) == 14
    assert not any("Stock room" in cell for row in picture.table.rows for cell in row)


def test_blueprint_draws_hidden_events_behind_the_line(small, draw):
    """The event that customers do not see has no card in front and no point on the curve, but a place behind."""
    picture = draw(small, "real")

    assert "e11" not in {element.get("data-event") for element in with_class(picture, "card")}
    assert any(
        element.get("data-line") == "back"
        for element in parsed(picture).iter()
        if element.get("data-event") == "e11"
    )


def test_curve_is_dashed_by_grade_and_goes_through_every_marker(small, draw):
    """Solid for V, dashed for I, dotted for H; each known event's point lies on the drawn line, the scale is never left."""
    picture = draw(small, "real")
    result = small.of("real", "ada")
    pieces = with_class(picture, "piece")
    assert [piece.get("data-grade") for piece in pieces] == [piece.grade for piece in result.curve]
    for piece in pieces:
        dash = piece.find(f"{SVG}path").get("stroke-dasharray")
        assert len((dash or "").split()) == len(DASHES[piece.get("data-grade")])
    drawn = [point for piece in pieces for point in numbers(piece.find(f"{SVG}path").get("d"))]
    columns = {place.id: place.box for place in picture.places if place.kind == "event"}
    ys = sorted({round(y, 1) for _, y in drawn})
    for event in result.events:
        if event.valence is None or event.event not in columns:
            continue
        x = columns[event.event].x + columns[event.event].width / 2
        assert any(abs(px - x) < 0.02 for px, _ in drawn), event.event
    known = [(event.valence, event.event) for event in result.events if event.valence is not None]
    heights = {}
    for valence, name in known:
        x = columns[name].x + columns[name].width / 2
        heights[valence] = next(y for px, y in drawn if abs(px - x) < 0.02)
    ordered = sorted(heights)
    assert [heights[v] for v in ordered] == sorted((heights[v] for v in ordered), reverse=True)
    unit = (heights[ordered[0]] - heights[ordered[-1]]) / (ordered[-1] - ordered[0])
    top, bottom = heights[ordered[0]] - unit * (2 - ordered[0]), heights[ordered[0]] + unit * (2 + ordered[0])
    assert top - 0.1 <= ys[0] <= ys[-1] <= bottom + 0.1


def test_markers_tell_hypotheses_by_being_hollow_and_nps_by_their_shape(small, draw):
    """A hypothesis is filled with paper; NPS is a diamond; the larger the reach, the larger the marker."""
    picture = draw(small, "real", language="en")
    result = {event.event: event for event in small.of("real", "ada").events}
    scales = {}
    for point in with_class(picture, "point"):
        shape = list(point)[-1]
        event = result[point.get("data-event")]
        assert (shape.get("fill") == "#FFFFFF") is (event.grade == "H")
        assert (shape.get("d") == INITIATORS["partner"]) is (event.metric == "nps")
        scales[event.index] = float(re.search(r"scale\(([\d.]+)\)", shape.get("transform"))[1])
    assert [scales[i] for i in sorted(scales)] == sorted(scales.values())


def test_moments_of_truth_are_called_out_with_their_reasons(small, draw):
    """Three at most, the strongest, each with words for the criteria that fired; the others are framed on their cards."""
    picture = draw(small, "real")
    moments = [event.event for event in small.of("real", "ada").moments]
    called = [group.get("data-event") for group in with_class(picture, "moment")]

    assert 0 < len(called) <= 3
    assert set(called) <= set(moments)
    assert "e5" in called
    text = " ".join(" ".join(group.itertext()) for group in with_class(picture, "moment"))
    assert "half of them leave here" in text
    assert "complaints 20%" in text
    framed = {
        card.get("data-event") for card in with_class(picture, "card") if card.get("data-moment") == "yes"
    }
    assert framed == {name for name in moments if name != "e11"}


def test_evidence_stands_beside_its_marker(small, draw):
    """Answers and month in the picture, as measured, on the native scale, in the language's way."""
    labels = [" ".join(group.itertext()) for group in with_class(draw(small, "real", language="fr"), "label")]

    assert any(
        "CSAT\u00a03,9/5" in text and "n\u00a0=\u00a0200" in text and "09/2026" in text for text in labels
    )


def test_plan_is_laid_under_with_its_deviations(small, draw):
    """`compared_with` gives a ghost curve and says what is missing and what nobody planned; "" takes both away."""
    picture, alone = draw(small, "real"), draw(small, "real", beside="")
    (ghost,) = with_class(picture, "layer-ghost")

    assert ghost.get("data-journey") == "plan"
    assert "Missing: Gets a letter of welcome" in " ".join(
        " ".join(it.itertext()) for it in with_class(picture, "layer-deviations")
    )
    assert with_class(alone, "layer-ghost") == []


def test_curves_of_other_personas_are_named(small, draw):
    """Without a persona the others' curves are laid under the first one's, named; with one, it is alone."""
    both, one = draw(small, "real"), draw(small, "real", persona="ada")

    assert [group.get("data-persona") for group in with_class(both, "layer-personas")] == ["ben"]
    assert "Ben" in {box.text for box in both.boxes}
    assert with_class(one, "layer-personas") == []


def test_disagreement_of_functions_is_drawn(small, draw):
    """Where two functions scored, the lowest and the highest are named with their means."""
    for size in ("a3", "a1"):
        picture = draw(small, "real", size=size)
        text = " ".join(" ".join(it.itertext()) for it in with_class(picture, "layer-functions"))
        assert "Marketing" in text, size
        assert "Customer service" in text, size


def test_cards_carry_what_filters_read(small, draw):
    """Stage, event, channel, family, actor, system, product, owner, KPI, campaign, grade, line and valence, on each card."""
    cards = {card.get("data-event"): card for card in with_class(draw(small, "real"), "card")}
    first, events = cards["e1"], {event.id: event for event in small.atlas.journey("real").events}

    assert len(cards) == 14
    assert first.get("data-campaign") == "Back-to-school"
    for name, card in cards.items():
        assert card.get("data-channel") == events[name].channel
        assert card.get("data-actor").split() == list(events[name].actors)
        assert card.get("data-system").split() == list(events[name].systems)
        assert card.get("data-grade") in {"V", "I", "H", "none"}
        assert all(card.get(f"data-{key}") for key in ("stage", "family", "owner", "kpi", "line", "by"))


def test_every_id_that_a_part_names_is_a_card(every_picture):
    """Filters find an event of each part: no part tells of an event that is not drawn."""
    for name, picture in every_picture:
        events = {place.id for place in picture.places if place.kind == "event"}
        named = {it for element in parsed(picture).iter() for it in element.get("data-event", "").split()}
        assert named <= events, name


@pytest.mark.parametrize("size", ["a3", "a1", "wide"])
def test_hostile_text_stays_text(small, analysed, draw, size):
    """A script, a formula, control characters: written as text; the file parses and holds no element of theirs."""
    atlas = small.atlas
    stage = atlas.journeys[0].stages[0]
    bad = attrs.evolve(stage.events[0], action=Words(HOSTILE), owner=HOSTILE, channel='x"><script>')
    stages = (
        attrs.evolve(stage, name=Words(HOSTILE), events=(bad, *stage.events[1:])),
        *atlas.journeys[0].stages[1:],
    )
    journey = attrs.evolve(atlas.journeys[0], title=Words(HOSTILE), stages=stages)
    picture = draw(
        analysed(attrs.evolve(atlas, client=HOSTILE, journeys=(journey, atlas.journeys[1]))),
        "real",
        size=size,
    )
    tags = {element.tag.removeprefix(SVG) for element in parsed(picture).iter()}

    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "text", "tspan"}
    assert "\x07" not in picture.svg
    assert "=HYPERLINK(" in picture.svg


def test_nothing_runs_loads_or_styles(every_picture):
    """No script, style, link, address or handler; ids only on title and description."""
    for name, picture in every_picture:
        assert not re.search(r"<script|<style|href=|url\(|\son\w+=|javascript:", picture.svg), name
        ids = re.findall(r'\sid="([^"]+)"', picture.svg)
        assert len(ids) == len(set(ids)) == 2, name


def test_same_bytes_every_time(large, draw):
    """Drawn twice, the bytes are the same; another language gives other ids."""
    one, two = draw(large, "large"), draw(large, "large")

    assert one.svg == two.svg
    assert re.findall(r'id="([^"]+)"', one.svg) != re.findall(
        r'id="([^"]+)"', draw(large, "large", language="fr").svg
    )


def test_sixty_events_are_light(large, draw):
    """Under 400 KB at each size."""
    for size in ("a3", "a1", "wide"):
        picture = draw(large, "large", size=size)
        assert len(picture.svg.encode()) < 400_000, size


def test_table_is_the_twin_of_the_picture(every_picture):
    """One row for each event drawn, as many cells as titles, and a description that names the extremes."""
    for name, picture in every_picture:
        assert len(picture.table.rows) == len([place for place in picture.places if place.kind == "event"]), (
            name
        )
        assert all(len(row) == len(picture.table.columns) for row in picture.table.rows), name
        assert picture.title, name
        assert picture.alt in parsed(picture).find(f"{SVG}desc").text, name


def test_summary_joins_stages_and_keeps_what_matters_most(analysed, draw, large):
    """Eight stages become seven; each shows one pain and one opportunity at most; no event is lost from the curve."""
    picture = draw(large, "large", size="wide")

    assert len([place for place in picture.places if place.kind == "stage"]) == 7
    assert len([place for place in picture.places if place.kind == "event"]) == 60
    assert len(with_class(picture, "item")) <= 14


def test_grey_printing_keeps_every_distinction(look):
    """In greys: marks stay at 3:1 on paper and on the two tints; what colour tells, a shape, a letter or a place tells too."""
    for colour in (POSITIVE, NEGATIVE, GHOST, *OTHERS):
        grey = f"#{round(255 * (luminance(colour) ** (1 / 2.2))):02X}" * 1
        grey = "#" + grey[1:] * 3
        for tint in (POSITIVE, NEGATIVE):
            assert contrast_ratio(grey, blend(tint, look.paper, 0.055)) >= 3.0
    assert len({INITIATORS[by] for by in INITIATORS}) == 3
    assert len(set(DASHES.values())) == 3


def test_channels_of_the_catalogue_have_their_own_pictogram(known):
    """Each channel and each family is drawn differently from every other."""
    channels = {channel.id for family in known.channel_families for channel in family.channels}

    assert channels == set(CHANNELS)
    assert {family.id for family in known.channel_families} == set(FAMILIES)
    assert len({*CHANNELS.values()}) == len(CHANNELS)


@pytest.mark.parametrize("colour", ["#FFD200", "#000000", "#FFFFFF", "#E2001A"])
def test_text_can_be_read_whatever_the_colour_of_the_client(small, known, colour):
    """4.5:1 everywhere with a yellow, a black, a white and a red client."""
    picture = draw_map(small, "real", catalog=known, language="en", theme=ChartTheme.from_primary(colour))

    assert [box for box in picture.boxes if contrast_ratio(box.fill, box.ground) < 4.5] == []


def test_unknown_names_are_said(small, draw):
    """A journey, a persona, another journey or a size that does not exist: the nearest one is offered."""
    for arguments in ({"journey": "rael"}, {"persona": "eda"}, {"beside": "pln"}, {"size": "a2"}):
        wanted = {"journey": "real", **arguments}
        with pytest.raises(UnknownIdError):
            draw(small, wanted.pop("journey"), **wanted)


def test_an_empty_journey_is_still_a_poster(small, analysed, draw):
    """A stage without events and a journey without any number are drawn, and say that nothing is known."""
    journey = small.atlas.journeys[0]
    bare = attrs.evolve(
        journey, compared_with="", stages=[attrs.evolve(stage, events=()) for stage in journey.stages]
    )
    for size in ("a3", "a1", "wide"):
        picture = draw(analysed(attrs.evolve(small.atlas, journeys=(bare,))), "real", size=size)
        assert "not known anywhere" in picture.svg
