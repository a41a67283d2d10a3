"""`cxmaturity map` as a person meets it: findings with their place, drawings, exchange, and nothing lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cxmaturity.cli import main
from cxmaturity.files.journey import read_atlas

ROOT = Path(__file__).resolve().parents[2]
JULIE = ROOT / "examples" / "maison-lavande" / "journeys.yaml"
FIXTURES = ROOT / "tests" / "journey" / "fixtures"
GROUP = ("check", "draw", "convert", "export", "import")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    """Speak English unless a test asks otherwise."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")


@pytest.fixture
def folder(tmp_path):
    """Return a folder that holds a small map without findings."""
    shutil.copy(FIXTURES / "e101" / "good.yaml", tmp_path / "journeys.yaml")
    return tmp_path


@pytest.mark.parametrize("command", [(), *((name,) for name in GROUP)])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_command_explains_itself_in_both_languages(command, lang, capsys):
    """`--help` works in French and in English, and every option has words."""
    assert 0 == main(["--lang", lang, "map", *command, "--help"])

    said = capsys.readouterr().out
    options = [line for line in said.splitlines() if line.strip().startswith("--")]
    assert ("Afficher cette aide" if lang == "fr" else "Show this help") in said
    assert [] == [word for word in ((" the ", " of ") if lang == "fr" else (" le ", " du ")) if word in said]
    assert [] == [line for line in options if len(line.split("  ")) < 2]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["check"],
        ["draw", "x", "--to", "docx"],
        ["draw", "x", "--size", "a0"],
        ["check", "x", "--as-of", "yesterday"],
        ["convert", "x"],
        ["import", "x"],
        ["import", "x", "--from", "sticky", "--colour", "yellow"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments, capsys):
    """A word that nobody knows, or one that is missing, exits with 2 and a sentence on standard error."""
    assert 2 == main(["map", *arguments])
    assert "Traceback" not in capsys.readouterr().err


def test_check_names_line_rule_and_thing(capsys):
    """A finding stands at its line and shows the rule and the id that a waiver would name; a warning is no failure."""
    assert 0 == main(["map", "check", str(FIXTURES / "v403" / "bad.yaml"), "--as-of", "2026-11-22"])

    told = capsys.readouterr()
    line = 1 + next(
        index
        for index, text in enumerate(
            (FIXTURES / "v403" / "bad.yaml").read_text(encoding="utf-8").splitlines()
        )
        if text.endswith("# here")
    )
    assert f"bad.yaml:{line}: [V403 m]: warning: " in told.out
    assert "errors: 0, warnings: 1, advice: 0, waived: 0" in told.err


def test_check_speaks_the_language_asked_for(capsys):
    """`--language` is the language of the findings, whatever that of the messages before it."""
    assert 1 == main(["map", "check", str(FIXTURES / "e104" / "bad.yaml"), "--language", "fr"])

    told = capsys.readouterr()
    assert "n’a pas de canal" in told.out
    assert "erreurs\u00a0: 1" in told.err


def test_check_counts_what_is_waived(capsys):
    """Waived findings are counted, not shown."""
    assert 0 == main(["map", "check", str(FIXTURES / "d801" / "good.yaml"), "--as-of", "2026-11-22"])

    told = capsys.readouterr()
    assert not told.out
    assert "waived: 1" in told.err


def test_check_takes_the_date_of_the_engagement(tmp_path, capsys):
    """Ages are counted to the `as_of` of engagement.yaml, so that the same folder gives the same findings next year."""
    shutil.copy(FIXTURES / "v403" / "good.yaml", tmp_path / "journeys.yaml")
    (tmp_path / "engagement.yaml").write_text("as_of: 2028-01-01\n", encoding="utf-8")

    assert 0 == main(["map", "check", str(tmp_path)])
    assert "[V403 m]" in capsys.readouterr().out
    (tmp_path / "engagement.yaml").write_text("as_of: 2026-11-22\n", encoding="utf-8")
    assert 0 == main(["map", "check", str(tmp_path / "engagement.yaml")])
    assert "[V403 m]" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"a: [",
        b"- 1\n- 2\n",
        b"journeys: 12\n",
        b"schema: cxmaturity.journeys/9\n",
        b"client: x\nlanguage: en\njourneys: [{id: A B, stages: {}}, 3]\n",
        b"PK\x03\x04 not a workbook",
    ],
)
@pytest.mark.parametrize("name", ["journeys.yaml", "gabarit.xlsx"])
def test_bad_files_give_problems_and_no_traceback(content, name, tmp_path, capsys):
    """Whatever stands in the file, every command says what is wrong with it and exits with 1."""
    file = tmp_path / name
    file.write_bytes(content)
    out = ["--out", str(tmp_path / "out")]

    assert 1 == main(["map", "check", str(tmp_path)])
    assert capsys.readouterr().out
    assert 1 == main(["map", "draw", str(file), *out])
    assert 1 == main(["map", "export", str(file), *out])
    assert 1 == main(["map", "convert", str(file), "--to", "yaml", "--out", str(tmp_path / "x.yaml")])
    for origin in ("cjml", "sticky", "json"):
        assert 1 == main(["map", "import", str(file), "--from", origin, "--into", str(tmp_path / "in")])
    assert sorted([name]) == sorted(path.name for path in tmp_path.iterdir())


