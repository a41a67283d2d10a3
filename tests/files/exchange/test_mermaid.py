"""Mermaid out: read back by a small reader of Mermaid's own grammar, whatever the texts; scores stay on the scale.

The exporter was also tried with mermaid 12.3.0 in Chromium: 435 nasty labels drawn exactly as typed. Mermaid is not a
dependency, so here its lexer for journeys (journey.jison) and its treatment of character codes are written again.
"""

from __future__ import annotations

import datetime as dt
import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.files.exchange import to_mermaid
from cxmaturity.journey.values import Actor, Atlas, Emotion, Event, Journey, Measure, Persona, Stage, Words

TOKENS = (
    ("comment", r"%%(?!\{)[^\n]*"),
    ("newline", r"\n+"),
    ("space", r"\s+"),
    ("hash", r"#[^\n]*"),
    ("journey", r"journey"),
    ("title", r"title\s[^#\n;]+"),
    ("acc", r"acc(?:Title|Descr)\s*[:{]"),
    ("section", r"section\s[^#:\n;]+"),
    ("task", r"[^#:\n;]+"),
    ("data", r":[^#\n;]+"),
    ("invalid", r"."),
)
CODE = re.compile(r"#(\d+);")


def read(text: str) -> tuple[str, list[tuple[str, list[tuple[str, float, list[str]]]]]]:
    """Return (title, sections with their tasks) as Mermaid's lexer sees them: the first rule that matches wins."""
    text = CODE.sub(
        "\ue000\\1\ue001", text
    )  # mermaid hides character codes before it reads, and shows them in the picture
    text = re.sub(r"^\s*%%(?!\{)[^\n]+\n?", "", text, flags=re.MULTILINE)
    title, sections, place, task = "", [], 0, ""
    while place < len(text):
        tried = ((name, re.compile(rule, re.IGNORECASE).match(text, place)) for name, rule in TOKENS)
        name, found = next((name, found) for name, found in tried if found)
        place = found.end()
        said = found[0]
        assert name not in {"hash", "acc", "invalid"}, said
        assert name != "journey" or found.start() == 0, text
        if name == "title":
            title = shown(said[6:])
        elif name == "section":
            sections.append((shown(said[8:]), []))
        elif name == "task":
            task = shown(said)
        elif name == "data":
            score, _, people = said[1:].partition(":")
            cast = [shown(name) for name in people.split(",")] if people else []
            sections[-1][1].append((task, float(score), cast))
    return title, sections


def shown(text: str) -> str:
    """Return what the picture shows."""
    return re.sub("\ue000(\\d+)\ue001", lambda code: chr(int(code[1])), text).strip()


def atlas_of(*texts: str, name: str = "Ann", **event: object) -> Atlas:
    events = tuple(
        Event(id=f"e{i}", by="customer", action=Words(en=text), channel="store", **event)
        for i, text in enumerate(texts)
    )
    stage = Stage(id="s", name=Words(en=texts[0]), lifecycle="use", events=events)
    journey = Journey(id="j", title=Words(en=texts[0]), personas=("p",), stages=(stage,))
    return Atlas(client="A", language="en", personas=(Persona(id="p", name=name),), journeys=(journey,))


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\ue000\ue001"), min_size=1).filter(
    lambda text: bool(re.sub(r"[\s\x00-\x1f\x7f]+", "", text))
)
NASTY = st.sampled_from(
    [
        "Journey 1",
        "title: x",
        "section a;b",
        "accTitle: x",
        "%%{init}%%",
        "# a",
        "a\nb",
        "style: #a;",
        "<script>",
        "a,b",
    ]
)


@given(TEXTS | NASTY, TEXTS | NASTY)
def test_any_text_survives(one, two):
    """Title, section, tasks and persona come out of Mermaid's grammar as typed, on one line."""
    title, sections = read(to_mermaid(atlas_of(one, two, name=one, emotion=Emotion(valence=1)), "j", "en"))

    flat = [" ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split()) for text in (one, two)]
    assert (flat[0], [(flat[0], [(text, 4.0, [flat[0]]) for text in flat])]) == (title, sections)


@pytest.mark.parametrize(
    ("valence", "score"), [(-2, 1), (-0.54, 2.5), (0, 3), (0.36, 3.4), (2, 5), (9, None), (-7, None)]
)
def test_scores_stay_on_the_scale(valence, score):
    """Score = 3 + valence, never off 1..5: what is off its own scale is no evidence, and is marked as unknown."""
    text = to_mermaid(atlas_of("Pays", emotion=Emotion(valence=valence)), "j", "en")

    assert ("Pays" if score else "Pays (?)", score or 3.0) == read(text)[1][0][1][0][:2]


def test_the_unknown_is_marked():
    """An event of which nothing is known is drawn neutral, with a question mark, and the file says so in both languages."""
    text = to_mermaid(atlas_of("Pays"), "j", "fr")

    assert [("Pays (?)", 3.0, ["Ann"])] == read(text)[1][0][1]
    assert "rien n’est connu" in text


def test_measures_come_before_feelings():
    """A measure of the persona is drawn, not the emotion typed in the workshop; actors stand beside the persona."""
    measure = Measure(id="m", metric="csat5", value=3.4, n=212, date=dt.date(2026, 6, 30), kind="survey")
    atlas = atlas_of("Pays", emotion=Emotion(valence=-2), satisfaction=(measure,), actors=("till",))
    atlas = attrs.evolve(atlas, actors=(Actor(id="till", name=Words(en="Till: 1")),))

    assert [("Pays", 3.4, ["Ann", "Till: 1"])] == read(to_mermaid(atlas, "j", "en"))[1][0][1]


def test_the_example_and_an_unknown_journey(lavande):
    """Every journey of the example is readable in both languages; a wrong name is told with the known ones."""
    for journey in lavande.journeys:
        for language in ("en", "fr"):
            _, sections = read(to_mermaid(lavande, journey.id, language))
            assert [len(stage.events) for stage in journey.stages] == [len(tasks) for _, tasks in sections]
            assert all(1 <= score <= 5 for _, tasks in sections for _, score, _ in tasks)
    with pytest.raises(UnknownIdError):
        to_mermaid(lavande, "nope", "en")
