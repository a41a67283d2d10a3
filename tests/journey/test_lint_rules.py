"""Every rule of the lint finds what it is about, where it stands, in both languages, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from cxmaturity import i18n
from cxmaturity.files.journey import check_atlas_file
from cxmaturity.journey.lint import RULES

FIXTURES = Path(__file__).parent / "fixtures"
AS_OF = dt.date(2026, 11, 22)
REFERENCE = [
    "E101",
    "E102",
    "E103",
    "E104",
    "E105",
    "E106",
    "E107",
    "E108",
    "C201",
    "C202",
    "C203",
    "C204",
    "C205",
    "P301",
    "P302",
    "P303",
    "P304",
    "P305",
    "P306",
    "V401",
    "V402",
    "V403",
    "V404",
    "V405",
    "V406",
    "V407",
    "B601",
    "B602",
    "B603",
    "B604",
    "B605",
    "B606",
    "B607",
    "B608",
    "G701",
]
"""Section 8 of the reference, without the rules of the listening plan (S)."""
ADVICE = {"P305", "V406", "B603", "B607"}
ERRORS = {"C201", "D801", "D802", *(rule for rule in REFERENCE if rule[0] == "E")}
COMPANIONS = {"D801": ["B602"], "D802": ["B602"]}
"""A waiver that is refused leaves its finding standing."""


def test_every_rule_of_the_reference_exists():
    """The registry holds the reference's rules and the three about waivers, nothing else."""
    assert [*REFERENCE, "D801", "D802", "D803"] == list(RULES)


def test_severities_are_those_of_the_reference():
    """E is an error, W a warning, I an advice."""
    expected = {
        name: "error" if name in ERRORS else "advice" if name in ADVICE else "warning" for name in RULES
    }

    assert expected == {name: rule.severity for name, rule in RULES.items()}


def test_every_rule_has_a_failing_and_a_passing_document():
    """No rule without its two documents, no document without its rule."""
    assert {name.lower() for name in RULES} == {folder.name for folder in FIXTURES.iterdir()}


@pytest.mark.parametrize("name", RULES)
def test_the_failing_document_is_found_out(name):
    """The rule, alone, finds the line marked in the file."""
    file = FIXTURES / name.lower() / "bad.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.endswith("# here")]

    found = check_atlas_file(file, as_of=AS_OF)

    assert [name, *COMPANIONS.get(name, [])] == [dict(problem.params)["rule"] for problem in found]
    assert marked == [found[0].place.line]
    assert f"journey.{name.lower()}" == found[0].code


@pytest.mark.parametrize("name", RULES)
def test_the_passing_document_passes(name):
    """The same document put right has no finding at all."""
    assert () == check_atlas_file(FIXTURES / name.lower() / "good.yaml", as_of=AS_OF)


@pytest.mark.parametrize("name", RULES)
def test_the_finding_is_said_in_both_languages(name):
    """English and French differ, both end as sentences, no field is left open and no English word stays in the French."""
    problem = check_atlas_file(FIXTURES / name.lower() / "bad.yaml", as_of=AS_OF)[0]

    english, french = (i18n.describe(problem, language) for language in ("en", "fr"))

    assert english != french
    assert english == problem.message
    for said in (english, french):
        assert said.rstrip().endswith((".", "?"))
        assert not re.search(r"[{}]", said)
    assert not re.search(r"\b(the|of|its|and|has|no)\b", re.sub(r"«.*?»|\(.*?\)", "", french))


@pytest.mark.parametrize("name", [name for name in RULES if RULES[name].waivable])
def test_a_waiver_with_a_reason_accepts_the_finding(name, tmp_path):
    """What a waiver names disappears from the findings, and nothing is said of the waiver."""
    text = (FIXTURES / name.lower() / "bad.yaml").read_text(encoding="utf-8")
    found = check_atlas_file(FIXTURES / name.lower() / "bad.yaml", as_of=AS_OF)
    at = dict(found[0].params)["at"]
    waived = text + f"waivers: [{{rule: {name.lower()}, at: {at}, reason: Agreed with the client.}}]\n"
    file = tmp_path / "journeys.yaml"
    file.write_text(waived, encoding="utf-8")

    assert () == check_atlas_file(file, as_of=AS_OF)


@pytest.mark.parametrize("name", [name for name in RULES if not RULES[name].waivable])
def test_what_cannot_be_drawn_cannot_be_waived(name, tmp_path):
    """An unknown reference or an id used twice stays an error, and the waiver becomes one."""
    text = (FIXTURES / name.lower() / "bad.yaml").read_text(encoding="utf-8")
    found = check_atlas_file(FIXTURES / name.lower() / "bad.yaml", as_of=AS_OF)
    line = f"  - {{rule: {name}, at: {dict(found[0].params)['at']}, reason: Agreed.}}\n"
    head = "waivers:\n"
    text = text.replace(head, head + line) if head in text else text + head + line
    file = tmp_path / "journeys.yaml"
    file.write_text(text, encoding="utf-8")

    again = [dict(problem.params)["rule"] for problem in check_atlas_file(file, as_of=AS_OF)]

    assert name in again
    assert "D802" in again