def test_a_missing_path_is_said(tmp_path, capsys):
    """A folder or a file that does not exist is a problem with a way out."""
    for command in (
        ["check"],
        ["draw"],
        ["export"],
        ["convert", "--to", "yaml"],
        ["import", "--from", "cjml"],
    ):
        assert 1 == main(["map", command[0], str(tmp_path / "nowhere"), *command[1:]])


def test_an_error_stops_the_drawing(tmp_path, capsys):
    """A map with an error is not drawn, and the error says where it is."""
    assert 1 == main(["map", "draw", str(FIXTURES / "e106" / "bad.yaml"), "--out", str(tmp_path / "out")])

    assert "[E106 ask]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_draw_writes_what_was_asked_and_prints_its_paths(tmp_path, capsys):
    """One SVG and one page per language, their paths on standard output."""
    out = tmp_path / "maps"
    arguments = ["--to", "svg,html", "--language", "fr,en", "--size", "wide", "--out", str(out)]

    assert 0 == main(["map", "draw", str(JULIE), "--journey", "acheter-parure", *arguments])

    printed = {Path(line) for line in capsys.readouterr().out.splitlines()}
    assert printed == set(out.iterdir())
    assert {".svg", ".html"} == {path.suffix for path in printed}
    assert all(path.stat().st_size > 1000 for path in printed)


def test_an_unknown_journey_is_said_with_the_nearest(tmp_path, capsys):
    """`--journey` with a misspelt id names the right one."""
    arguments = ["--journey", "acheter-parur", "--out", str(tmp_path)]

    assert 1 == main(["map", "draw", str(JULIE), *arguments])
    assert 1 == main(["map", "export", str(JULIE), *arguments])
    assert 2 == capsys.readouterr().err.count("Did you mean 'acheter-parure'?")


def test_the_two_forms_of_a_map_are_kept_apart(folder, capsys):
    """From text to workbook and back; a workbook that says something else is said by `check` and never replaced silently."""
    assert 0 == main(["map", "convert", str(folder), "--to", "xlsx"])
    assert 0 == main(["map", "check", str(folder), "--as-of", "2026-11-22"])
    assert "says something else" not in capsys.readouterr().out
    assert read_atlas(folder / "gabarit.xlsx") == read_atlas(folder / "journeys.yaml")

    shutil.copy(FIXTURES / "e102" / "good.yaml", folder / "journeys.yaml")
    before = (folder / "gabarit.xlsx").read_bytes()
    assert 0 == main(["map", "check", str(folder), "--as-of", "2026-11-22"])
    assert "says something else" in capsys.readouterr().out
    assert 1 == main(["map", "convert", str(folder), "--to", "xlsx"])
    assert "says something else" in capsys.readouterr().err
    assert before == (folder / "gabarit.xlsx").read_bytes()

    assert 0 == main(["map", "convert", str(folder), "--to", "xlsx", "--force"])
    assert read_atlas(folder / "gabarit.xlsx") == read_atlas(FIXTURES / "e102" / "good.yaml")


def test_convert_leaves_a_file_that_says_the_same(folder, capsys):
    """Comments and layout of a text that already says what the workbook says stay."""
    assert 0 == main(["map", "convert", str(folder), "--to", "xlsx"])
    before = (folder / "journeys.yaml").read_bytes()

    assert 0 == main(["map", "convert", str(folder), "--to", "yaml"])
    assert before == (folder / "journeys.yaml").read_bytes()
    assert "says the same already" in capsys.readouterr().err


