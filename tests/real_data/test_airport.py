"""The airport's recommendation score of 2017, recomputed from the survey, equals the note beside the file."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest

Z = 1.959963984540054


@pytest.fixture(scope="module")
def answers(data: Path) -> list[tuple[int | None, float]]:
    """Return (score as coded, None for an empty cell; weight) of everybody who was asked."""
    with (data / "sfo_airport_survey_2017" / "sfo_2017.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            (int(float(row["NETPRO"])) if row["NETPRO"].strip() else None, float(row["WEIGHT"]))
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def source(data: Path) -> str:
    """Return the note that came with the file."""
    return (data / "sfo_airport_survey_2017" / "SOURCE.txt").read_text(encoding="utf-8")


def _noted(source: str, pattern: str) -> float:
    found = re.search(pattern, source)
    assert found is not None
    return float(found.group(1))


def _valid(answers: list[tuple[int | None, float]]) -> list[tuple[int, float]]:
    return [(score, weight) for score, weight in answers if score is not None and 0 <= score <= 10]


def _nps(answers: list[tuple[int, float]]) -> float:
    total = math.fsum(weight for _, weight in answers)
    promoters = math.fsum(weight for score, weight in answers if score >= 9)
    detractors = math.fsum(weight for score, weight in answers if score <= 6)
    return 100 * (promoters - detractors) / total


def test_promoters_detractors_and_score(answers: list[tuple[int | None, float]], source: str) -> None:
    """The count of promoters and detractors and the unweighted score are those of the note."""
    valid = _valid(answers)
    promoters = sum(score >= 9 for score, _ in valid)
    detractors = sum(score <= 6 for score, _ in valid)
    assert len(valid) == _noted(source, r"n=(\d+);")
    assert promoters == _noted(source, r"(\d+) promoters")
    assert detractors == _noted(source, r"(\d+) detractors")
    score = 100 * (promoters - detractors) / len(valid)
    assert round(score, 3) == _noted(source, r"NPS unweighted ([\d.]+)")
    assert _nps([(answer, 1.0) for answer, _ in valid]) == pytest.approx(score)


def test_weighted_score_and_effective_size(answers: list[tuple[int | None, float]], source: str) -> None:
    """The weighted score, and Kish's effective size of the whole sample, are those of the note."""
    valid = _valid(answers)
    assert round(_nps(valid), 2) == _noted(source, r"weighted ([\d.]+)\. Kish")
    weights = [weight for _, weight in answers]
    effective = math.fsum(weights) ** 2 / math.fsum(weight * weight for weight in weights)
    assert round(effective, 1) == _noted(source, r"Kish n_eff ([\d.]+)\.")


def test_adjusted_wald_interval(answers: list[tuple[int | None, float]], source: str) -> None:
    """Three answers more, split over the three groups, give the interval of the note (adjusted Wald)."""
    valid = _valid(answers)
    n = len(valid) + 3
    promoters = (sum(score >= 9 for score, _ in valid) + 0.75) / n
    detractors = (sum(score <= 6 for score, _ in valid) + 0.75) / n
    centre = promoters - detractors
    half = Z * math.sqrt((promoters + detractors - centre**2) / n)
    found = re.search(r"adjusted-Wald 95% ([\d.]+)\.\.([\d.]+)\)", source)
    assert found is not None
    assert [round(100 * (centre - half), 2), round(100 * (centre + half), 2)] == [
        float(end) for end in found.groups()
    ]


def test_a_blank_is_not_a_promoter(answers: list[tuple[int | None, float]], source: str) -> None:
    """Code 11 is a blank; read as a score it would make the airport look better than it is."""
    blanks = [score for score, _ in answers if score == 11]
    assert len(blanks) == _noted(source, r"code 11 = blank \((\d+) rows\)")
    promoters = sum(score is not None and score >= 9 for score, _ in answers)
    detractors = sum(score is not None and score <= 6 for score, _ in answers)
    trapped = 100 * (promoters - detractors) / len(answers)
    assert round(trapped, 2) == _noted(source, r"kept as promoter it gives ([\d.]+)\.")
