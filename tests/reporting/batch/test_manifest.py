"""The memory of a batch: cut anywhere it heals, edited it is refused, of another version it is not believed."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.core.problems import CxMaturityError, FileError, InputError
from cxmaturity.reporting.batch import manifest as module
from cxmaturity.reporting.batch.manifest import NAME, SCHEMA, Manifest, Row, name_of

TEXT = st.text(max_size=12)
ROWS = st.builds(
    Row,
    key=TEXT,
    parts=st.dictionaries(TEXT, TEXT, max_size=2),
    client=TEXT,
    name=TEXT,
    source=TEXT,
    asked=st.sampled_from(["", "en", "fr"]),
    language=st.sampled_from(["en", "fr"]),
    state=st.sampled_from(["done", "failed"]),
    attempts=st.integers(1, 9),
    seconds=st.floats(0, 1e6),
    finished=TEXT,
    artefacts=st.dictionaries(st.from_regex(r"[a-z]{1,5}/[a-z]{1,5}", fullmatch=True), TEXT, max_size=2),
    peak_mb=st.none() | st.floats(0, 1e6),
    error=st.none() | st.dictionaries(TEXT, st.integers() | TEXT, max_size=2),
    figures=st.dictionaries(TEXT, st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=2),
)


@given(st.lists(ROWS, max_size=6))
@settings(max_examples=40)
def test_read_gives_back_what_was_appended(tmp_path_factory, rows):
    """Any rows, with any letters, are read back as they were; of a place, the last."""
    folder = tmp_path_factory.mktemp("manifest")
    written = Manifest.read(folder)
    for each in rows:
        written.append(each)
    expected = {each.place: each for each in rows}

    got = Manifest.read(folder)
    assert expected == got.rows == written.rows
    assert not got.torn
    assert len(rows) == len((folder / NAME).read_bytes().splitlines()) if rows else True


def test_cut_at_every_byte_it_heals(tmp_path, row, monkeypatch):
    """Cut anywhere, it keeps every whole line, loses only the cut one, and the next append leaves it whole again."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # a thousand times, it is what would take long
    whole = [row(f"../clients/{number}", name="Société é") for number in range(3)]
    content = b"".join(each.line() for each in whole)
    for cut in range(len(content) + 1):
        (tmp_path / NAME).write_bytes(content[:cut])
        kept = content[:cut].count(b"\n")
        got = Manifest.read(tmp_path)
        assert [each.source for each in whole[:kept]] == [each.source for each in got]
        assert got.torn == (cut not in {0, *_ends(content)})

        got.append(row("../clients/next"))
        lines = (tmp_path / NAME).read_bytes().splitlines(keepends=True)
        assert [each.line() for each in whole[:kept]] == lines[:-1]
        assert row("../clients/next").line() == lines[-1]


def _ends(content):
    return [at + 1 for at, byte in enumerate(content) if byte == 10]


def test_zeros_after_a_power_cut_are_cut_off(tmp_path, row):
    """A tail of zeros, as some disks leave after a power cut, is a torn line."""
    (tmp_path / NAME).write_bytes(row().line() + b"\0" * 300)
    got = Manifest.read(tmp_path)
    got.append(row("../clients/b"))

    assert got.rows == Manifest.read(tmp_path).rows
    assert b"\0" not in (tmp_path / NAME).read_bytes()


@pytest.mark.parametrize(
    "edit",
    [
        lambda _: b"not json",
        lambda _: b"[]",
        lambda _: b"3",
        lambda _: b"[" * 100_000,
        lambda _: b"\xff\xfe",
        lambda told: json.dumps({name: value for name, value in told.items() if name != "source"}).encode(),
        lambda told: json.dumps(told | {"state": "finished"}).encode(),
        lambda told: json.dumps(told | {"inputs": ["engagement.yaml"]}).encode(),
        lambda told: json.dumps(told | {"artefacts": {"../../etc/passwd": "0"}}).encode(),
        lambda told: json.dumps(told | {"artefacts": {"/etc/passwd": "0"}}).encode(),
        lambda told: json.dumps(told | {"attempts": "two"}).encode(),
        lambda told: json.dumps(told | {"figures": None}).encode(),
    ],
)
def test_an_edited_line_is_refused_by_its_number(tmp_path, row, edit):
    """A line in the middle that is none of ours is told with file and line, and nothing is written."""
    content = row("a").line() + edit(json.loads(row("b").line())) + b"\n" + row("c").line()
    (tmp_path / NAME).write_bytes(content)

    with pytest.raises(InputError) as caught:
        Manifest.read(tmp_path)

    assert "batch.manifest_damaged" == caught.value.code
    assert {"line": 2, "file": str(tmp_path / NAME)} == dict(caught.value.problems[0].params)
    assert content == (tmp_path / NAME).read_bytes()