def test_export_writes_every_format_and_import_reads_them_back(tmp_path, capsys):
    """What our own JSON and the CJML export say is read again; CSV, XES and Mermaid are written."""
    out, into = tmp_path / "out", tmp_path / "in"
    formats = "cjml,mermaid,xes,csv,json,yaml,xlsx"

    assert 0 == main(["map", "export", str(JULIE), "--to", formats, "--out", str(out)])
    atlas = read_atlas(JULIE)
    names = {
        "journeys.cjml.xml",
        "journeys.xes",
        "journeys.csv",
        "journeys.json",
        "journeys.yaml",
        "gabarit.xlsx",
    }
    assert names | {f"{journey.id}.mmd" for journey in atlas.journeys} == {
        path.name for path in out.iterdir()
    }
    assert "CJML has no place for: " in capsys.readouterr().err

    assert 0 == main(["map", "import", str(out / "journeys.json"), "--from", "json", "--into", str(into)])
    assert atlas == read_atlas(into)
    assert 1 == main(["map", "import", str(out / "journeys.cjml.xml"), "--from", "cjml", "--into", str(into)])
    assert atlas == read_atlas(into)
    assert 0 == main(
        ["map", "import", str(out / "journeys.cjml.xml"), "--from", "cjml", "--into", str(into), "--force"]
    )
    assert [journey.id for journey in atlas.journeys] == [journey.id for journey in read_atlas(into).journeys]


def test_export_never_replaces_the_document_it_reads(folder, capsys):
    """Exporting YAML into the folder of a commented journeys.yaml is refused."""
    file = folder / "journeys.yaml"
    before = file.read_bytes()

    assert 1 == main(["map", "export", str(folder), "--to", "yaml", "--out", str(folder)])
    assert before == file.read_bytes()
    assert "was written" in capsys.readouterr().err


def test_sticky_notes_become_a_first_map(tmp_path, capsys):
    """A board of notes gives a journey, and what could not be placed is told."""
    notes = tmp_path / "notes.csv"
    notes.write_text(
        "text,colour,x,y\nChoose,blue,0,0\nPay,blue,500,0\nCompares,yellow,0,100\nPays,yellow,500,100\n"
        "Too slow,red,500,300\n",
        encoding="utf-8",
    )
    arguments = ["--from", "sticky", "--into", str(tmp_path / "in"), "--client", "Acme", "--language", "en"]

    assert 0 == main(
        ["map", "import", str(notes), *arguments, "--colour", "red=pain", "--colour", "blue=stage"]
    )
    atlas = read_atlas(tmp_path / "in")
    assert "Acme" == atlas.client
    assert atlas.journeys[0].events


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_new_engagement_starts_with_a_map(lang, tmp_path, monkeypatch, capsys):
    """`new --with journey` writes both forms, names the workbook, and passes every check at once."""
    monkeypatch.chdir(tmp_path)

    assert 0 == main(["new", "acme", "--language", lang, "--with", "journey"])
    printed = {Path(line).name for line in capsys.readouterr().out.splitlines()}
    assert {"engagement.yaml", "journeys.yaml", "gabarit.xlsx"} <= printed
    assert 0 == main(["check", "acme"])
    assert 0 == main(["map", "check", "acme", "--language", lang])
    told = capsys.readouterr()
    assert "journeys_differ" not in told.out
    assert "gabarit.xlsx" in told.err
    assert read_atlas("acme/gabarit.xlsx") == read_atlas("acme/journeys.yaml")
    assert lang == read_atlas("acme").language


def test_a_folder_that_names_one_of_two_documents_says_when_they_differ(tmp_path, capsys):
    """engagement.yaml names the workbook; a journeys.yaml beside it that says something else is told, in the language chosen."""
    assert 0 == main(["new", str(tmp_path / "acme"), "--with", "journey"])
    file = tmp_path / "acme" / "journeys.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("reach: ", "reach: 1"), encoding="utf-8")
    capsys.readouterr()

    assert 0 == main(["map", "check", str(tmp_path / "acme"), "--language", "fr"])
    assert "dit autre chose" in capsys.readouterr().out


def test_check_reads_a_map_without_an_engagement(folder, capsys):
    """`cxmaturity check` of a folder that holds a map only checks the map."""
    shutil.copy(FIXTURES / "c203" / "bad.yaml", folder / "journeys.yaml")

    assert 0 == main(["check", str(folder)])
    assert "[C203 choose]" in capsys.readouterr().out
    assert 0 == main(["check", str(folder / "journeys.yaml")])
    assert "[C203 choose]" in capsys.readouterr().out


def test_new_with_a_map_never_overwrites(tmp_path, capsys):
    """One file in the way, and nothing at all is written."""
    (tmp_path / "gabarit.xlsx").write_bytes(b"mine")

    assert 1 == main(["new", str(tmp_path), "--with", "journey"])
    assert ["gabarit.xlsx"] == [path.name for path in tmp_path.iterdir()]
    assert b"mine" == (tmp_path / "gabarit.xlsx").read_bytes()


