"""The shared file of a workshop: many browsers, one truth, nothing lost, nothing counted twice."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.widgets.journey_map_session import Person, Session, Talk, session_file
from cxmaturity.core.problems import FileError

A, B = "a" * 32, "b" * 32


@pytest.fixture
def file(tmp_path):
    """Return where the shared file would be."""
    return session_file(tmp_path / "journeys.yaml")


def test_two_browsers_share_one_session(file):
    """What one browser gives, the other reads; both are numbered, in the order they joined."""
    one, two = Session(file), Session(file)
    one.open()
    first, second = one.join("sales", A), two.join("service", B)
    one.score(first.number, "pay", "satisfaction", 2)
    two.score(second.number, "pay", "satisfaction", 5)

    assert (first, second) == (Person(1, "sales"), Person(2, "service"))
    assert one.refresh()
    assert (
        one.talk.scores
        == two.talk.scores
        == {(1, "pay"): {"satisfaction": 2}, (2, "pay"): {"satisfaction": 5}}
    )
    assert not one.refresh()


def test_a_device_is_known_again(file):
    """After a reload the same key is the same participant, who may correct the function; another key is another."""
    Session(file).open()
    first = Session(file).join("sales", A)

    assert Session(file).join("sales", A) == first
    assert Session(file).join("service", A) == Person(first.number, "service")
    assert Session(file).join("sales", B).number == 2
    assert A not in file.read_text(encoding="utf-8")


def test_the_last_word_counts_and_is_said_once(file):
    """A score given again changes nothing, another replaces it, none takes it out; the file holds each word once."""
    room = Session(file)
    room.open()
    me = room.join("sales", A).number
    for level in (3, 3, 4, 4, None, None, 5):
        assert room.score(me, "pay", "expectation", level)

    assert room.talk.scores[me, "pay"] == {"expectation": 5}
    assert 4 == sum('"score"' in line for line in file.read_text(encoding="utf-8").splitlines())


def test_after_the_reveal_nobody_scores(file):
    """Once the results are shown: no score, no new participant; another session starts from nothing and goes on numbering."""
    room, late = Session(file), Session(file)
    room.open()
    me = room.join("sales", A).number
    room.score(me, "pay", "satisfaction", 2)
    room.reveal()

    assert not late.score(me, "pay", "satisfaction", 5)
    assert late.join("service", B) is None
    assert late.talk.revealed
    room.open(after=40)
    assert (room.talk.session, room.talk.revealed, room.talk.scores) == (2, False, {})
    assert room.join("sales", A).number == 41


@pytest.mark.parametrize(
    "line",
    [
        "", "{", "null", "[]", '"x"', "9" * 5000, "[" * 100_000,
        '{"kind": "score", "session": 1, "participant": 1, "event": "../x", "aspect": "satisfaction", "level": 3}',
        '{"kind": "score", "session": 1, "participant": 9, "event": "pay", "aspect": "satisfaction", "level": 3}',
        '{"kind": "score", "session": 1, "participant": 1, "event": "pay", "aspect": "satisfaction", "level": 6}',
        '{"kind": "score", "session": 1, "participant": [], "event": "pay", "aspect": "satisfaction", "level": 3}',
        '{"kind": "join", "session": 1, "participant": "x", "function": "sales", "key": "k"}',
        '{"kind": "reveal", "session": 7}',
    ],
    ids=lambda line: line[:40],
)  # fmt: skip
def test_a_broken_line_harms_nothing(file, line):
    """A line that is none of ours is left out, and what follows it is read."""
    room = Session(file)
    room.open()
    me = room.join("sales", A).number
    with file.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")

    assert room.score(me, "pay", "satisfaction", 4)
    again = Session(file)
    again.refresh()
    assert again.talk.scores == {(1, "pay"): {"satisfaction": 4}}
    assert again.talk.people == {1: Person(1, "sales")}


def test_a_line_cut_by_a_power_cut_costs_that_line_only(file):
    """The last line has no end: it is not read, and the next word starts on a line of its own."""
    room = Session(file)
    room.open()
    me = room.join("sales", A).number
    room.score(me, "pay", "satisfaction", 4)
    with file.open("ab") as stream:
        stream.write(b'{"kind": "score", "session": 1, "participa')

    room.refresh()
    assert room.score(me, "wait", "satisfaction", 1)
    again = Session(file)
    again.refresh()
    assert (
        again.talk.scores
        == room.talk.scores
        == {(1, "pay"): {"satisfaction": 4}, (1, "wait"): {"satisfaction": 1}}
    )


def test_a_file_taken_away_is_a_room_without_a_session(file):
    """Removed or replaced, the file is read anew."""
    room = Session(file)
    room.open()
    file.unlink()
    assert room.refresh()
    assert not room.talk.is_open
    room.open()
    assert room.talk.is_open


def test_a_file_that_cannot_be_used_is_said(tmp_path):
    """A folder where the file should be: an error that names it, not a crash."""
    folder = session_file(tmp_path / "journeys.yaml")
    folder.mkdir()

    with pytest.raises(FileError, match=r"journeys\.workshop\.jsonl"):
        Session(folder).open()


def test_without_a_file_one_device_is_passed_around():
    """In this process only: the same rules."""
    room = Session(None)
    room.open()
    first, second = room.join("sales", A), room.join("service", B)
    room.score(first.number, "pay", "satisfaction", 1)

    assert (second.number, room.talk.given(1)) == (2, {"pay": {"satisfaction": 1}})


SAID = st.tuples(
    st.integers(1, 3),
    st.sampled_from("ab"),
    st.sampled_from(["expectation", "satisfaction"]),
    st.none() | st.integers(1, 5),
)


@given(st.lists(SAID, max_size=20), st.data())
def test_reading_twice_is_reading_once(said, data):
    """Any line repeated right after itself gives the same state: each is idempotent by participant and event."""
    lines = [{"kind": "open"}]
    lines += [
        {"kind": "join", "session": 1, "participant": n, "function": "sales", "key": str(n)}
        for n in (1, 2, 3)
    ]
    lines += [
        {"kind": "score", "session": 1, "participant": who, "event": event, "aspect": aspect, "level": level}
        for who, event, aspect, level in said
    ]
    twice = [line for line in lines[1:] for _ in range(data.draw(st.integers(1, 3)))]
    once, again = Talk(), Talk()
    for line in lines:
        once.take(line)
    for line in [lines[0], *twice]:
        again.take(line)

    assert once == again


WRITER = """
import sys
from cxmaturity.app.widgets.journey_map_session import Session
room = Session(sys.argv[1])
me = room.join("sales", sys.argv[2] * 32).number
for event in range(25):
    for aspect in ("expectation", "satisfaction"):
        assert room.score(me, f"e{event}", aspect, 1 + (event + me) % 5)
print(me)
"""


@pytest.mark.slow
def test_eight_processes_at_once_lose_nothing(file):
    """Eight kernels join and give fifty scores each at the same moment: eight numbers, four hundred scores, no broken line."""
    Session(file).open()
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(file), letter], stdout=subprocess.PIPE, text=True)
        for letter in "01234567"
    ]
    numbers = [int(process.communicate(timeout=120)[0]) for process in started]

    room = Session(file)
    room.refresh()
    assert sorted(numbers) == list(range(1, 9))
    assert room.talk.scores == {
        (who, f"e{event}"): dict.fromkeys(("expectation", "satisfaction"), 1 + (event + who) % 5)
        for who in range(1, 9)
        for event in range(25)
    }
    assert all(json.loads(line)["v"] == 1 for line in file.read_text(encoding="utf-8").splitlines())
