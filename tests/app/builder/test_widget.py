"""The widget between the browser and the state: what it takes, what it shows, what it refuses."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from cxmaturity.app.widgets import builder as builder_module
from cxmaturity.app.widgets.builder import EVENTS, SETTING, WRITABLE, BusinessCaseBuilder, open_builder
from cxmaturity.app.widgets.builder_form import fields
from cxmaturity.app.widgets.builder_messages import KINDS
from cxmaturity.core.problems import InputError
from cxmaturity.files import read_engagement
from cxmaturity.i18n.messages import load_messages
from cxmaturity.resources import resource

LEVER = "levers.retention.churn_rate_reduction"


@pytest.fixture
def folder(tmp_path):
    """Copy the retailer."""
    return Path(shutil.copytree(resource("examples") / "maison-lavande", tmp_path / "shop"))


@pytest.fixture
def builder(folder):
    """Open the builder on it."""
    shown = BusinessCaseBuilder(folder)
    yield shown
    shown.close()


def said(content, **beside):
    """Return a custom message as it arrives from a browser."""
    return {"content": {"data": {"method": "custom", "content": content}, **beside}}


def typed(text, seq=1, path=LEVER, part="mode"):
    """Return the message of a box."""
    return said({"kind": "figure", "seq": seq, "path": path, "part": part, "text": text})


def texts(value):
    """Yield every text of a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def test_a_message_of_the_page_moves_every_chart(builder):
    """One lever typed: the case, the three numbers and the data of all six charts are others."""
    before, case = builder.results, builder.case

    builder._handle_msg(typed("2,2 %", seq=7))

    assert builder.handled == 7
    assert builder.case != case
    assert builder.case.levers[0].moves[0][1].value == 0.022
    assert [chart["id"] for chart in builder.results["charts"]] == [
        "spread", "waterfall", "cash", "tornado", "overlaps", "measure",
    ]  # fmt: skip
    for old, new in zip(before["charts"], builder.results["charts"], strict=True):
        assert old["data"] != new["data"], old["id"]
        assert old["sentence"] != new["sentence"], old["id"]
    assert before["three"] != builder.results["three"]


@pytest.mark.parametrize(
    "message",
    [
        {"content": {"data": {"method": "update", "state": {"form": {}}, "buffer_paths": []}}},
        {"content": {"data": {"method": "update", "state": {"_esm": "export default {}"}, "buffer_paths": []}}},
        {"content": {"data": {"method": "update", "state": {"results": {}, "status": {}}, "buffer_paths": []}}},
        {"content": {"data": {"method": "update", "state": {"language": "de"}, "buffer_paths": []}}},
        {"content": {"data": {"method": "update", "state": {"theme": {"light": {"--ink": "x"}}}, "buffer_paths": []}}},
        {"content": {"data": {"method": "custom", "content": {"kind": "save"}}}},
        said({"kind": "figure", "seq": 1, "path": "privacy.mode", "part": "plain", "text": "named"}),
        {"content": {"data": {"method": "custom", "content": {"kind": "undo", "seq": 1}, "more": 1}}},
        {**said({"kind": "undo", "seq": 1}), "buffers": [b"x"]},
        {"content": {"data": {"method": "anything"}}},
        {"content": "x"},
    ],
    ids=lambda message: json.dumps(message, default=str)[:70],
)  # fmt: skip
def test_nothing_else_of_a_browser_is_taken(builder, message):
    """Writes of shown values, of code, of unknown fields and malformed messages: counted as refused, nothing changes."""
    before = (builder.form, builder.results, builder.status, builder._esm, builder.theme, builder.state.draft)

    builder._handle_msg(message)

    assert builder.refused == 1
    assert before == (
        builder.form,
        builder.results,
        builder.status,
        builder._esm,
        builder.theme,
        builder.state.draft,
    )