def test_check_of_an_engagement_covers_its_journeys(tmp_path, capsys):
    """`cxmaturity check` says the findings of the map that the engagement names, at their line."""
    shutil.copy(FIXTURES / "c203" / "bad.yaml", tmp_path / "journeys.yaml")
    (tmp_path / "engagement.yaml").write_text(
        "schema: cxmaturity.engagement/1\nclient: {name: Acme}\nlanguage: en\n"
        "currency: EUR\nas_of: 2026-11-22\njourneys: journeys.yaml\n",
        encoding="utf-8",
    )

    assert 0 == main(["check", str(tmp_path)]), capsys.readouterr().out
    assert "journeys.yaml:15: [C203 choose]: warning: " in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["map", "--help"], ["map", "draw", "--help"], ["map", "check", str(JULIE)]]
)
def test_checking_a_map_in_text_loads_nothing_heavy(arguments):
    """Help and `map check` of a YAML map start without numpy, openpyxl, matplotlib or Babel's data."""
    program = (
        "import sys\n"
        "from cxmaturity.cli import main\n"
        "assert main(sys.argv[1:]) == 0\n"
        "heavy = {'numpy', 'scipy', 'openpyxl', 'matplotlib', 'typst', 'pptx', 'sqlalchemy', 'tornado'}\n"
        "print('LOADED', sorted(heavy & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )

    assert (0, "LOADED []") == (done.returncode, done.stdout.strip().splitlines()[-1]), done.stderr


def test_the_answers_go_where_the_map_goes(tmp_path, capsys):
    """In another folder the file that a map names comes along, to and from every format that says everything."""
    hotel = ROOT / "examples" / "journeys" / "hotel-tilleul"
    answers = (hotel / "journey-answers.csv").read_bytes()
    book = tmp_path / "book" / "gabarit.xlsx"

    assert 0 == main(["map", "convert", str(hotel), "--to", "xlsx", "--out", str(book)])
    assert 0 == main(["map", "export", str(hotel), "--to", "json,csv", "--out", str(tmp_path / "out")])
    back = ["map", "import", str(tmp_path / "out" / "journeys.json"), "--from", "json", "--into"]
    assert 0 == main([*back, str(tmp_path / "back")])
    assert 0 == main(["map", "export", str(hotel), "--to", "csv", "--out", str(tmp_path / "table")])
    assert 0 == main(["map", "check", str(book.parent), str(tmp_path / "back")])
    for folder in ("book", "out", "back"):
        assert answers == (tmp_path / folder / "journey-answers.csv").read_bytes()
    assert not (tmp_path / "table" / "journey-answers.csv").exists()
    assert read_atlas(book).answered == read_atlas(hotel).answered
    assert "journey-answers.csv" in capsys.readouterr().out


def test_other_answers_are_not_written_over(tmp_path, capsys):
    """A file of the same name that says something else is kept, and nothing at all is written."""
    (tmp_path / "journey-answers.csv").write_text("mine", encoding="utf-8")
    hotel = ROOT / "examples" / "journeys" / "hotel-tilleul"

    assert 1 == main(["map", "convert", str(hotel), "--to", "xlsx", "--out", str(tmp_path / "x.xlsx")])
    assert ["journey-answers.csv"] == [file.name for file in tmp_path.iterdir()]
    assert "already there" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["yaml", "xlsx"])
def test_a_currency_that_nobody_gave_is_said(kind, tmp_path, capsys):
    """Amounts without a currency are read as euros, and `check` says so; with one, it is silent."""
    text = (FIXTURES / "c204" / "good.yaml").read_text(encoding="utf-8")
    file = tmp_path / "journeys.yaml"
    file.write_text(text.replace("currency: EUR\n", ""), encoding="utf-8")
    if kind == "xlsx":
        import openpyxl

        file = tmp_path / "gabarit.xlsx"
        assert 0 == main(
            ["map", "convert", str(tmp_path / "journeys.yaml"), "--to", "xlsx", "--out", str(file)]
        )
        book = openpyxl.load_workbook(file)
        (cell,) = (row[2] for row in book["Mission"].iter_rows() if row[0].value == "mission.currency")
        assert cell.value == "EUR"
        cell.value = None
        book.save(file)
        book.close()
    main(["map", "check", str(file), "--as-of", "2026-11-22"])
    assert "they are read as EUR" in capsys.readouterr().out

    file.unlink()
    (tmp_path / "journeys.yaml").write_text(text, encoding="utf-8")
    main(["map", "check", str(tmp_path / "journeys.yaml"), "--as-of", "2026-11-22"])
    assert "they are read as" not in capsys.readouterr().out
