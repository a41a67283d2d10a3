"""`cxmaturity report` on many clients, as a person and as a scheduler meet it: exit codes, streams, JSON, plans, slices."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cxmaturity.cli import main
from cxmaturity.core.problems import Problem
from cxmaturity.reporting.batch import doors, parcel
from cxmaturity.reporting.batch.doors import Answer
from cxmaturity.reporting.job import Made

ENGAGEMENT = """schema: cxmaturity.engagement/1
client:
  name: NAME
language: en
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
    """A door that makes a line of text for each document; a client called broken breaks."""

    def __init__(self, bounds, *, few):
        self.bounds, self.few = bounds, few

    def make(self, payload, *, seed, heard):  # noqa: ARG002
        job = parcel.unpack_job(payload)
        heard("html")
        if job.source.name == "broken":
            return Answer(
                problem=Problem(
                    code="warm.killed", template="the process was ended ({signal})", params={"signal": "KILL"}
                )
            )
        documents = {f"report.{format_}": f"{job}".encode() for format_ in job.formats}
        return Answer(
            parcel=parcel.pack_made(
                Made(documents=documents, problems=(), seconds={"html": 0.01}, figures={"stage": 2})
            ),
            seconds=0.02,
            peak_mb=33.0,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Return three folders of clients, in a folder where reports go to ``reports``."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")
    monkeypatch.setattr(doors, "WarmDoor", Quick)
    monkeypatch.chdir(tmp_path)
    for name in ("acme", "broken", "corso"):
        (tmp_path / "clients" / name).mkdir(parents=True)
        text = ENGAGEMENT.replace("NAME", f"{name.title()} Ltd")
        (tmp_path / "clients" / name / "engagement.yaml").write_text(text, encoding="utf-8")
    return [f"clients/{name}" for name in ("acme", "broken", "corso")]


def test_exit_codes_and_streams(folders, tmp_path, capsys):
    """0 when all are done, 1 when one failed, 2 for wrong usage; paths on standard output, the rest on standard error."""
    assert 0 == main(["report", folders[0]])
    out, _ = capsys.readouterr()
    assert ["reports/acme-ltd/en/report.html", "reports/acme-ltd/en/report.pdf"] == out.split()

    assert 1 == main(["report", *folders])
    out, err = capsys.readouterr()
    assert ["reports/corso-ltd/en/report.html", "reports/corso-ltd/en/report.pdf"] == out.split()
    assert "the process was ended (KILL)" in err
    assert "Broken Ltd: failed" in err
    assert "1 report is finished and unchanged" in err
    assert "Failed: clients/broken\n" in err
    assert (tmp_path / "reports" / "index.html").is_file()

    for wrong in (
        [],
        ["--slice", "3/2"],
        ["--slice", "x"],
        ["--only"],
        ["--timeout", "0"],
        ["--memory", "1"],
    ):
        assert 2 == main(["report", *folders[: len(wrong)], *wrong])


def test_json_summary_alone_on_standard_output(folders, capsys):
    """`--json-summary` prints one JSON document with each client's state, reasons, documents, problems and figures."""
    assert 1 == main(["report", *folders, "--json-summary", "--jobs", "2"])
    got = json.loads(capsys.readouterr().out)

    assert "cxmaturity.batch-summary/1" == got["schema"]
    assert {"done": 2, "failed": 1, "cached": 0, "left_out": 0, "not_run": 0} == got["counts"]
    assert not got["good"]
    acme, broken, _ = got["clients"]
    assert ("acme-ltd", "done", ["new"], 33.0, {"stage": 2}) == (
        acme["client"], acme["state"], acme["reasons"], acme["peak_mb"], acme["figures"],
    )  # fmt: skip
    assert ["acme-ltd/en/report.html", "acme-ltd/en/report.pdf"] == acme["documents"]
    assert [("warm.killed", "error")] == [(each["code"], each["severity"]) for each in broken["problems"]]
    assert 0 == main(["report", folders[0], "--json-summary"])
    assert json.loads(capsys.readouterr().out)["good"]


def test_dry_run_says_who_and_why_and_writes_nothing(folders, tmp_path, capsys):
    """`--dry-run` names each client with the reason, in both languages and as JSON, and leaves the disk as it is."""
    assert 0 == main(["report", *folders, "--dry-run"])
    assert not (tmp_path / "reports").exists()
    assert 3 == capsys.readouterr().out.count("would run (new)")

    main(["report", *folders])
    file = tmp_path / "clients" / "corso" / "engagement.yaml"
    file.write_text(file.read_text() + "# more\n")
    capsys.readouterr()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "reports").rglob("*")}
    assert 0 == main(["report", *folders, "--dry-run", "--to", "html"])
    out, err = capsys.readouterr()
    assert "clients/acme: would run (other documents are asked for)" in out
    assert "clients/broken: would run (failed last time)" in out
    assert "clients/corso: would run (the client's files changed, other documents are asked for)" in out
    assert "3 of 3" in err
    assert 0 == main(["--lang", "fr", "report", *folders, "--dry-run"])
    told = capsys.readouterr().out
    assert "clients/acme\u00a0: ne serait pas traité (terminé et inchangé)" in told
    main(["report", *folders, "--dry-run", "--json-summary"])
    assert [["same"], ["failed"], ["inputs"]] == [
        each["reasons"] for each in json.loads(capsys.readouterr().out)["clients"]
    ]
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "reports").rglob("*")}


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "no client of this batch is called 'acmee'"), ("fr", "aucun client de ce lot")]
)
def test_only_an_unknown_name(folders, capsys, lang, said):
    """`--only` of a name that nobody has says so in the user's language, with the nearest name, exit 1, and nobody runs."""
    assert 1 == main(["--lang", lang, "report", *folders, "--only", "acmee"])
    out, err = capsys.readouterr()
    assert "" == out
    assert said in err
    assert "acme" in err


