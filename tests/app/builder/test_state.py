"""The builder's state: what is typed makes the case that the saved file makes, and nothing wrong is counted or written."""

from __future__ import annotations

import difflib
import json
import shutil
from pathlib import Path

import attrs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.app.widgets import builder_draft as drafts
from cxmaturity.app.widgets.builder_form import fields, form, status
from cxmaturity.app.widgets.builder_state import LIVE_DRAWS, BuilderState
from cxmaturity.business_case import evaluate_case
from cxmaturity.business_case.inputs import MOVES
from cxmaturity.cli import main
from cxmaturity.files import load_catalog, read_engagement
from cxmaturity.resources import resource

EXAMPLES = resource("examples")
NAMES = ("maison-lavande", "northgate-advisory")


@pytest.fixture(params=NAMES)
def folder(request, tmp_path):
    """Copy each example."""
    return Path(shutil.copytree(EXAMPLES / request.param, tmp_path / request.param))


@pytest.fixture
def shop(tmp_path):
    """Copy the retailer."""
    return Path(shutil.copytree(EXAMPLES / "maison-lavande", tmp_path / "shop"))


def told(capsys, folder):
    """Return what `cxmaturity case --json` says of a folder."""
    capsys.readouterr()
    assert main(["case", str(folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def agrees(result, said):
    """Compare a result with the JSON of the command line, number by number."""
    simulation = said["simulation"]
    assert result.npv == said["npv"]
    assert list(result.cash_flows) == said["cash_flows"]
    assert [found.pv for found in result.benefits] == [found["pv"] for found in said["benefits"]]
    assert (result.simulation.p10, result.simulation.p50, result.simulation.p90) == (
        simulation["p10"],
        simulation["p50"],
        simulation["p90"],
    )
    assert result.simulation.probability_of_loss == simulation["probability_of_loss"]
    assert {found.label: found.evppi for found in result.information} == simulation["evppi"]
    assert [attrs.asdict(bar) for bar in result.tornado] == said["tornado"]


def test_what_is_shown_is_what_the_command_line_says(folder, capsys):
    """Opened and settled, the builder's numbers are those of `cxmaturity case --json`, to the last bit."""
    state = BuilderState(folder)

    agrees(state.evaluate(), told(capsys, folder))


def test_after_changes_and_a_save_the_file_says_the_same(folder, capsys):
    """Levers, costs and finance changed on screen, then saved: the command line on the folder gives the builder's numbers."""
    state = BuilderState(folder)
    lever = f"levers.{state.goals[0]}.{MOVES[state.goals[0]][0]}"
    changes = [
        (lever, "mode", "0,9 %"),
        ("costs.0.initial", "mode", "25 000"),
        ("costs.0.initial", "high", "90 000"),
        ("costs.0.initial", "low", "20 000"),
        ("finance.discount_rate", "plain", "8,5 %"),
        ("finance.horizon_years", "plain", "4"),
        ("costs.0.annual.0", "value", "11 000"),
    ]
    for path, part, text in changes:
        assert state.figure(path, part, text), path
    state.cost("add")
    state.figure(f"costs.{len(state.draft['costs']) - 1}.initial", "value", "1 500")
    shown = state.evaluate()

    assert state.save(), state.refusals
    assert not state.unsaved
    agrees(shown, told(capsys, folder))
    assert state.evaluate().npv == shown.npv


def test_few_trials_are_the_first_of_all(shop):
    """While somebody types 2,000 trials are counted: what does not depend on trials is already final."""
    state = BuilderState(shop)
    live, whole = state.evaluate(LIVE_DRAWS), state.evaluate()

    assert (live.simulation.draws, whole.simulation.draws) == (2_000, 10_000)
    assert live.simulation.npv == whole.simulation.npv  # the first thousand
    assert (live.npv, live.benefits, live.tornado) == (whole.npv, whole.benefits, whole.tornado)


def test_one_figure_changes_one_line(shop):
    """A figure changed and saved changes one line of the file, and every comment stays."""
    before = (shop / "engagement.yaml").read_text(encoding="utf-8")
    state = BuilderState(shop)
    state.figure("levers.retention.churn_rate_reduction", "mode", "1,7")

    assert state.save()

    after = (shop / "engagement.yaml").read_text(encoding="utf-8")
    changed = [
        line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("+ ", "- ")
    ]
    assert changed[1][2:] == changed[0][2:].replace("mode: 0.016", "mode: 0.017")
    assert len(changed) == 2


def test_what_is_not_understood_is_said_and_not_counted(shop):
    """A text that is no figure leaves the case as it was, is said beside its box, and stops a save."""
    state = BuilderState(shop)
    case, content = state.case, (shop / "engagement.yaml").read_bytes()

    assert not state.figure("levers.retention.churn_rate_reduction", "mode", "a lot")

    assert state.case is case
    assert state.slips == {("levers.retention.churn_rate_reduction", "mode"): "a lot"}
    assert not state.save()
    assert [said["text"] for said in status(state)["refusals"]] != [""]
    assert (shop / "engagement.yaml").read_bytes() == content


@pytest.mark.parametrize(
    ("path", "part", "text", "code"),
    [
        ("levers.retention.churn_rate_reduction", "mode", "9 %", "core.range_order"),
        ("baseline.consumers.share_of_wallet", "high", "250 %", "core.rate_looks_like_percent"),
        ("baseline.consumers.count", "value", "-5", "core.out_of_range"),
        ("finance.discount_rate", "plain", "", "files.missing_key"),
        ("finance.horizon_years", "plain", "0", "files.out_of_range"),
        ("baseline.consumers.promoter_share", "value", "85 %", "business_case.promoters_and_detractors"),
        ("costs.1.initial", "low", "", "core.range_half"),
        ("baseline.consumers.count", "date", "2031-01-01", "engagement.estimate_future"),
        ("costs.1.initial", "unit", "", "files.missing_key"),
    ],
)
def test_what_cannot_be_is_said_and_never_saved(shop, path, part, text, code):
    """A figure that cannot be: its problem is said at its field, the last good case stays, the file is untouched."""
    state = BuilderState(shop)
    content = (shop / "engagement.yaml").read_bytes()

    assert state.figure(path, part, text)

    assert code in {problem.code for problem in state.problems if problem.severity == "error"}
    assert state.case is not None
    assert state.stale
    assert {said["path"] for said in status(state)["errors"]} <= {
        path,
        "levers.recommendation.promoter_share_gain",
    }
    assert not state.save()
    assert (shop / "engagement.yaml").read_bytes() == content
    assert state.undo()
    assert not state.stale
    assert not state.unsaved


def test_undo_goes_back_to_what_is_saved(shop):
    """Every kind of change is taken back in turn, down to the saved file and no further."""
    state = BuilderState(shop)
    saved = state.draft
    state.figure("levers.retention.owner", "plain", "Somebody")
    state.goal("advantage", on=False)
    state.set_range("baseline.consumers.count", on=True)
    state.cost("remove", 2)
    state.cost("add_year", 0)
    state.step("finance.discount_rate", "value", up=True)
    assert state.unsaved

    while state.undo():
        pass

    assert state.draft == saved
    assert not state.unsaved
    assert not state.can_undo


def test_only_what_the_goals_need_is_asked_for(shop):
    """Without the service goal no figure of customer service is on screen; with it, all of them are."""
    state = BuilderState(shop)
    for goal in state.goals:
        state.goal(goal, on=goal == "retention")

    rows = [
        row["path"]
        for section in form(state)["sections"]
        for group in section["groups"]
        for row in group["rows"]
    ]
    assert not [
        path for path in rows if path.startswith(("baseline.service", "baseline.option", "levers.preference"))
    ]
    assert "baseline.consumers.annual_churn_rate" in rows

    state.goal("service_cost", on=True)
    rows = [
        row["path"]
        for section in form(state)["sections"]
        for group in section["groups"]
        for row in group["rows"]
    ]
    assert len([path for path in rows if path.startswith("baseline.service")]) == 6


def test_a_goal_without_figures_names_what_is_missing(shop):
    """A new goal lists each figure that it lacks, with who knows it, and the others still count."""
    state = BuilderState(shop)
    before = state.evaluate().npv
    state.goal("engagement", on=True)

    missing = status(state)["missing"]

    assert {found["path"] for found in missing} >= {
        "baseline.contracts.renewal_rate",
        "levers.engagement.ramp",
    }
    assert all(found["who"] for found in missing if found["path"].startswith("baseline."))
    assert state.evaluate().npv == before
    assert [absent.benefit for absent in state.evaluate().not_evaluated] == ["engagement"]


def test_a_case_is_built_from_nothing_and_counted():
    """Without a folder, figures typed one by one make a case as soon as they are enough; it cannot be saved, and says so."""
    state = BuilderState(language="en", currency="GBP")
    assert state.case is None
    state.goal("service_cost", on=True)
    for path, text in {
        "finance.discount_rate": "10",
        "baseline.service.annual_contacts": "38,000",
        "baseline.service.cost_per_contact": "£14.50",
        "baseline.service.self_service_cost_per_contact": "1.20",
        "baseline.service.first_contact_resolution_rate": "58%",
        "baseline.service.extra_contacts_per_unresolved_issue": "1.4",
        "baseline.service.cash_share": "40",
        "levers.service_cost.first_contact_resolution_gain": "8",
        "levers.service_cost.deflected_contact_share": "5%",
        "levers.service_cost.attribution": "70",
    }.items():
        assert state.figure(path, "plain" if path.startswith("finance") else "value", text)
    state.figure("levers.service_cost.ramp", "plain", "40; 80; 100")
    state.cost("add")
    state.figure("costs.0.initial", "value", "22k")

    result = state.evaluate()

    assert [found.id for found in result.benefits] == ["service_cost"]
    assert result.costs_by_year[0] == 22_000
    given = state.case.baseline.service.annual_contacts
    assert (given.value, given.evidence, bool(given.source), bool(given.unit)) == (38_000, "E0", True, True)
    assert not state.save()
    assert state.refusals[0].code == "builder.no_folder"


def test_a_file_changed_by_somebody_else_is_not_overwritten(shop):
    """Saved in an editor meanwhile: the builder refuses, says it, and opens theirs when asked."""
    state = BuilderState(shop)
    file = shop / "engagement.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("mode: 0.016", "mode: 0.015"), encoding="utf-8")
    state.figure("levers.retention.owner", "plain", "Me")

    assert not state.save()
    assert [problem.code for problem in state.refusals] == ["files.edit_changed"]

    state.open()
    assert state.case.levers[0].moves[0][1].value == 0.015


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "a: b # c",
    "{x: 1}",
    "*alias",
    "=cmd|'/c calc'!A1",
    "🧾 é \u202e",
    "'\"\\",
    "null",
    "- x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_name_is_kept_as_typed(shop, text):
    """Names and sources come back from the file as they were typed, whatever they hold."""
    state = BuilderState(shop)
    state.figure("costs.0.name", "plain", text)
    state.figure("levers.retention.churn_rate_reduction", "source", text)

    assert state.save(), state.refusals

    case = read_engagement(shop).case
    assert (case.costs[0].name, case.levers[0].moves[0][1].source) == (text, text)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("baseline.consumers.nothing", "value"),
        ("levers.nothing.attribution", "value"),
        ("levers.retention.conversion_rate_gain", "mode"),
        ("costs.99.initial", "value"),
        ("costs.0.annual.7", "value"),
        ("finance.dates", "plain"),
        ("baseline.consumers.count", "plain"),
        ("finance.discount_rate", "value"),
    ],
)
def test_a_field_that_is_not_there_is_not_written(shop, path, part):
    """A path or a part that the case does not have changes nothing."""
    state = BuilderState(shop)
    before = state.draft

    assert not state.figure(path, part, "1")
    assert state.draft == before


@settings(max_examples=40)
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["value", "low", "mode", "high", "step", "goal", "range", "cost"]),
            st.sampled_from(
                [
                    "baseline.consumers.count", "levers.retention.churn_rate_reduction", "levers.preference.attribution",
                    "costs.0.initial", "costs.3.annual.2", "finance.discount_rate",
                ]
            ),
            st.sampled_from(["", "0", "5", "1,5 %", "99", "x", "250000"]),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_whatever_is_typed_the_state_stays_whole(moves):
    """Any run of changes: a case from a valid draft only, differences that rebuild the draft, and undo back to the start."""
    state = BuilderState(EXAMPLES / "maison-lavande")
    saved = state.draft
    for kind, path, text in moves:
        if kind == "step":
            state.step(path, "mode", up=True)
        elif kind == "goal":
            state.goal("retention", on=text == "")
        elif kind == "range":
            state.set_range(path, on=text == "")
        elif kind == "cost":
            state.cost("remove", 1)
        else:
            state.figure(path, "plain" if path.startswith("finance") else kind, text)
        form(state)
        status(state)
    if not state.stale and state.case is not None:
        fresh, _ = drafts.build_case(state.draft, state.engagement)
        assert fresh == state.case
    while state.undo():
        pass
    assert state.draft == saved


