"""The command line as a person meets it: exit codes, streams, languages, stable JSON, no traceback for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cxmaturity.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
RETAILER = EXAMPLES / "maison-lavande"


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    """Speak English unless a test asks otherwise."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")


@pytest.mark.parametrize(
    "command", ["demo", "new", "check", "score", "case", "map", "report", "campaign", "app", "lab"]
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_command_explains_itself_in_both_languages(command, lang, capsys):
    """`--help` of each command works in French and in English, and every option has words."""
    assert 0 == main(["--lang", lang, command, "--help"])

    said = capsys.readouterr().out
    options = [line for line in said.splitlines() if line.strip().startswith("--")]
    assert ("Afficher cette aide" if lang == "fr" else "Show this help") in said
    assert [] == [word for word in ((" the ", " of ") if lang == "fr" else (" le ", " du ")) if word in said]
    assert [] == [line for line in options if len(line.split("  ")) < 2]


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["check"], ["report", "x", "--to", "docx"], ["score"], ["demo", "--jobs", "0"]],
)
def test_wrong_usage_is_exit_code_2(arguments, capsys):
    """An unknown command, a missing argument or an unknown format exits with 2 and a word on standard error."""
    assert 2 == main(arguments)

    told = capsys.readouterr()
    assert told.err
    assert not told.out


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_new_then_check_then_score_then_case(lang, tmp_path, monkeypatch, capsys):
    """A starter engagement passes `check` and gives a score and a case at once, in both languages."""
    monkeypatch.chdir(tmp_path)

    assert 0 == main(["new", "acme", "--language", lang])
    assert 0 == main(["check", "acme"])
    assert 0 == main(["score", "acme"])
    assert 0 == main(["case", "acme"])
    assert "Traceback" not in capsys.readouterr().err


def test_new_never_overwrites(tmp_path, capsys):
    """A second `new` on the same folder changes nothing and exits with 1."""
    folder = tmp_path / "acme"
    assert 0 == main(["new", str(folder)])
    target = folder / "engagement.yaml"
    target.write_text("mine", encoding="utf-8")

    assert 1 == main(["new", str(folder)])
    assert "mine" == target.read_text(encoding="utf-8")
    assert "engagement.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("example", sorted(path.parent.name for path in EXAMPLES.glob("*/engagement.yaml")))
def test_examples_pass_check(example, capsys):
    """Each bundled example has no error."""
    assert 0 == main(["check", str(EXAMPLES / example)]), capsys.readouterr().out


@pytest.mark.parametrize(("colour", "notes"), [("#FFD200", 2), ("#14506B", 0)])
def test_check_announces_a_colour_that_had_to_be_darkened(colour, notes, tmp_path, capsys):
    """A pale client's colour is told with its line, as advice: the exit code stays 0. One that can be read is not."""
    folder = tmp_path / "acme"
    main(["new", str(folder)])
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8").replace(
        '# theme: {primary: "#1F5C99"', f'theme: {{primary: "{colour}"'
    )
    file.write_text(text.replace(', logo: logo.png, logo_alt: "Sample Company"', ""), encoding="utf-8")
    capsys.readouterr()

    assert 0 == main(["check", str(folder)])

    told = [line for line in capsys.readouterr().out.splitlines() if colour in line]
    assert notes == len(told)
    assert all("engagement.yaml:" in line and "advice:" in line for line in told)


def test_score_says_why_levels_count_for_less(tmp_path, capsys):
    """Without any proof in a diagnostic, the reader is told that levels are held down and what to do."""
    folder = tmp_path / "acme"
    main(["new", str(folder)])
    main(["score", str(folder)])

    assert "for want of proof: enter proofs" in capsys.readouterr().out


def test_score_json_has_the_stable_keys(capsys):
    """`score --json` prints the documented keys and nothing else on standard output."""
    assert 0 == main(["score", str(RETAILER), "--json"])

    got = json.loads(capsys.readouterr().out)
    assert {
        "schema", "client", "respondents", "dimensions", "index", "stage", "weak_link", "agreement", "functions", "coverage",
    } <= got.keys() | {"weak_link"}  # fmt: skip
    assert 7 == len(got["dimensions"])
    assert {
        "id",
        "n",
        "levels",
        "median",
        "mean",
        "ad_md",
        "verdict",
        "declared",
        "evidenced",
        "dont_know",
    } <= got["dimensions"][0].keys()
    assert {"geometric", "arithmetic", "minimum", "low", "high"} <= got["index"].keys()
    assert pytest.approx(1.0) == sum(got["stage"]["probabilities"])
    assert "krippendorff_alpha" in got["agreement"]


