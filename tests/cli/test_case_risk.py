"""`cxmaturity case` on inputs with ranges: the three numbers first, then what moves them, in both languages and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cxmaturity.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CLOSE = EXAMPLES / "northgate-advisory"
SIMULATION = {
    "draws",
    "seed",
    "mean",
    "sd",
    "p10",
    "p50",
    "p90",
    "probability_of_loss",
    "cvar5",
    "evpi",
    "evppi",
}


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    """Speak English unless a test asks otherwise."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")


def printed(capsys, *arguments):
    """Return what a command prints."""
    assert 0 == main(["case", *arguments])
    return capsys.readouterr().out


@pytest.fixture
def got(capsys):
    """Return the JSON of the close case."""
    return json.loads(printed(capsys, str(CLOSE), "--json"))


def test_json_holds_the_simulation_under_its_stable_keys(got):
    """The keys are those of the documented surface, no more; values of information are by input."""
    simulation = got["simulation"]

    assert SIMULATION == simulation.keys()
    assert (10_000, 2026) == (simulation["draws"], simulation["seed"])
    assert simulation["p10"] < simulation["p50"] < simulation["p90"]
    assert 0.5 < simulation["probability_of_loss"] < 1
    assert simulation["evppi"]["levers.engagement.intention_to_renewal"] < simulation["evpi"]


def test_json_says_what_finding_out_could_change(got):
    """A case that loses money says what the benefit not evaluated must bring: the expected loss."""
    assert [-got["simulation"]["mean"]] == [absent["decisive_pv"] for absent in got["not_evaluated"]]


def test_json_lists_overlaps_with_their_kind(capsys):
    """Each overlap has its pair, its kind and a sentence; an option declared outside the category is no conflict."""
    overlaps = json.loads(printed(capsys, str(EXAMPLES / "maison-lavande"), "--json"))["overlaps"]

    assert {"first", "second", "kind", "severity", "code", "message"} == overlaps[0].keys()
    assert "conflict" not in {overlap["kind"] for overlap in overlaps}
    assert ("preference", "advantage") in {(overlap["first"], overlap["second"]) for overlap in overlaps}


def test_the_three_numbers_come_first(capsys):
    """Risk, then range, then what to measure next, before the most likely case."""
    text = printed(capsys, str(CLOSE))
    order = [
        text.index(words)
        for words in (
            "Probability of losing money",
            "worst 5%",
            "P10 / P50 / P90",
            "What to measure next",
            "Net present value",
        )
    ]

    assert sorted(order) == order
    assert "Break-even of each lever" in text
    assert "What moves the NPV" in text
    assert "observations: worth" in text


def test_the_same_in_french(capsys):
    """No English word is left between the figures."""
    main(["--lang", "fr", "case", str(EXAMPLES / "maison-lavande")])
    text = capsys.readouterr().out

    assert (
        text.index("Probabilité de perdre de l’argent")
        < text.index("Que mesurer d’abord")
        < text.index("Valeur actuelle nette")
    )
    for word in ("Probability", "Overlap", "Worth", "levers.", "Input", "costs."):
        assert word not in text


def test_a_case_without_ranges_prints_no_risk(tmp_path, capsys):
    """Without a range there is nothing to simulate, and nothing is said of risk."""
    text = (CLOSE / "engagement.yaml").read_text(encoding="utf-8")
    certain = re.sub(r"low: [\d.]+, mode: ([\d.]+), high: [\d.]+", r"value: \1", text)
    certain = certain[: certain.index("uncertainty:")] + certain[certain.index("actions:") :]
    (tmp_path / "engagement.yaml").write_text(certain, encoding="utf-8")

    assert "Probability" not in printed(capsys, str(tmp_path))
    assert "simulation" not in json.loads(printed(capsys, str(tmp_path), "--json"))