def test_only_strict_and_retry(folders, tmp_path, capsys):
    """`--only` takes one, `--strict` none when one file is wrong, `--retry-failed` those that failed."""
    assert 0 == main(["report", *folders, "--only", "corso", "--json-summary"])
    assert 1 == json.loads(capsys.readouterr().out)["counts"]["done"]
    good = (tmp_path / "clients" / "acme" / "engagement.yaml").read_text()
    (tmp_path / "clients" / "acme" / "engagement.yaml").write_text("client: [")
    assert 1 == main(["report", *folders, "--force", "--strict", "--json-summary"])
    counts = json.loads(capsys.readouterr().out)["counts"]
    assert (0, 1, 2) == (counts["done"], counts["failed"], counts["not_run"])
    (tmp_path / "clients" / "acme" / "engagement.yaml").write_text(good)
    assert 0 == main(["report", *folders, "--retry-failed", "--json-summary"])
    counts = json.loads(capsys.readouterr().out)["counts"]
    assert (1, 2) == (counts["done"], counts["left_out"])


def test_slices_share_a_folder(folders, capsys):
    """Slices take every client once between them, in one folder; a whole run after them finds all but the broken done."""
    taken = []
    for number in (1, 2):
        main(["report", *folders, "--slice", f"{number}/2", "--json-summary"])
        taken += [each["source"] for each in json.loads(capsys.readouterr().out)["clients"]]
    assert sorted(folders) == sorted(taken)
    main(["report", *folders, "--json-summary"])
    got = json.loads(capsys.readouterr().out)
    assert {"done": 0, "failed": 1, "cached": 2, "left_out": 0, "not_run": 0} == got["counts"]


def test_a_table_of_clients(folders, tmp_path, capsys):
    """`--clients` takes a table; a wrong cell is told by row and column and nobody runs."""
    table = tmp_path / "portfolio.csv"
    table.write_text("client;languages;as_of\nclients/acme;fr,en;2026-10-31\nclients/corso;;\n")
    assert 0 == main(["report", "--clients", str(table)])
    assert 6 == len(capsys.readouterr().out.split())
    table.write_text("client;languages\nclients/acme;de\nclients/corso;fr\n")
    assert 1 == main(["report", "--clients", str(table)])
    out, err = capsys.readouterr()
    assert "" == out
    assert f"{table}:2: languages: " in err
    assert 1 == main(["report", "--clients", str(table), "--json-summary"])
    got = json.loads(capsys.readouterr().out)
    assert (False, [], 1) == (got["good"], got["clients"], len(got["problems"]))


def test_a_damaged_manifest_is_told(folders, tmp_path, capsys):
    """A manifest that somebody edited is told with its line, exit 1, and left as it is."""
    main(["report", folders[0]])
    file = tmp_path / "reports" / "manifest.jsonl"
    file.write_bytes(b"oops\n" + file.read_bytes())
    capsys.readouterr()

    assert 1 == main(["report", folders[0]])
    assert f"line 1 of {file.relative_to(tmp_path)} is damaged" in capsys.readouterr().err
    assert 1 == main(["report", folders[0], "--json-summary"])
    got = json.loads(capsys.readouterr().out)
    assert [["batch.manifest_damaged"], [], False] == [
        [each["code"] for each in got["problems"]], got["clients"], got["good"],
    ]  # fmt: skip
    assert file.read_bytes().startswith(b"oops\n")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "is of another version"), ("fr", "est d'une autre version")]
)
def test_a_manifest_of_another_version_is_told(folders, tmp_path, capsys, lang, said):
    """A line of an older version is not believed and this is said; the line stays, the client runs."""
    main(["report", folders[0]])
    file = tmp_path / "reports" / "manifest.jsonl"
    old = file.read_bytes().replace(b"cxmaturity.batch/1", b"cxmaturity.batch/0")
    file.write_bytes(old)
    capsys.readouterr()

    assert 0 == main(["--lang", lang, "report", folders[0]])
    out, err = capsys.readouterr()
    assert said in err.replace("’", "'")
    assert 2 == len(out.split())
    assert file.read_bytes().startswith(old)


@pytest.mark.slow
def test_a_second_run_of_200_imports_nothing_heavy(tmp_path, monkeypatch, folders):
    """With 200 finished clients of 500 kB each, a second run imports nothing heavy and writes nothing."""
    monkeypatch.setattr(Quick, "make", _half_a_megabyte)
    for number in range(200):
        (tmp_path / "many" / f"c{number}").mkdir(parents=True)
        text = ENGAGEMENT.replace("NAME", f"Client {number}")
        (tmp_path / "many" / f"c{number}" / "engagement.yaml").write_text(text, encoding="utf-8")
    many = sorted(str(path) for path in (tmp_path / "many").iterdir())
    assert 0 == main(["report", *many, "--to", "html"])
    page = (tmp_path / "reports" / "index.html").stat().st_mtime_ns
    program = (
        "import sys, json; from cxmaturity.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "heavy = {'numpy', 'pandas', 'nbformat', 'matplotlib', 'ruamel', 'rich', 'jupyter_client'} & set(sys.modules)\n"
        "print(json.dumps([code, sorted(heavy)]))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, "report", *many, "--to", "html"],
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    code, heavy = json.loads(said.stdout)

    assert (0, []) == (code, heavy)
    assert page == (tmp_path / "reports" / "index.html").stat().st_mtime_ns


def _half_a_megabyte(self, payload, *, seed, heard):
    source = parcel.unpack_job(payload).source.name.encode()
    return Answer(
        parcel=parcel.pack_made(Made(documents={"report.html": source * 100_000}, problems=(), seconds={}))
    )
