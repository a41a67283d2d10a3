"""Changes written into an engagement file: only what changes changes, and nothing wrong is ever written."""

from __future__ import annotations

import datetime as dt
import difflib
import shutil
import stat
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxmaturity.core.problems import InputError
from cxmaturity.files import check_path, read_engagement
from cxmaturity.files.edit import APPEND, REMOVE, edit_engagement, edited_content, fingerprint
from cxmaturity.files.splice import apply_change
from cxmaturity.resources import resource

EXAMPLES = resource("examples")
NAMES = ("maison-lavande", "northgate-advisory", "published-telecom")


@pytest.fixture
def folder(tmp_path):
    """Copy an example that has comments, both styles of YAML and answers beside it."""
    return Path(shutil.copytree(EXAMPLES / "maison-lavande", tmp_path / "client"))


def lines_changed(before: str, after: str) -> list[str]:
    """Return the lines that a diff shows, with their sign."""
    return [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]


def test_one_figure_changes_one_line_and_keeps_its_comments(folder):
    """A figure changed leaves every other character of the file, comments included."""
    file = folder / "engagement.yaml"
    before = file.read_text(encoding="utf-8")

    warnings = edit_engagement(folder, [(("levers", "retention", "attribution", "mode"), 0.55)])

    after = file.read_text(encoding="utf-8")
    removed, added = lines_changed(before, after)
    assert added[1:] == removed[1:].replace("mode: 0.6,", "mode: 0.55,")
    assert all(problem.severity != "error" for problem in warnings)
    assert read_engagement(folder).case.levers[0].attribution.value == 0.55


def test_a_wave_is_added_at_the_end_of_the_list(folder):
    """A new wave is written in block style after the last one, before what follows."""
    wave = {
        "id": "2027",
        "date": dt.date(2026, 10, 30),
        "questionnaire": "1",
        "answers": "reponses-2026.csv",
        "evidence": [],
    }
    before = (folder / "engagement.yaml").read_text(encoding="utf-8")

    edit_engagement(folder, [(("assessment", "waves", APPEND), wave)])

    after = (folder / "engagement.yaml").read_text(encoding="utf-8")
    changed = lines_changed(before, after)
    assert [line[:1] for line in changed] == ["+"] * 5
    assert changed[0] == '+    - id: "2027"'
    assert [found.id for found in read_engagement(folder).waves] == ["2025", "2026", "2027"]
    assert after.index('- id: "2027"') < after.index("targets:")


def test_a_figure_becomes_a_range_in_the_order_of_the_others(folder):
    """Low, mode and high stand where the value stood, before the date, as everywhere in the file."""
    path = ("baseline", "consumers", "count")
    edit_engagement(
        folder,
        [
            ((*path, "low"), 170000),
            ((*path, "mode"), 184000),
            ((*path, "high"), 190000),
            ((*path, "value"), REMOVE),
        ],
    )

    assert "count: {low: 170000, mode: 184000, high: 190000, date: 2026-09-30" in (
        folder / "engagement.yaml"
    ).read_text(encoding="utf-8")


def test_what_is_taken_out_leaves_the_rest(folder):
    """A line of costs, a lever and a key of a flow mapping go, with nothing else."""
    before = read_engagement(folder).case

    edit_engagement(
        folder, [(("costs", 1), REMOVE), (("levers", "advantage"), REMOVE), (("finance", "tax_rate"), REMOVE)]
    )

    after = read_engagement(folder).case
    assert [cost.name for cost in after.costs] == [
        cost.name for place, cost in enumerate(before.costs) if place != 1
    ]
    assert [lever.benefit for lever in after.levers] == [
        lever.benefit for lever in before.levers if lever.benefit != "advantage"
    ]
    assert after.finance.tax_rate is None
    assert "# qui a surestimé" in (folder / "engagement.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("levers", "retention", "attribution", "mode"), 1.7),
        (("levers", "retention", "attribution", "mode"), float("nan")),
        (("goals",), ["no_such_benefit"]),
        (("baseline", "consumers", "count", "source"), REMOVE),
        (("assessment", "waves", 0, "answers"), "../../etc/passwd"),
        (("client", "name"), "a\x00b"),
        (("client", "name"), "\ud800"),
        (("as_of",), "yesterday"),
        (("client", "name", "deeper"), "x"),
    ],
)
def test_what_would_be_wrong_is_refused_and_the_file_is_untouched(folder, path, value):
    """A change that makes the file wrong raises, and the file is byte for byte as before, with nothing beside it."""
    file = folder / "engagement.yaml"
    before, beside = file.read_bytes(), sorted(found.name for found in folder.iterdir())

    with pytest.raises(InputError) as refused:
        edit_engagement(folder, [(("levers", "retention", "owner"), "Somebody"), (path, value)])

    assert refused.value.problems
    assert file.read_bytes() == before
    assert sorted(found.name for found in folder.iterdir()) == beside


