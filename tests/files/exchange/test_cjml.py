"""CJML out and in: valid after our schema, the same atlas on the part that CJML can hold, everything wrong told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cxmaturity.core.problems import InputError
from cxmaturity.files.exchange import from_cjml, left_out, to_cjml
from cxmaturity.files.journey import read_atlas
from cxmaturity.journey.values import (
    LIFECYCLES,
    Actor,
    Atlas,
    Emotion,
    Event,
    Journey,
    Persona,
    Stage,
    Words,
)

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
# Any character of XML 1.0 that survives the stripping of outer spaces, markup and line breaks among them.
CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
) | st.sampled_from("\n\t\r<&>\"'")
TEXTS = st.text(CHARACTERS, min_size=1, max_size=20).map(str.strip).filter(bool)
CHANNELS = st.sampled_from(["", "website", "phone", "store", "bot", "letter"])
VALENCES = st.none() | st.floats(-2, 2).map(lambda value: value + 0.0) | st.sampled_from([0.0, 1e-7, -2.0])


@st.composite
def subset(draw: st.DrawFn) -> Atlas:
    """Return an atlas in which everything has a place in CJML."""
    language = draw(st.sampled_from(["en", "fr"]))

    def words() -> Words:
        return Words(**{language: draw(TEXTS)})

    actors = tuple(
        Actor(id=f"actor-{i}", name=words(), line=draw(st.sampled_from(["front", "back", "partner"])))
        for i in range(draw(st.integers(0, 3)))
    )
    people = tuple(Persona(id=f"persona-{i}", name=draw(TEXTS)) for i in range(draw(st.integers(0, 2))))
    used: set[str] = set()

    def event(name: str, kind: str) -> Event:
        by = draw(st.sampled_from(["customer", "brand", "partner"]))
        fit = [it.id for it in actors if by == "customer" or (it.line == "partner") == (by == "partner")]
        chosen = tuple(draw(st.lists(st.sampled_from(fit), max_size=1))) if fit else ()
        used.update(chosen)
        visible = by == "customer" or draw(st.booleans())
        word = draw(TEXTS) if kind == "actual" and draw(st.booleans()) else ""
        return Event(
            id=name,
            by=by,
            action=words(),
            channel=draw(CHANNELS) if visible else "",
            visible=visible,
            actors=chosen,
            emotion=Emotion(
                valence=draw(VALENCES) if kind == "actual" else None,
                word=Words(**{language: word}),
            ),
            note=Words(**{language: draw(st.just("") | TEXTS)}),
        )

    journeys: list[Journey] = []
    for i in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["planned", "actual"]))
        planned = [it.id for it in journeys if it.kind == "planned"]
        stages = tuple(
            Stage(
                id=f"stage-{i}-{j}",
                name=words(),
                lifecycle=draw(st.sampled_from(LIFECYCLES)),
                events=tuple(event(f"event-{i}-{j}-{k}", kind) for k in range(draw(st.integers(0, 3)))),
            )
            for j in range(draw(st.integers(1, 3)))
        )
        visible = all(it.visible for stage in stages for it in stage.events)
        journeys.append(
            Journey(
                id=f"journey-{i}",
                title=words(),
                personas=tuple(it.id for it in people),
                view="customer" if visible else "blueprint",
                kind=kind,
                compared_with=draw(st.sampled_from(["", *planned])) if kind == "actual" else "",
                scope=Words(**{language: draw(st.just("") | TEXTS)}),
                stages=stages,
            )
        )
    return Atlas(
        client=draw(TEXTS),
        language=language,
        personas=people,
        journeys=tuple(journeys),
        actors=tuple(
            sorted((it for it in actors if it.id in used), key=lambda it: first_used(it, actors, journeys))
        ),
    )


def first_used(actor: Actor, actors: tuple[Actor, ...], journeys: list[Journey]) -> tuple[int, int]:
    """Return the rank of an actor in a file: journeys declare the actors that they use."""
    ranks = [i for i, journey in enumerate(journeys) if any(actor.id in it.actors for it in journey.events)]
    return ranks[0], actors.index(actor)


@given(subset())
def test_what_cjml_can_hold_comes_back(schema: Any, atlas: Atlas):
    """import(export(x)) = x on the subset, and every export is valid after our schema, ids and references included."""
    content = to_cjml(atlas)

    schema.assertValid(etree.fromstring(content))
    told: list[Any] = []
    assert attrs.asdict(from_cjml(content, warnings=told)) == attrs.asdict(atlas)
    assert ([], ()) == (told, left_out(atlas))


def test_the_example_exports_and_says_what_it_leaves_out(schema, lavande):
    """A rich atlas gives a valid document in both languages, with its ids, and `left_out` names what stays behind."""
    for language in ("en", "fr"):
        content = to_cjml(lavande, language=language)
        root = etree.fromstring(content)
        schema.assertValid(root)
        ids = [event.id for journey in lavande.journeys for event in journey.events]
        assert ids == [node.text for node in root.iter("touchpointID")]
    assert {"satisfaction", "promises", "stages.investment", "translations"} <= set(left_out(lavande))


@pytest.mark.parametrize("name", ["learn-to-drive", "perdre-un-proche", "broadband-onboarding"])
def test_the_journeys_of_published_facts_go_out_and_come_back(schema, name):
    """Planned and actual, blueprint and customer: valid after our schema, and the events come back in order."""
    atlas = read_atlas(EXAMPLES / "journeys" / name)
    content = to_cjml(atlas)
    schema.assertValid(etree.fromstring(content))
    back = from_cjml(content)

    assert [it.id for journey in atlas.journeys for it in journey.events] == [
        it.id for journey in back.journeys for it in journey.events
    ]
    assert [it.kind for it in atlas.journeys] == [it.kind for it in back.journeys]
    assert left_out(atlas)


def test_an_experience_is_written_in_actual_journeys_only():
    """The same emotion is written in an actual journey and left out of a planned one."""
    event = Event(
        id="e", by="customer", action=Words(en="Pays"), channel="store", emotion=Emotion(valence=-1.0)
    )
    stage = Stage(id="s", name=Words(en="Buy"), lifecycle="purchase", events=(event,))
    journey = Journey(id="j", title=Words(en="Buy"), stages=(stage,))

    def export(kind: str) -> bytes:
        return to_cjml(Atlas(client="A", language="en", journeys=(attrs.evolve(journey, kind=kind),)))

    assert b"<experienceRating>-1.0</experienceRating>" in export("actual")
    assert b"Experience" not in export("planned")
    planned = Atlas(client="A", language="en", journeys=(attrs.evolve(journey, kind="planned"),))
    assert ("emotion.valence",) == left_out(planned)


def test_markup_stays_text():
    """A script, an entity and control characters are text in the file, and come back as text."""
    nasty = '<script>alert(1)</script> &xxe; ]]> "q" \x00\x1b'
    stage = Stage(id="s", name=Words(en=nasty), lifecycle="use")
    content = to_cjml(
        Atlas(
            client=nasty, language="en", journeys=(Journey(id="j", title=Words(en=nasty), stages=(stage,)),)
        )
    )

    assert b"<script>" not in content
    back = from_cjml(content)
    assert nasty.replace("\x00\x1b", "\ufffd\ufffd") == back.journeys[0].title.en == back.client


SAMPLE = """<CJML version="2.0"><actualJourney><journeyID>AJ1</journeyID>
<actors><endUser actorID="Carl"><actorName>Carl</actorName></endUser>
<serviceProvider actorID="Company A"><companyName>Bookis</companyName></serviceProvider></actors>
<touchpoints><actualCommunicationPoint><touchpointID>TP1</touchpointID>
<initiator><refersTo actorIDref="Carl"/><initiatorLabel>Customer creates account</initiatorLabel></initiator>
<receiver><refersTo actorIDref="Bookis"/><receiverLabel>Account registered</receiverLabel></receiver>
<channel><channelName>Web</channelName></channel></actualCommunicationPoint></touchpoints></actualJourney></CJML>"""
"""Made after the sample of the public description, whose receiver is referred to by its name."""


def test_the_public_sample_is_read():
    """The published sample gives its client, persona, channel and both labels, and says what was assumed."""
    atlas = from_cjml(SAMPLE.encode())
    (event,) = atlas.journeys[0].events

    assert ("Bookis", "Carl", "website") == (atlas.client, atlas.personas[0].name, event.channel)
    assert ("tp1", "customer", "Account registered") == (event.id, event.by, event.note.en)
    assert "'use'" in atlas.note.en


def test_planned_and_actual_share_touchpoints():
    """One id in a planned and an actual journey gives two events of one touchpoint; phases that return keep the order."""
    point = (
        "<{k}CommunicationPoint><touchpointID>{i}</touchpointID><belongsTo phaseIDref='{p}'/><initiator>"
        "<refersTo actorIDref='c'/></initiator><receiver><refersTo actorIDref='b'/></receiver></{k}CommunicationPoint>"
    )
    frame = (
        "<{k}Journey><journeyID>{k}</journeyID>{ref}<journeyPhases><journeyPhase phaseID='p'><phaseName>P</phaseName>"
        "</journeyPhase><journeyPhase phaseID='q'/></journeyPhases><actors><endUser actorID='c'/>"
        "<serviceProvider actorID='b'/></actors><touchpoints>{points}</touchpoints></{k}Journey>"
    )
    points = [("T1", "p"), ("T2", "q"), ("T3", "p")]
    body = "".join(
        frame.format(
            k=kind,
            ref="<plannedReference>planned</plannedReference>" * (kind == "actual"),
            points="".join(point.format(k=kind, i=i, p=p) for i, p in points),
        )
        for kind in ("planned", "actual")
    )
    atlas = from_cjml(f"<CJML version='2.0'>{body}</CJML>".encode())
    planned, actual = atlas.journeys

    assert ("planned", ["t1", "t3", "t2"]) == (actual.compared_with, [it.touchpoint for it in actual.events])
    assert ["t1", "t3", "t2"] == [it.id for it in planned.events]
    assert [("t2",), ("end",), ("t3",)] == [it.next for it in planned.events]
    assert {"actual-t1", "actual-t2", "actual-t3"} == {it.id for it in actual.events}


WRONG = """<CJML version="3.1">
<plannedJourney>
<journeyTitle>No id</journeyTitle>
<journeyPhases><journeyPhase phaseID="buy"/>
<journeyPhase phaseID="buy"/></journeyPhases>
<actors><endUser actorID="carl"/><serviceProvider/></actors>
<touchpoints>
<plannedAction><touchpointID>A</touchpointID><belongsTo phaseIDref="bui"/>
<initiator><refersTo actorIDref="karl"/></initiator>
<touchpointExperience><experienceRating>4</experienceRating></touchpointExperience></plannedAction>
<actualAction><touchpointID>B</touchpointID></actualAction>
<plannedAction><touchpointID>A</touchpointID><initiator/></plannedAction>
</touchpoints></plannedJourney>
<actualJourney><journeyID>J</journeyID><plannedReference>else</plannedReference></actualJourney></CJML>"""


def test_everything_wrong_is_told_at_once():
    """Each problem has its line; nothing waits for the one before it."""
    with pytest.raises(InputError) as caught:
        from_cjml(WRONG.encode(), file="j.xml")

    told = {
        (problem.place.line, problem.code.removeprefix("exchange.cjml_")) for problem in caught.value.problems
    }
    assert told == {
        (1, "version"),
        (2, "missing"),
        (5, "twice"),
        (6, "missing"),
        (8, "unknown_phase"),
        (9, "unknown_actor"),
        (10, "experience"),
        (11, "wrong_kind"),
        (12, "twice"),
        (12, "missing"),
        (14, "missing"),
        (14, "no_planned"),
    }
    assert {"j.xml"} == {problem.place.file for problem in caught.value.problems}


def test_a_rating_without_sign_is_kept_as_a_word():
    """A rating of another tool is not taken for a valence: it is kept as typed, with a warning."""
    felt = "<touchpointExperience><experienceRating>4</experienceRating></touchpointExperience></actualCommunicationPoint>"
    told: list[Any] = []
    atlas = from_cjml(SAMPLE.replace("</actualCommunicationPoint>", felt).encode(), warnings=told)
    emotion = atlas.journeys[0].events[0].emotion

    assert (None, "4", ["exchange.cjml_rating"]) == (
        emotion.valence,
        emotion.word.en,
        [it.code for it in told],
    )


def test_what_is_not_understood_is_kept():
    """Elements of other tools end in the note of the touchpoint, and are told once by name."""
    extra = (
        "<compliance>adhoc</compliance><timestamps><timeReceived>9:00</timeReceived></timestamps><channel>"
    )
    told: list[Any] = []
    atlas = from_cjml(SAMPLE.replace("<channel>", extra).encode(), warnings=told)

    assert "Account registered\ncompliance: adhoc\ntimeReceived: 9:00" == atlas.journeys[0].events[0].note.en
    assert ["compliance", "timestamps"] == [dict(it.params)["got"] for it in told]


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CJML version="2.0">&b;</CJML>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB.encode(), "xml_doctype"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><CJML/>', "xml_doctype"),
        (BOMB.encode("utf-16"), "xml_doctype"),
        (b"<CJML>&a;</CJML>", "xml_broken"),
        (b"<CJML><a></CJML>", "xml_broken"),
        (b"", "xml_broken"),
        (b"\xff\xfe\x00", "xml_broken"),
        (b'<?xml version="1.0" encoding="ebcdic-xyz"?><CJML/>', "xml_broken"),
        (b"<a>" * 40 + b"</a>" * 40, "xml_too_deep"),
        (b"<CJML>" + b"<a/>" * 200_001 + b"</CJML>", "xml_too_deep"),
        (b" " * 10_000_001, "too_large"),
        (b"<svg/>", "cjml_root"),
        (b'<CJML version="2.0"/>', "cjml_empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_are_refused(content, code):
    """A document type, an entity, depth, size, another document: one problem, with a place, and no crash."""
    with pytest.raises(InputError) as caught:
        from_cjml(content)

    assert [f"exchange.{code}"] == [it.code for it in caught.value.problems if it.severity == "error"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<CJML>{text}</CJML>".encode()))
def test_noise_never_crashes(content):
    """Whatever the bytes, the answer is an atlas or problems."""
    with pytest.raises(InputError):
        from_cjml(content)


def test_ids_of_different_kinds_may_be_the_same():
    """A persona, an actor and the general names of the format never become one actor."""
    actors = tuple(
        Actor(id=it, name=Words(en=it), line="front") for it in ("ann", "brand", "customer", "partner")
    )
    events = tuple(
        Event(id=f"e-{it.id}", by="customer", action=Words(en="Asks"), channel="store", actors=(it.id,))
        for it in actors
    )
    events += (Event(id="e-partner-alone", by="partner", action=Words(en="Brings"), channel="store"),)
    stage = Stage(id="s", name=Words(en="S"), lifecycle="use", events=events)
    journey = Journey(id="j", title=Words(en="J"), personas=("ann",), stages=(stage,))
    atlas = Atlas(
        client="A",
        language="en",
        personas=(Persona(id="ann", name="Ann"),),
        journeys=(journey,),
        actors=actors,
    )
    back = from_cjml(to_cjml(atlas))

    assert ["Ann"] == [it.name for it in back.personas]
    assert ["ann", "brand", "customer", "partner"] == [it.name.en for it in back.actors]
    assert [1, 1, 1, 1, 0] == [len(it.actors) for it in back.journeys[0].events]
    assert ["customer"] * 4 + ["partner"] == [it.by for it in back.journeys[0].events]
