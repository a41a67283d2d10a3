"""What a person reads of a batch: the line that moves, whatever the terminal; the table, who failed and why."""

from __future__ import annotations

import errno
import io
import os
import re
from types import SimpleNamespace

import pytest

from cxmaturity.cli import _output, _telling, main
from cxmaturity.cli._telling import Telling, fitting
from cxmaturity.i18n.messages import load_words
from cxmaturity.reporting.batch import doors, parcel
from cxmaturity.reporting.batch.doors import Answer
from cxmaturity.reporting.batch.manifest import NAME
from cxmaturity.reporting.batch.plan import Order, Wanted
from cxmaturity.reporting.batch.run import Result
from cxmaturity.reporting.job import Made

ENGAGEMENT = """schema: cxmaturity.engagement/1
client:
  name: NAME
language: LANGUAGE
currency: EUR
as_of: 2026-11-01
privacy: {mode: named}
assessment:
  mode: diagnostic
  waves:
    - id: autumn
      date: 2026-10-08
      questionnaire: "1"
      answers:
        - {respondent: chief, function: executive, advocacy: 4, distinct: 3, response: 4, trust: 4, alignment: 3, community: 1}
"""


class Quick:
    """A door that makes a line of text for each document."""

    def __init__(self, *_, **__):
        pass

    def make(self, payload, *, seed, heard):  # noqa: ARG002
        """Make one."""
        job = parcel.unpack_job(payload)
        documents = {f"report.{format_}": f"{job}".encode() for format_ in job.formats}
        seconds = {"html": 0.01}
        return Answer(
            parcel=parcel.pack_made(Made(documents=documents, problems=(), seconds=seconds)), seconds=0.1
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Return four folders of clients, of whom one is wrong and one cannot be read, and work where they stand."""
    monkeypatch.setattr(doors, "WarmDoor", Quick)
    monkeypatch.chdir(tmp_path)
    for name, language in (("acme", "en"), ("brio", "fr"), ("corso", "xx")):
        (tmp_path / name).mkdir()
        text = ENGAGEMENT.replace("NAME", name.title()).replace("LANGUAGE", language)
        (tmp_path / name / "engagement.yaml").write_text(text, encoding="utf-8")
    return ["acme", "brio", "corso", "nowhere"]


@pytest.mark.parametrize(
    ("language", "asked", "table"),
    [
        ("en", (), [["", "done", "failed", "unchanged", "not run"], ["all", "2", "2", "0", "0"]]),
        ("fr", ("--language", "fr,en"),
         [["", "terminés", "en échec", "inchangés", "non lancés"], ["anglais", "2", "2", "0", "0"],
          ["français", "2", "2", "0", "0"], ["tous", "4", "4", "0", "0"]]),
    ],
)  # fmt: skip
def test_the_end_of_a_batch(folders, capsys, language, asked, table):
    """Counts as a table, by language where several were asked for; who failed, with a reason each; no word of where time went."""
    assert 1 == main(["--lang", language, "report", *folders, *asked])
    lines = capsys.readouterr().err.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    cells = [re.split(r" {2,}", line.rstrip()) for line in lines]
    begin = cells.index(table[0])

    assert table == cells[begin : begin + len(table)]
    end = lines[begin + len(table) :]
    assert end[0].endswith(": corso, nowhere")
    assert end[1].startswith("  corso/engagement.yaml:4: language: ")
    assert end[2].startswith("  nowhere/engagement.yaml: ")
    assert [] == [line for line in lines if "page 0" in line]


def test_a_wrong_file_is_told_once(folders, capsys):
    """A client that is wrong in two languages is two failures, whose one reason stands once before them."""
    assert 1 == main(["--lang", "en", "report", folders[2], "--language", "fr,en"])
    lines = capsys.readouterr().err.splitlines()

    assert lines[0].startswith("corso/engagement.yaml:4: ")
    assert ["corso (fr): failed", "corso (en): failed"] == lines[1:3]


def test_one_client_says_where_the_time_went(folders, capsys):
    """For one report the phases are told, and no table is needed."""
    assert 0 == main(["--lang", "en", "report", folders[0]])
    said = capsys.readouterr().err

    assert "where the time went: page 0.01 s" in said
    assert "unchanged  " not in said


def test_strict_and_older_lines_are_explained(folders, tmp_path, capsys):
    """When nobody runs because of `--strict` this is said; a dry run tells of lines that it does not believe."""
    assert 1 == main(["--lang", "en", "report", *folders, "--strict"])
    assert "Nobody was run, for a client is wrong and --strict was given." in capsys.readouterr().err
    (tmp_path / "reports" / NAME).write_text('{"schema": "cxmaturity.batch/0"}\n')
    assert 0 == main(["--lang", "en", "report", *folders, "--dry-run"])
    assert "1 line of reports/manifest.jsonl is of another version" in capsys.readouterr().err


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_moving_line_fits(monkeypatch, tmp_path, columns, language):
    """However narrow the terminal and wide the names, the line fits, with how far the batch is and how long it takes."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(_output, "_language", language)
    monkeypatch.setattr(_telling.shutil, "get_terminal_size", lambda: SimpleNamespace(columns=columns))
    told = Telling(jobs=2, paths=False, out=tmp_path)
    orders = [
        Order(wanted=Wanted(source=f"c{n}"), source=f"c{n}", language="", reasons=("new",), before=None)
        for n in range(200)
    ]
    told.planned(orders)
    told.begins(orders[0], "日本電信電話\u202e株式会社" * 9)
    told.begins(orders[1], "🚀" * 90)
    row = SimpleNamespace(name="A", seconds=4.0, language="en", artefacts={})
    told.ended(Result(order=orders[0], state="done", row=row))
    line = terminal.getvalue().rpartition("\x1b[K")[2]
    wide = sum(2 if ord(letter) > 0x2000 and letter not in "\u202f·" else 1 for letter in line)

    assert wide < columns
    assert "6 min 38 s" in line  # 199 of 4 seconds, two at a time
    assert "200" in line or "199" in line


def test_letters_that_take_two_cells_or_none():
    """Han letters and emoji take two cells, combining marks none."""
    assert ("abc", "日本", "e\u0301é") == (fitting("abcd", 3), fitting("日本語", 5), fitting("e\u0301éa", 2))


def test_what_the_system_says_is_translated():
    """What commonly keeps files from being read and written is said in French, by the system's own words."""
    numbers = {
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EISDIR,
        errno.EMFILE,
        errno.ENAMETOOLONG,
    }
    numbers |= {errno.ENOENT, errno.ENOSPC, errno.ENOTDIR, errno.EPERM, errno.EROFS}
    said = set(map(os.strerror, numbers))

    assert said <= load_words()["reason"].keys()