def test_every_problem_is_told_at_once(folder):
    """Two wrong values give two problems, each with its line in the file as it would have been."""
    with pytest.raises(InputError) as refused:
        edit_engagement(
            folder,
            [(("levers", "retention", "attribution", "mode"), 1.7), (("finance", "horizon_years"), 99)],
        )

    assert {problem.dotted.split(".")[0] for problem in refused.value.problems} >= {"levers", "finance"}
    assert all(problem.place and problem.place.line for problem in refused.value.problems)


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "Devis: l'éditeur",
        "a # not a comment",
        "{not: a mapping}",
        "[x]",
        "- dash",
        "null",
        "true",
        "2026-10-01",
        "1.5",
        "'single' \"double\"",
        "line\nbreak",
        "tab\there",
        "<script>alert(1)</script>",
        "&anchor *alias",
        "%TAG",
        "@at",
        "`tick`",
        "trailing ",
        " leading",
        "emoji 🧾 and 𝄞",
        "\u2028 separator",
        "é" * 200,
        "\\ backslash \\n",
        "? question",
        "! tag",
        "| pipe",
        "> fold",
        "a, b: c",
        ",",
        "=CMD()",
    ],
)
def test_any_text_comes_back_as_typed(folder, text):
    """A text that looks like YAML is read back as the very same text, and as nothing else."""
    path = ("costs", 0, "initial", "source")
    edit_engagement(folder, [(path, text)])

    assert read_engagement(folder).case.costs[0].initial.source == text


@given(text=st.text(max_size=60))
def test_a_scalar_survives_any_text(text):
    """Whatever the text, the document that holds it reads back as that text (independent reader: PyYAML)."""
    try:
        after = apply_change('a: {b: 1, c: "x"}  # kept\nd: 2\n', ("a", "b"), text)
        after.encode()
    except UnicodeEncodeError:
        return
    assert {"a": {"b": text, "c": "x"}, "d": "2"} == yaml.load(after, Loader=yaml.BaseLoader)  # noqa: S506
    assert after.endswith('"x"}  # kept\nd: 2\n')


BLOCK = """\
# head
top:            # about top
  first: 1      # one

  second:
    - a: 1
      b: 2      # two
    - a: 3

  third: {x: 1, y: 2}

# tail of top
last: |
  some text
  of two lines

"""


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("top", "first"), 5, BLOCK.replace("first: 1", "first: 5")),
        (("top", "second", 0, "b"), 9, BLOCK.replace("b: 2", "b: 9")),
        (("top", "second", 1), REMOVE, BLOCK.replace("    - a: 3\n", "")),
        (("top", "second", 0, "a"), REMOVE, BLOCK.replace("- a: 1\n      b: 2", "- b: 2")),
        (("top", "second", APPEND), {"a": 4}, BLOCK.replace("    - a: 3\n", "    - a: 3\n    - {a: 4}\n")),
        (("top", "third", "z"), 3, BLOCK.replace("y: 2}", "y: 2, z: 3}")),
        (("top", "third", "x"), REMOVE, BLOCK.replace("{x: 1, y: 2}", "{y: 2}")),
        (("top", "fourth"), "new", BLOCK.replace("y: 2}\n", "y: 2}\n  fourth: new\n")),
        (("last",), "short", BLOCK[: BLOCK.index("last")] + "last: short\n\n"),
        (
            ("new", "deep", "key"),
            1,
            BLOCK.replace("  of two lines\n", "  of two lines\nnew:\n  deep: {key: 1}\n"),
        ),
    ],
)
def test_each_kind_of_change_touches_its_place_only(path, value, expected):
    """Replaced, added, taken out, in a flow mapping or in a block: the text beside stays, blank lines and comments too."""
    assert apply_change(BLOCK, path, value) == expected