def test_the_language_is_the_one_field_that_a_browser_may_write(builder):
    """The language comes from the browser: every word, number and money follows, and no figure changes."""
    npv, french = builder.result.npv, builder.results

    builder._handle_msg(
        {"content": {"data": {"method": "update", "state": {"language": "en"}, "buffer_paths": []}}}
    )

    english = builder.results
    assert dict(WRITABLE) == {"language": 4}
    assert builder.result.npv == npv
    assert builder.form["words"]["save"] == "Save"
    for old, new in zip(french["charts"], english["charts"], strict=True):
        assert old["title"] != new["title"]
        assert old["sentence"] != new["sentence"]
        assert not set(old["table"]["columns"]) & set(new["table"]["columns"])
    assert [number["label"] for number in french["three"]] != [number["label"] for number in english["three"]]
    box = next(row for row in fields(builder.form) if row["path"] == LEVER)["boxes"][1]
    assert box["text"] == "1.6"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_word_on_screen_is_a_word(folder, language):
    """No key, no template field and no empty label is shown in either language."""
    shown = BusinessCaseBuilder(folder, language)

    for text in (*texts(shown.form["words"]), *texts(shown.results), *texts(shown.status)):
        assert not text.startswith(("builder.", "charts.", "report.")), text
        assert "{" not in text, text
    for row in fields(shown.form):
        assert row["label"]
    shown.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_chart_says_in_words_and_in_a_table_what_it_draws(folder, language):
    """Every chart has a title, a sentence, and a table with as many cells in each row as it has columns."""
    shown = BusinessCaseBuilder(folder, language)

    for chart in shown.results["charts"]:
        assert chart["title"]
        assert len(chart["sentence"]) > 40
        assert chart["table"]["rows"], chart["id"]
        assert {len(row) for row in chart["table"]["rows"]} == {len(chart["table"]["columns"])}
    shown.close()


