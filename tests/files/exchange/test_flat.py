"""CSV out: a row for each measure, readable by a spreadsheet, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.files.exchange import to_csv
from cxmaturity.journey.values import Atlas, Emotion, Event, Journey, Measure, Stage, Words


def rows(content: bytes, separator: str = ",") -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def test_every_event_and_measure_is_a_row(lavande):
    """The ids of the rows are those of the atlas, once for each measure; numbers are exact in both languages."""
    expected = [
        (event.id, measure.id if measure else "", measure.value if measure else None)
        for journey in lavande.journeys
        for event in journey.events
        for measure in event.satisfaction or (None,)
    ]
    english = rows(to_csv(lavande, "en"))
    french = rows(to_csv(lavande, "fr"), ";")

    assert expected == [
        (row["Event"], row["Measure"], float(row["Value"]) if row["Value"] else None) for row in english
    ]
    assert expected == [
        (row["Événement"], row["Mesure"], float(row["Valeur"].replace(",", ".")) if row["Valeur"] else None)
        for row in french
    ]
    assert len(english[0]) == len(french[0])


def test_the_mark_that_excel_wants(lavande):
    """The file starts with the UTF-8 mark, and has Windows line ends."""
    content = to_csv(lavande, "fr")

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") >= len(rows(content, ";"))


@given(
    st.text(st.characters(codec="utf-8"))
    | st.sampled_from(["=1+1", " =1", "\t=1", "\n@x", "+1", "-1", "＝1", "|calc"])
)
def test_no_cell_is_a_formula(text):
    """Whatever people type, no text cell starts as a formula does, and nothing but the space in front is added."""
    event = Event(
        id="e",
        by="customer",
        action=Words(en=text or "x"),
        channel=text,
        note=text,
        emotion=Emotion(valence=-0.5, word=Words(en=text)),
        satisfaction=(Measure(id="m", metric="nps", value=-12.5, source=text),),
    )
    stage = Stage(id="s", name=Words(en=text), lifecycle="use", events=(event,))
    atlas = Atlas(
        client="A", language="en", journeys=(Journey(id="j", title=Words(en=text), stages=(stage,)),)
    )
    (row,) = rows(to_csv(atlas, "en"))

    numbers = {row.pop("Value"), row.pop("Emotion (-2 to 2)"), row.pop("As valence (-2 to 2)")}
    assert {"-12.5", "-0.5", "-0.25"} == numbers
    assert not [
        cell
        for cell in row.values()
        if cell.strip(" \n").startswith(("=", "+", "-", "@", "\t", "\r")) and cell[0] != " "
    ]
    assert row["Note"] in {text.replace("\0", "\ufffd"), " " + text.replace("\0", "\ufffd")}
