"""Sticky notes in: rows and columns are found by the gaps, and no note is ever lost."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.core.problems import InputError
from cxmaturity.files.exchange import from_sticky_notes
from cxmaturity.files.journey.yaml_out import atlas_to_yaml
from cxmaturity.journey.values import Atlas

BOARD = """texte;couleur;fonction;x;y
Découvrir;jaune;;0;0
Acheter;jaune;;600;3
Voit une pub;bleu;;0;100
Lit les avis;bleu;;100;104
Commande;bleu;;600;98
Paie;bleu;;700;101
Site lent;rouge;marketing;110;200
Code refusé;rouge;ventes;690,5;205
Panier vidé;rouge;;690;290
Payer en 3 fois;vert;;700;400
"""


def read(text: str, **more: Any) -> tuple[Atlas, list[tuple[int, str]]]:
    told: list[Any] = []
    atlas = from_sticky_notes(text.encode(), warnings=told, **more)
    return atlas, [(it.place.line, it.code.removeprefix("exchange.sticky_")) for it in told]


def shape(atlas: Atlas, language: str = "fr") -> dict[str, list[tuple[str, list[str], list[str]]]]:
    return {
        stage.name.of(language): [
            (
                event.action.of(language),
                [pain.text.of(language) for pain in event.pains],
                [it.text.of(language) for it in event.opportunities],
            )
            for event in stage.events
        ]
        for stage in atlas.journeys[0].stages
    }


def test_a_board_becomes_stages_events_pains_and_ideas():
    """Titles name stages, notes under an event are its own, two rows of one colour are one lane, the function is kept."""
    atlas, told = read(BOARD, language="fr", client="Acme")

    assert [] == told
    assert shape(atlas) == {
        "Découvrir": [("Voit une pub", [], []), ("Lit les avis", ["Site lent"], [])],
        "Acheter": [("Commande", [], []), ("Paie", ["Code refusé", "Panier vidé"], ["Payer en 3 fois"])],
    }
    assert ("ventes", "workshop") == (
        atlas.journeys[0].events[3].pains[0].function,
        atlas.journeys[0].events[3].pains[0].kind,
    )


def test_named_rows_and_colours():
    """Names in the left margin say what rows hold, in either language; a colour can say who acts, or what a note is."""
    board = (
        "text,colour,x,y\nActions,,-200,0\nCanal,,-200,100\nIrritants:,,-200,200\nEmotion,,-200,300\n"
        "Calls,blue,0,2\nIs called back,pink,100,0\nphone,,1,99\nTéléphone,,99,101\nWaits,,0,230\n-1,,4,300\nanger,,0,310\n"
        "Offer a slot,green,100,215\n"
    )
    atlas, told = read(board, colours={"Pink": "brand", "green": "opportunity"})
    call, back = atlas.journeys[0].events

    assert ([], ["customer", "brand"]) == (told, [call.by, back.by])
    assert ("phone", "phone", "Waits") == (call.channel, back.channel, call.pains[0].text.en)
    assert (-1, "anger") == (call.emotion.valence, call.emotion.word.en)
    assert ["Offer a slot"] == [it.text.en for it in back.opportunities]


def test_stages_without_titles_come_from_wide_gaps():
    """One row of actions is cut where the gap is clearly wider than the others."""
    places = [0, 100, 210, 500, 600, 1000, 1090]
    board = "text,x,y\n" + "".join(f"a{i},{x},{i % 3}\n" for i, x in enumerate(places))
    atlas, _ = read(board)

    assert [3, 2, 2] == [len(stage.events) for stage in atlas.journeys[0].stages]
    assert ["Stage 1", "Stage 2", "Stage 3"] == [stage.name.en for stage in atlas.journeys[0].stages]


def test_a_wall_without_order_has_nine_stages_at_most():
    """Notes thrown at a wall by chance do not make a hundred stages."""
    rng = random.Random(1)  # noqa: S311  # a wall, not a secret
    board = "text,x,y\n" + "".join(f"n{i},{rng.uniform(0, 9000):.0f},0\n" for i in range(300))
    atlas, _ = read(board)

    assert 9 == len(atlas.journeys[0].stages)
    assert 300 == len(atlas.journeys[0].events)


def test_what_cannot_be_placed_is_kept_and_listed():
    """A note without a place, and rows too many, end in the last stage with their line; a row without text is told."""
    rows = "".join(f"row {i},0,{i * 100}\n" for i in range(8))
    atlas, told = read("text,x,y\n" + rows + "lost,abc,1\n,5,5\n")
    last = atlas.journeys[0].stages[-1]

    assert ("To be placed", ["row 7", "lost"]) == (last.name.en, [it.action.en for it in last.events])
    assert "notes.csv, line 10" == last.events[1].note.en
    assert [(9, "unplaced"), (10, "unplaced"), (11, "blank")] == told


NOTES = st.lists(
    st.tuples(
        st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8),
        st.sampled_from(["red", "blue", ""]),
        st.integers(-500, 500) | st.sampled_from(["", "x"]),
        st.integers(-500, 500),
    ),
    min_size=1,
    max_size=25,
)


@given(NOTES)
def test_no_note_is_ever_lost(notes):
    """Whatever the wall, each text is in the atlas, as often as it was on the wall or inside a longer text."""
    board = "text,colour,x,y\n" + "".join(
        f"z{i}{text}q,{colour},{x},{y}\n" for i, (text, colour, x, y) in enumerate(notes)
    )
    atlas, _ = read(board)
    everything = repr(atlas)

    assert [] == [text for i, (text, *_) in enumerate(notes) if f"z{i}{text}q" not in everything]
    ids = [event.id for event in atlas.journeys[0].events]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("seed", range(10))
def test_a_drawn_wall_is_found_again(seed):
    """Walls drawn by chance (3 stages, jitter of a fifth of a note) give back their stages, events and pains."""
    rng = random.Random(seed)  # noqa: S311  # a wall, not a secret
    expected, lines, x = {}, [], 0.0
    for s in range(3):
        lines.append((f"S{s}", "yellow", x, 0.0))
        expected[f"S{s}"] = []
        for e in range(rng.randint(2, 4)):
            name = f"a{s}{e}"
            lines.append((name, "blue", x, 150.0))
            hurts = [f"p{s}{e}"] if rng.random() < 0.5 else []
            lines += [(hurt, "red", x, 300.0) for hurt in hurts]
            expected[f"S{s}"].append((name, hurts, []))
            x += 120.0
        x += 240.0
    lines.append(("p-last", "red", x - 360.0, 300.0))
    expected["S2"][-1][1].append("p-last")
    rng.shuffle(lines)
    wall = [(t, c, a + rng.uniform(-12, 12), b + rng.uniform(-12, 12)) for t, c, a, b in lines]
    atlas, told = read("text,colour,x,y\n" + "".join(f"{t},{c},{a:.1f},{b:.1f}\n" for t, c, a, b in wall))

    assert [] == told
    found = {name: [(n, sorted(p), o) for n, p, o in events] for name, events in shape(atlas, "en").items()}
    assert {name: [(n, sorted(p), o) for n, p, o in events] for name, events in expected.items()} == found


def test_everything_wrong_is_told_at_once():
    """A missing column and a meaning that does not exist come together, with their place."""
    with pytest.raises(InputError) as caught:
        from_sticky_notes(b"text,colour,y\na,b,1\n", file="n.csv", colours={"red": "anger"})

    assert {"exchange.sticky_columns", "exchange.sticky_colour"} == {it.code for it in caught.value.problems}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"\xff\xfe\x00",
        b"text,x,y\n",
        b"text,x,y\n" + b"a,1,1\n" * 2001,
        b" " * 10_000_001,
        b'text,x,y\n"a,1',
    ],
)
def test_files_that_are_no_walls_are_refused(content):
    """Empty, binary, only titles, too many notes, too large, broken quotes: a problem each, no crash."""
    with pytest.raises(InputError):
        from_sticky_notes(content)


def test_markup_and_formulas_stay_text():
    """What people write on notes is text in the document."""
    atlas, _ = read('text,x,y\n<script>alert(1)</script>,0,0\n"=HYPERLINK(""x"")",100,0\n')

    assert ["<script>alert(1)</script>", '=HYPERLINK("x")'] == [
        it.action.en for it in atlas.journeys[0].events
    ]
    assert "<script>" in atlas_to_yaml(atlas)