def test_what_is_drawn_is_the_result(builder):
    """The data of the charts are the numbers of the result, unrounded."""
    result, charts = builder.result, {chart["id"]: chart["data"] for chart in builder.results["charts"]}

    assert charts["cash"]["cumulative"] == list(result.cumulative)
    assert charts["waterfall"]["steps"][-1]["end"] == result.npv
    assert sorted(
        step["end"] - step["start"] for step in charts["waterfall"]["steps"][: len(result.benefits)]
    ) == pytest.approx(sorted(found.pv for found in result.benefits))
    assert sum(charts["spread"]["counts"]) == result.simulation.draws
    assert [mark["at"] for mark in charts["spread"]["marks"]] == [
        result.simulation.p10,
        result.simulation.p50,
        result.simulation.p90,
    ]
    assert [(bar["low"], bar["high"]) for bar in charts["tornado"]["bars"]] == [
        (bar.npv_low, bar.npv_high) for bar in result.tornado[:8]
    ]
    assert [bar["value"] for bar in charts["overlaps"]["bars"]] == [
        result.sum_of_alone_pv,
        result.pv_benefits,
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_three_middles_of_the_npv_are_told_apart(builder, language):
    """Under the waterfall: its own value, the mean and the median, each once as a headline prints it, and the rounding."""
    from cxmaturity import i18n

    builder.language = language
    found = builder.result.simulation
    sentence = next(chart["sentence"] for chart in builder.results["charts"] if chart["id"] == "waterfall")

    for amount in (builder.result.npv, found.mean, found.p50):
        assert i18n.money(amount, builder.case.currency, language, compact=True).split()[0] in sentence
    assert ("rounded on its own" if language == "en" else "arrondi séparément") in sentence


def test_without_a_range_the_three_numbers_say_why(folder):
    """A case of points has no probability: the NPV is shown, and what is missing is said."""
    shown = BusinessCaseBuilder(folder, "en")
    state = shown.state
    for path in [row["path"] for row in fields(shown.form) if row.get("ranged")]:
        state.set_range(path, on=False)
    for line, cost in enumerate(state.draft["costs"]):
        if "low" in (cost.get("initial") or {}):
            state.set_range(f"costs.{line}.initial", on=False)
    shown._publish()

    assert shown.result.simulation is None
    assert next(number["value"] for number in shown.results["three"]) == "–"
    assert [chart["id"] for chart in shown.results["charts"]] == ["waterfall", "cash", "overlaps"]
    assert "Three values" not in shown.results["charts"][0]["sentence"]
    shown.close()


def test_messages_in_a_row_are_counted_once_then_on_all_trials(builder, monkeypatch):
    """Six messages at once in a running loop: one count on few trials shows the last, then one on all of them."""
    monkeypatch.setattr(builder_module, "SETTLE_SECONDS", 0.01)
    counted = []
    evaluate = builder.state.evaluate
    monkeypatch.setattr(
        builder.state, "evaluate", lambda draws=None: counted.append(draws) or evaluate(draws)
    )

    async def hurry():
        settled = asyncio.Event()
        builder.observe(lambda change: "10" in change["new"]["trials"] and settled.set(), names="results")
        for place in range(6):
            builder._handle_msg(typed(f"1,{place + 1}", seq=place + 1))
        await asyncio.wait_for(settled.wait(), 30)

    asyncio.run(hurry())

    assert counted == [builder_module.LIVE_DRAWS, None]
    assert builder.handled == 6
    assert builder.case.levers[0].moves[0][1].value == 0.016


def test_saved_from_a_notebook_the_file_holds_the_case(builder, folder):
    """`save()` writes, and raises with every problem when it must not; the file then stays as it was."""
    builder._handle_msg(typed("1,9"))
    builder.save()
    assert read_engagement(folder).wanted_case == builder.case

    before = (folder / "engagement.yaml").read_bytes()
    builder._handle_msg(typed("9 %"))
    with pytest.raises(InputError) as refused:
        builder.save()

    assert refused.value.problems
    assert (folder / "engagement.yaml").read_bytes() == before


def test_the_setting_of_the_process_names_the_folder(folder, monkeypatch):
    """The page's folder comes from the server's environment and wins over the notebook's; without it the notebook's counts."""
    monkeypatch.setenv(SETTING, str(folder))
    assert open_builder("nowhere").state.file == folder / "engagement.yaml"

    monkeypatch.delenv(SETTING)
    assert open_builder(folder, "en").language == "en"


@pytest.mark.slow
def test_the_documents_are_made_and_sent(builder, folder, monkeypatch):
    """The button writes the workbook beside the engagement, its progress is told, and its bytes go to the page that asks."""
    moves, sent = [], []
    builder.observe(lambda change: moves.append(change["new"]["text"]), names="job")
    monkeypatch.setattr(builder, "send", lambda content, buffers=None: sent.append((content, buffers)))

    builder._handle_msg(said({"kind": "produce", "seq": 1, "formats": ["xlsx"], "languages": ["fr"]}))
    progress = builder._job.wait(120)

    assert (progress.state, progress.failed) == ("done", ())
    assert moves[0] == "Démarrage"
    assert "Écriture du classeur" in moves
    builder._handle_msg(said({"kind": "file", "seq": 2, "index": 0}))
    builder._handle_msg(said({"kind": "file", "seq": 3, "index": 9}))
    (content, buffers), *others = sent
    assert not others
    assert content["name"] == "maison-lavande-workbook-fr.xlsx"
    assert buffers[0] == (folder / "reports" / "maison-lavande" / "fr" / "workbook.xlsx").read_bytes()


@pytest.mark.slow
def test_making_the_documents_can_be_stopped(builder, folder):
    """Stopped, it says so, and no half-written file is left."""
    job = builder.produce(["html", "pdf"], ["fr"])
    builder._handle_msg(said({"kind": "stop", "seq": 1}))

    assert job.wait(60).state == "stopped"
    assert not list(folder.rglob("report.*"))


@pytest.mark.slow
def test_what_stops_the_documents_is_said_in_words(builder, folder):
    """A folder that cannot be reported on: the reason is a sentence in the language shown."""
    (folder / "reponses-2026.csv").unlink()
    builder._handle_msg(said({"kind": "produce", "seq": 1, "formats": ["xlsx"], "languages": ["fr"]}))

    progress = builder._job.wait(120)

    assert progress.state == "failed"
    assert any("reponses-2026.csv" in text and "n’existe pas" in text for text in progress.failed)


def test_the_firewall_s_table_is_the_widget_s():
    """What the server lets through is what the widget takes."""
    from cxmaturity.app.server.policies import Policies

    policy = Policies()["cxmaturity.app.widgets.builder.BusinessCaseBuilder"]

    assert set(policy.events) == set(KINDS) == set(EVENTS)
    assert set(policy.fields) == {"language"}


def test_both_languages_have_the_same_words():
    """Every message of the builder is there in both languages, the plain ones with the same fields."""
    for key, both in load_messages("builder").items():
        english, french = (both[language]["other"] for language in ("en", "fr"))
        assert sorted(part.split("}")[0] for part in english.split("{")[1:]) == sorted(
            part.split("}")[0] for part in french.split("{")[1:]
        ), key