def test_lines_of_another_version_are_kept_and_not_believed(tmp_path, row):
    """Lines of an older and a newer version stay in the file, count as strangers, and nobody is done by them."""
    old = json.loads(row("old").line()) | {"schema": "cxmaturity.batch/0"}
    new = json.loads(row("new").line()) | {"schema": SCHEMA, "colour": "blue"}
    content = b"".join(json.dumps(told).encode() + b"\n" for told in (old, new))
    (tmp_path / NAME).write_bytes(content)

    got = Manifest.read(tmp_path)
    assert {} == got.rows
    assert 2 == got.strangers
    got.append(row("mine"))
    assert (tmp_path / NAME).read_bytes() == content + row("mine").line()


def test_full_disk_is_told_and_the_next_append_heals(tmp_path, row, monkeypatch):
    """When the disk fills in the middle of a line, it is told; with space again, the half line is cut off."""
    manifest = Manifest.read(tmp_path)
    manifest.append(row("a"))

    def full(descriptor):
        with (tmp_path / NAME).open("ab") as file:
            file.write(b'{"half')
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(FileError) as caught:
        manifest.append(row("b"))
    assert "batch.manifest_unwritable" == caught.value.code
    monkeypatch.undo()

    manifest.append(row("c"))
    assert ["a", "c"] == [each.source for each in Manifest.read(tmp_path)]


def test_a_folder_in_its_place_is_told(tmp_path):
    """A manifest that cannot be read is told with its name."""
    (tmp_path / NAME).mkdir()
    with pytest.raises(CxMaturityError) as caught:
        Manifest.read(tmp_path)

    assert "batch.manifest_unreadable" == caught.value.code


def test_slices_write_their_own_and_read_all(tmp_path, row):
    """Each slice appends to its own file; everybody reads all; of a client told twice, the one that ended last holds."""
    one, two = Manifest.read(tmp_path, (1, 2)), Manifest.read(tmp_path, (2, 2))
    one.append(row("a", finished="2026-11-01T08:00:00.000+00:00", attempts=1))
    two.append(row("b", finished="2026-11-01T08:00:01.000+00:00"))
    Manifest.read(tmp_path).append(row("a", finished="2026-11-01T09:00:00.000+00:00", attempts=2))
    (tmp_path / "manifest-old.jsonl").write_text("not ours")

    assert {"manifest.jsonl", name_of((1, 2)), name_of((2, 2)), "manifest-old.jsonl"} == {
        path.name for path in tmp_path.iterdir()
    }
    for part in (None, (1, 2), (2, 2), (1, 3)):
        got = Manifest.read(tmp_path, part).rows
        assert {("a", ""): 2, ("b", ""): 1} == {place: each.attempts for place, each in got.items()}


def test_a_clock_set_back(tmp_path, row):
    """What is appended holds, also when the clock was set back after another slice told of the same client."""
    Manifest.read(tmp_path, (1, 2)).append(row("a", finished="2026-11-01T08:00:00.000+00:00", attempts=1))
    Manifest.read(tmp_path).append(row("a", finished="2025-01-01T00:00:00.000+00:00", attempts=2))
    Manifest.read(tmp_path, (1, 2)).append(row("a", finished="2025-01-01T00:00:00.000+00:00", attempts=3))

    assert [3] == [each.attempts for each in Manifest.read(tmp_path)]
