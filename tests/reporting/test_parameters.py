"""What a report is asked is checked before any kernel starts."""

from __future__ import annotations

import datetime as dt

import pytest

from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.reporting.names import SECTIONS, check_day, check_language, check_sections
from cxmaturity.reporting.parameters import as_parameter, check_parameters
from cxmaturity.reporting.runs import make_report
from cxmaturity.resources import resource

NOTEBOOK = resource("notebooks/client_report.ipynb")
GOOD = {"engagement": "x", "language": "fr", "as_of": "2026-11-01", "sections": ["summary"]}


@pytest.mark.parametrize(
    "given", [GOOD, {"engagement": "x", "language": None, "as_of": None, "sections": None}]
)
def test_good_parameters(given):
    """Names and types of the notebook's own cell are accepted, and None keeps a default."""
    assert check_parameters(NOTEBOOK, given) is None


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"langage": "fr"}, "reporting.parameter_unknown", "Did you mean 'language'?"),
        ({"zzz": 1}, "reporting.parameter_unknown", "it has engagement, language, as_of, sections."),
        ({"engagement": 3}, "reporting.parameter_type", "of type int; expected str"),
        ({"sections": "summary"}, "reporting.parameter_type", "of type str; expected list"),
        ({"language": "de"}, "core.unknown_id", "known: en, fr"),
        ({"as_of": "1/11/2026"}, "reporting.as_of", "2026-11-01"),
        ({"sections": ["sumary"]}, "core.unknown_id", "Did you mean 'summary'?"),
    ],
)
def test_bad_parameters(given, code, said):
    """A wrong name, type or value is named, with what is expected and the nearest name."""
    with pytest.raises(InputError) as caught:
        check_parameters(NOTEBOOK, given)

    assert code == caught.value.code
    assert said in str(caught.value)


def test_every_problem_at_once():
    """Two wrong parameters give two problems."""
    with pytest.raises(InputError) as caught:
        check_parameters(NOTEBOOK, {"langage": "fr", "as_of": "x", "engagement": 3})

    assert 3 == len(caught.value.problems)


def test_nothing_starts_for_a_wrong_question(tmp_path, monkeypatch):
    """A wrong language, format, section or folder stops a run before any kernel, and writes nothing."""
    monkeypatch.setattr("cxmaturity.reporting.runs.execute", pytest.fail)
    example = resource("examples/maison-lavande")
    out = tmp_path / "out"
    for wrong in ({"languages": ("de",)}, {"formats": ("docx",)}, {"sections": ("sumary",)}):
        with pytest.raises(UnknownIdError):
            make_report(example, out=out, **wrong)
    with pytest.raises((InputError, OSError)):
        make_report(tmp_path / "nowhere", out=out)

    assert not out.exists()


def test_sections_keep_the_order_of_the_report():
    """Sections come in the report's order, whatever the order they are asked in."""
    assert ("summary", "case") == check_sections(["case", "summary"])
    assert ("case",) == check_sections("case")
    assert SECTIONS == check_sections(None)


def test_days_and_languages():
    """Dates travel as ISO text, languages by their code."""
    assert dt.date(2026, 11, 1) == check_day("2026-11-01") == check_day(dt.date(2026, 11, 1))
    assert check_day(None) is None
    assert "2026-11-01" == as_parameter(dt.date(2026, 11, 1))
    assert as_parameter(None) is None
    assert "fr" == check_language("fr")