def test_case_json_has_the_stable_keys_and_adds_up(capsys):
    """`case --json` prints the documented keys; benefits add up to their total, discounted flows to the NPV."""
    assert 0 == main(["case", str(RETAILER), "--json"])

    got = json.loads(capsys.readouterr().out)
    assert {
        "schema", "client", "currency", "timing", "discount_rate", "horizon_years", "cash_flows", "pv_benefits", "pv_costs",
        "npv", "roi", "irr", "benefits", "overlaps", "warnings",
    } <= got.keys()  # fmt: skip
    assert {"id", "kpi", "pv", "alone_pv", "evidence"} <= got["benefits"][0].keys()
    assert pytest.approx(got["pv_benefits"]) == sum(benefit["pv"] for benefit in got["benefits"])
    assert pytest.approx(got["npv"]) == got["pv_benefits"] - got["pv_costs"]
    assert len(got["cash_flows"]) == got["horizon_years"] + 1


def test_json_never_holds_null(capsys):
    """What does not exist is absent, never null and never 0."""
    for command in ("score", "case"):
        for folder in EXAMPLES.glob("*/engagement.yaml"):
            main([command, str(folder.parent), "--json"])
            assert "null" not in capsys.readouterr().out


def test_bad_input_names_file_and_line_in_the_users_language(tmp_path, capsys):
    """A rate written as 5 gives `file:line`, the fraction to write, exit 1, in French when asked."""
    folder = tmp_path / "acme"
    main(["new", str(folder), "--language", "en"])
    target = folder / "engagement.yaml"
    lines = target.read_text(encoding="utf-8").splitlines()
    at = next(
        i for i, line in enumerate(lines) if "discount_rate" in line and not line.strip().startswith("#")
    )
    lines[at] = (
        lines[at].split("discount_rate")[0] + "discount_rat: 5" + ("" if "{" not in lines[at] else "}")
    )
    target.write_text("\n".join(lines), encoding="utf-8")
    capsys.readouterr()

    assert 1 == main(["check", str(folder)])
    english = capsys.readouterr().out
    assert 1 == main(["--lang", "fr", "check", str(folder)])
    french = capsys.readouterr().out

    assert f"engagement.yaml:{at + 1}" in english
    assert f"engagement.yaml:{at + 1}" in french
    assert "discount_rate" in english
    assert english != french


@pytest.mark.parametrize("command", ["check", "score", "case", "report"])
@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\xff\xfe\x00",
        b"a: [1",
        b"- just\n- a list",
        b"a: &a [*a]",
        b"!!python/object:os.system {}",
    ],
)
def test_no_traceback_whatever_the_file_holds(command, content, tmp_path):
    """A missing, empty, binary, torn, recursive or hostile file exits with 1 and never shows a traceback."""
    folder = tmp_path / "broken"
    folder.mkdir()
    if content is not None:
        (folder / "engagement.yaml").write_bytes(content)
    extra = ["--out", str(tmp_path / "out")] if command == "report" else []
    environment = {**os.environ, "CXMATURITY_LANGUAGE": "fr", "PYTHONUTF8": "1"}

    done = subprocess.run(
        [sys.executable, "-m", "cxmaturity", command, str(folder), *extra],
        capture_output=True, text=True, check=False, env=environment, encoding="utf-8",
    )  # fmt: skip

    assert 1 == done.returncode
    assert "Traceback" not in done.stderr + done.stdout
    assert "engagement.yaml" in done.stderr + done.stdout
    assert [] == [path for path in (tmp_path / "out").rglob("*") if path.suffix in {".html", ".pdf"}]


def test_version_is_the_project_version(capsys):
    """`--version` prints what pyproject says."""
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert 0 == main(["--version"])
    assert f"cxmaturity {wanted}" == capsys.readouterr().out.strip()
