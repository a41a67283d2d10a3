"""The argument in a situation: words and order change, figures do not; the report's first page follows it."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import attrs
import pytest

from cxmaturity import i18n
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.core.text import LANGUAGES
from cxmaturity.engagement.values import SITUATIONS
from cxmaturity.files import read_engagement
from cxmaturity.reporting import situations
from cxmaturity.reporting.blocks import Callout, KeyFigures, Paragraph
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import summary

NUMBER = re.compile(r"\d[\d.,\u202f\u00a0]*")
_PLACE = Path(__file__).with_name("sections") / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("situations_samples", _PLACE)
SAMPLES = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = SAMPLES
_SPEC.loader.exec_module(SAMPLES)
DIAGNOSTICS = SAMPLES.SITUATIONS


def context(catalog, name, language="en", situation=None):
    """Return the context of a sample, its engagement in a situation."""
    found = DIAGNOSTICS[name]
    found = attrs.evolve(found, engagement=attrs.evolve(found.engagement, situation=situation))
    return ReportContext(
        diagnostic=found, catalog=catalog, language=language, theme=ChartTheme.from_primary(None)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", [None, *SITUATIONS])
@pytest.mark.parametrize("name", list(DIAGNOSTICS))
def test_every_situation_has_its_words_for_every_outcome(catalog, name, situation, language):
    """Headline, lead and ask are sentences without a field left open, whatever the diagnostic holds."""
    argument = situations.argue(context(catalog, name, language), situation)

    for text in (argument.headline, argument.lead, argument.closing):
        assert text
        assert text.rstrip(" ”»\u202f").endswith(".")
        assert "{" not in text.replace("{1}{2}", "") or name == "hostile"
    assert argument.situation == situation


def test_orders_hold_the_same_arguments():
    """Every order is a permutation of the others, and opens with the case."""
    assert 1 == len({frozenset(order) for order in situations.ORDERS.values()})
    assert len(situations.ORDERS) == len(set(situations.ORDERS.values()))
    assert {"case"} == {order[0] for order in situations.ORDERS.values()}


@pytest.mark.parametrize(
    ("name", "outcome", "decision"),
    [
        ("full", "gain", "gain_weak"),
        ("well_evidenced", "gain", "gain"),
        ("loss", "loss", "loss"),
        ("even", "even", "even"),
        ("no_benefit", "no_benefit", "no_benefit"),
        ("no_case", "no_case", "no_case"),
        ("nothing", "nothing", "nothing"),
    ],
)
def test_the_outcome_follows_the_figures(catalog, name, outcome, decision):
    """The NPV decides, as it is printed; weak evidence makes a gain a first year only."""
    found = context(catalog, name)

    assert (outcome, decision) == (situations.outcome(found), situations.decision(found))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", [None, *SITUATIONS])
def test_the_figures_of_an_argument_are_the_diagnostics(catalog, language, situation):
    """Each number printed is the format of a value of the case, and is declared."""
    found = context(catalog, "full", language)
    argument = situations.argue(found, situation)
    case = found.diagnostic.case
    known = {
        "case_npv": i18n.money(case.npv, "EUR", language, compact=True),
        "case_pv_benefits": i18n.money(case.pv_benefits, "EUR", language, compact=True),
        "case_pv_costs": i18n.money(case.pv_costs, "EUR", language, compact=True),
        "case_gross_benefits[3]": i18n.money(case.gross_benefits[-1], "EUR", language, compact=True),
        "input_finance_discount_rate": i18n.percent(case.discount_rate, language),
        "input_finance_horizon": {"en": "3 years", "fr": "3 ans"}[language],
    }
    printed = set(NUMBER.findall(f"{argument.headline} {argument.lead} {argument.closing}"))

    assert dict(argument.figures).items() <= known.items()
    allowed = {
        number.rstrip(".,") for text in dict(argument.figures).values() for number in NUMBER.findall(text)
    }
    assert {number.rstrip(".,\u202f\u00a0") for number in printed} <= {
        n.rstrip("\u202f\u00a0") for n in allowed
    } | {"3"}


def test_an_unknown_situation_is_told(catalog):
    """The message names the ones that exist."""
    with pytest.raises(UnknownIdError, match="budget, urgency, usual"):
        situations.argue(context(catalog, "full"), "panic")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_of_the_report_follows_the_situation(catalog, language):
    """Headline, order of the key figures and ask change; the key figures themselves are the same ones."""
    pages = {
        situation: summary.build(context(catalog, "full", language, situation))
        for situation in (None, *SITUATIONS)
    }
    leads = {s: next(b.text for b in page if isinstance(b, Paragraph)) for s, page in pages.items()}
    asks = {s: next(b.text for b in page if isinstance(b, Callout)) for s, page in pages.items()}
    figures = {s: next(b.items for b in page if isinstance(b, KeyFigures)) for s, page in pages.items()}

    assert 4 == len(set(leads.values())) == len(set(asks.values()))
    assert 1 == len({frozenset(items) for items in figures.values()})
    assert figures[None] == figures["urgency"]
    assert figures["budget"] == (*figures[None][2:], *figures[None][:2])


def test_no_situation_leaves_the_first_page_as_it_was(catalog):
    """Without a situation the lead holds stage and worth, as before."""
    page = summary.build(context(catalog, "full"))
    lead = next(block.text for block in page if isinstance(block, Paragraph))

    assert "stage 2 of 5" in lead
    assert "€387k" in lead


EXAMPLE = "".join(
    line
    for line in (Path(__file__).parents[2] / "examples" / "published-telecom" / "engagement.yaml")
    .read_text(encoding="utf-8")
    .splitlines(keepends=True)
    if not line.startswith("situation:")
)


@pytest.mark.parametrize("situation", [*SITUATIONS, None])
def test_the_engagement_file_gives_the_situation(tmp_path, situation):
    """`situation:` is read, and absent means none in particular."""
    text = EXAMPLE + (f"\nsituation: {situation}\n" if situation else "")
    (tmp_path / "engagement.yaml").write_text(text, encoding="utf-8")

    assert situation == read_engagement(tmp_path).situation


def test_a_wrong_situation_in_the_file_is_told_with_its_line(tmp_path):
    """The problem names the line and the words that are known."""
    text = EXAMPLE + "situation: urgent\n"
    (tmp_path / "engagement.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as told:
        read_engagement(tmp_path)
    assert text.count("\n") == told.value.problems[0].place.line
    assert "urgency" in str(told.value)