def test_the_case_is_the_file_s_own_value(folder):
    """Opened and untouched, the builder's case is the very value that the reader of engagements gives."""
    read = read_engagement(folder)

    assert BuilderState(folder).case == attrs.evolve(read.case, goals=read.goals)
    assert evaluate_case(read.wanted_case, load_catalog()).npv == BuilderState(folder).evaluate().npv


# --- texts in both languages ---------------------------------------------------------------------------------


def source_of(folder, path=("baseline", "consumers", "count")):
    """Return the source of a figure as the file holds it."""
    held = yaml.safe_load((folder / "engagement.yaml").read_text(encoding="utf-8"))
    for step in path:
        held = held[step]
    return held["source"]


@pytest.mark.parametrize(("language", "other"), [("en", "fr"), ("fr", "en")])
def test_a_text_typed_in_one_language_keeps_the_other(shop, language, other):
    """The builder shows the text of its language, and writes that one alone; undo and the rest of the file are untouched."""
    state = BuilderState(shop, language=language)
    before, old = (shop / "engagement.yaml").read_text(encoding="utf-8"), source_of(shop)
    row = next(row for row in fields(form(state)) if row["path"] == "baseline.consumers.count")
    assert row["origin"]["source"]["text"] == old[language]

    assert state.figure("baseline.consumers.count", "source", "CRM 2026")
    assert state.save()

    assert source_of(shop) == {other: old[other], language: "CRM 2026"}
    after = (shop / "engagement.yaml").read_text(encoding="utf-8")
    changed = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert len(changed) == 2