def numbers_of(name: str) -> list[tuple[str, str, str]]:
    """Return some figures of an example: section, input, part."""
    whole = yaml.safe_load((EXAMPLES / name / "engagement.yaml").read_text(encoding="utf-8"))
    return [
        (section, key, part)
        for section, inputs in (whole.get("baseline") or {}).items()
        for key, held in inputs.items()
        if isinstance(held, dict)
        for part in ("value", "mode")
        if part in held
    ]


FIGURES = [(name, *found) for name in NAMES[:2] for found in numbers_of(name)]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
@given(figure=st.sampled_from(FIGURES), factor=st.floats(0.9, 1.1))
def test_any_figure_of_the_examples_changes_one_line(figure, factor):
    """For any figure of an example, the content that would be written differs in one line, and holds the figure."""
    name, section, key, part = figure
    before = (EXAMPLES / name / "engagement.yaml").read_text(encoding="utf-8")
    held = yaml.safe_load(before)["baseline"][section][key]
    low, high = held.get("low", held[part]), held.get("high", held[part])
    wanted = min(max(held[part] * factor, low), high)
    wanted = held[part] if low == high and held[part] < 1 and wanted > 1 else wanted

    content, _, _ = edited_content(EXAMPLES / name, [(("baseline", section, key, part), wanted)])

    assert len(lines_changed(before, content.decode())) in (0, 2)
    assert yaml.safe_load(content)["baseline"][section][key][part] == pytest.approx(wanted, rel=1e-12)


def test_a_file_changed_meanwhile_is_not_overwritten(folder):
    """Somebody saved the file in an editor: the change is refused and theirs stays."""
    file, seen = folder / "engagement.yaml", fingerprint(folder)
    file.write_text(file.read_text(encoding="utf-8") + "# theirs\n", encoding="utf-8")

    with pytest.raises(InputError) as refused:
        edit_engagement(folder, [(("levers", "retention", "owner"), "Me")], expected=seen)

    assert refused.value.code == "files.edit_changed"
    assert file.read_text(encoding="utf-8").endswith("# theirs\n")


def test_a_value_shared_by_an_alias_is_not_changed_in_two_places(folder):
    """An alias writes one value in two places: changing it through one of them is refused."""
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    start, end = (
        text.index(name) for name in ("detractor_share: {value", "annual_customers_won_per_promoter:")
    )
    text = f"{text[:start]}detractor_share: *shared\n    {text[end:]}"
    text = text.replace("promoter_share: {value", "promoter_share: &shared {value")
    file.write_text(text, encoding="utf-8")
    assert not [problem for problem in check_path(folder) if problem.severity == "error"]

    with pytest.raises(InputError) as refused:
        edit_engagement(folder, [(("baseline", "consumers", "detractor_share", "value"), 0.2)])

    assert refused.value.code == "files.edit_shared"
    assert file.read_text(encoding="utf-8") == text


def test_the_end_of_lines_and_the_mark_of_a_windows_file_stay(folder):
    """A file with CRLF and a byte order mark keeps both, also in the lines that are added."""
    file = folder / "engagement.yaml"
    windows = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(windows)

    edit_engagement(folder, [(("costs", APPEND), {"name": "New", "internal": True})])

    after = file.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf")
    assert after.count(b"\n") == after.count(b"\r\n") == windows.count(b"\r\n") + 1


def test_permissions_and_links_are_kept(folder, tmp_path):
    """The file keeps who may read it, and a link to it stays a link."""
    file, real = folder / "engagement.yaml", folder / "real.yaml"
    file.rename(real)
    real.chmod(0o640)
    file.symlink_to(real.name)

    edit_engagement(file, [(("levers", "retention", "owner"), "Me")])

    assert file.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert read_engagement(folder).case.levers[0].owner == "Me"


def test_no_file_is_said(tmp_path):
    """A folder without an engagement says so."""
    with pytest.raises(InputError) as refused:
        edit_engagement(tmp_path, [(("goals",), [])])

    assert refused.value.code == "files.no_engagement"


def test_nothing_to_change_writes_nothing(folder):
    """The same value again leaves the file as it is, its date of change included."""
    file = folder / "engagement.yaml"
    before = file.stat().st_mtime_ns

    edit_engagement(folder, [(("levers", "retention", "owner", "en"), "Customer service")])

    assert file.stat().st_mtime_ns == before