def test_an_emptied_text_shows_the_other_language(shop):
    """Taking one language out loses only that one."""
    state, old = BuilderState(shop, language="en"), source_of(shop)

    assert state.figure("baseline.consumers.count", "source", "")
    row = next(row for row in fields(form(state)) if row["path"] == "baseline.consumers.count")

    assert row["origin"]["source"]["text"] == old["fr"]
    assert state.save()
    assert source_of(shop) == {"fr": old["fr"]}


def test_a_figure_keeps_its_source_in_both_languages(shop):
    """A number typed in English leaves the French source of a French file where it was."""
    state, old = BuilderState(shop, language="en"), source_of(shop)

    assert state.figure("baseline.consumers.count", "value", "190,000")
    state.set_range("baseline.consumers.count", on=True)
    assert state.save()

    assert source_of(shop) == old


def test_what_the_builder_writes_itself_is_in_both_languages_where_the_file_is(shop):
    """A first figure brings its unit and source in French and in English, or in one where the file has one."""
    state = BuilderState(shop, language="en")
    state.cost("add")
    assert state.figure(f"costs.{len(state.draft['costs']) - 1}.annual.0", "value", "1000")

    added = state.draft["costs"][-1]
    assert {name: sorted(added[name]) for name in ("name",)} == {"name": ["en", "fr"]}
    assert {part: sorted(added["annual"][0][part]) for part in ("unit", "source")} == {
        "unit": ["en", "fr"],
        "source": ["en", "fr"],
    }
    alone = BuilderState(language="en")
    alone.cost("add")
    assert isinstance(alone.draft["costs"][0]["name"], str)
