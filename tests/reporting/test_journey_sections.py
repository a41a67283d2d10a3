"""What the report says of journeys: values of the result, the feedback behind each idea, no more than samples allow."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
import string
from pathlib import Path

import attrs
import pikepdf
import pytest

from cxmaturity.assessment.values import Settings
from cxmaturity.charts.chart import PAGE_WIDTH_MM
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import LANGUAGES
from cxmaturity.engagement import diagnose
from cxmaturity.engagement.values import Client, Engagement, Theme
from cxmaturity.files import read_engagement
from cxmaturity.i18n import number
from cxmaturity.i18n.messages import load_messages
from cxmaturity.journey.results import CRITERIA, Reason
from cxmaturity.journey.values import Atlas, Event, Journey, Persona, Stage, Words
from cxmaturity.reporting import sections
from cxmaturity.reporting.blocks import Bullets, Callout, Figure, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.document import Document, walk
from cxmaturity.reporting.html import document_html
from cxmaturity.reporting.inline import text_of
from cxmaturity.reporting.pdf import document_pdf
from cxmaturity.reporting.sections import journey_findings, journey_words, summary
from cxmaturity.reporting.session import open_report

EXAMPLES = Path(__file__).parents[2] / "examples"
JOURNEYS = ("broadband-onboarding", "learn-to-drive", "perdre-un-proche")
FOLDERS = {
    "maison-lavande": EXAMPLES / "maison-lavande",
    **{name: EXAMPLES / "journeys" / name for name in JOURNEYS},
}
MESSAGES = load_messages("journey_report")
HOSTILE = '<script>alert(1)</script> **gras** *é* =HYPERLINK("x") $\\frac{1}{2}$ #import "x"'


@pytest.fixture(scope="module")
def diagnostics(catalog):
    """Return every example that has journeys, diagnosed once."""
    found = {name: read_engagement(folder) for name, folder in FOLDERS.items()}
    return {
        name: diagnose(engagement, catalog, as_of=engagement.as_of, seed=20261101)
        for name, engagement in found.items()
    }


@pytest.fixture
def context_of(diagnostics, catalog):
    """Return a maker of contexts, from the name of an example or from a diagnostic."""

    def make(given, language="en"):
        diagnostic = diagnostics[given] if isinstance(given, str) else given
        return ReportContext(
            diagnostic=diagnostic, catalog=catalog, language=language, theme=ChartTheme.from_primary(None)
        )

    return make


@pytest.fixture
def alone(catalog):
    """Return a maker of diagnostics of an atlas and nothing else."""

    def make(atlas, *, privacy="anonymous", minimum_group=3):
        engagement = Engagement(
            client=Client(name="Client", id="client"),
            language="en",
            currency="EUR",
            as_of=dt.date(2026, 11, 1),
            theme=Theme(),
            settings=Settings(mode="quick", privacy=privacy, minimum_group=minimum_group),
            waves=(),
            targets=(),
            goals=(),
            case=None,
            atlas=atlas,
        )
        return diagnose(engagement, catalog, as_of=engagement.as_of, seed=1)

    return make


def built(context):
    """Return the blocks of the section."""
    return list(walk(sections.build("journeys", context)))


def table(context, anchor):
    """Return a table of the section by its anchor, None when it has none."""
    return next(
        (block for block in built(context) if isinstance(block, Table) and block.anchor == anchor), None
    )


def texts(blocks):
    """Return every text of some blocks, charts and their twins left out."""
    for block in walk(blocks):
        if isinstance(block, Table):
            yield from (block.caption, block.note, *(cell for row in block.rows for cell in row))
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Callout):
            yield from (block.title, block.text)
        elif isinstance(block, Figure):
            yield from (block.caption, block.note)


def signed(value, language):
    """Write a valence in our own way of testing: one decimal, a true minus, plus for what is above zero."""
    return number(value, language, 1, signed=True)


# --- what is printed is what was computed ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_moment_of_truth_is_told_with_its_reasons_and_interval(context_of, language):
    """One row for each moment of each persona, with its valence, its interval, its answers, one phrase per criterion."""
    context = context_of("maison-lavande", language)
    maps = context.diagnostic.maps
    rows = table(context, "table-moments").rows
    moments = [
        (result.persona, event)
        for result in maps.journeys
        for event in result.events
        if event.moment and maps.atlas.journey(result.journey).state == "as_is"
    ]

    assert moments
    for persona, event in moments:
        who = maps.atlas.persona(persona).name
        mine = [row for row in rows if row[0].startswith(f"{event.index + 1}. ") and who in row[1]]
        assert len(mine) == 1, event.event
        lived = mine[0][2].replace("\N{NO-BREAK SPACE}", " ")
        assert lived.startswith(signed(event.valence, language))
        if event.low is not None:
            assert signed(event.low, language) in lived
            assert signed(event.high, language) in lived
        assert len(re.split(r"\s?;\s", mine[0][3])) == len(event.reasons)
    assert len(rows) <= len(moments)


def test_every_criterion_has_words_of_its_own(context_of):
    """The eight criteria, and both sides of those that have two, are told in different words, with their numbers."""
    given = {
        "expert": [{"flag": "say so"}],
        "extremum": [{"prominence": 1.25, "side": "peak"}, {"prominence": 1.25, "side": "trough"}],
        "last": [
            {"of": "stage", "valence": 1.5, "before": 0.25},
            {"of": "journey", "valence": 1.5, "before": 0.25},
        ],
        "importance": [{"importance": 4.5, "threshold": 4.0}, {"share": 0.31, "threshold": 0.2}],
        "polarised": [{"sd": 1.4}, {"sd": 1.4, "low_share": 0.4, "high_share": 0.3}],
        "drop_off": [{"drop_off": 0.4, "median": 0.1}, {"complaints": 0.04, "median": 0.01}],
        "gap": [{"gap": -1.5, "low": -1.8, "high": -1.2}],
        "asymmetric": [
            {"asymmetry": -0.6, "penalty": -1.2, "reward": 0.3},
            {"asymmetry": 0.6, "penalty": -0.3, "reward": 1.2},
        ],
    }
    for language in LANGUAGES:
        context = context_of("maison-lavande", language)
        said = [
            journey_words.reasons(context, [Reason(criterion=name, numbers=tuple(numbers.items()))])
            for name in CRITERIA
            for numbers in given[name]
        ]
        assert len(set(said)) == sum(len(cases) for cases in given.values())
        assert all(re.search(r"\d", text) for text in said[1:-2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_promises_are_printed_with_their_intervals_in_the_order_of_the_result(context_of, language):
    """Each promise of the result, most contradicted first, with its distance as computed and its ends."""
    context = context_of("maison-lavande", language)
    promises = context.diagnostic.maps.promises
    rows = table(context, "table-promises").rows

    assert len(rows) == len(promises)
    for row, promise in zip(rows, promises, strict=True):
        assert row[1] == signed(promise.promised, language)
        assert row[2] == signed(promise.lived, language)
        distance = row[3].replace("\N{NO-BREAK SPACE}", " ")
        assert distance.startswith(signed(promise.distance, language))
        if promise.low is not None:
            assert signed(promise.low, language) in distance
    assert sum(row[5] in {"Broken", "Démentie"} for row in rows) == sum(item.broken for item in promises)


def test_every_opportunity_points_at_the_feedback_behind_it(context_of, diagnostics):
    """The source of every pain and every measure that an opportunity names stands in its row, quotes in full."""
    atlas = diagnostics["maison-lavande"].maps.atlas
    rows = table(context_of("maison-lavande", "fr"), "table-journey-opportunities").rows
    events = [event for journey in atlas.journeys for event in journey.events]
    behind = {item.id: item for event in events for item in (*event.pains, *event.satisfaction)}
    known = {text_of(row[1]).split("\N{NO-BREAK SPACE}")[0]: text_of(row[2]) for row in rows}
    told = [item for event in events for item in event.opportunities]

    assert len(rows) == len(told)
    for opportunity in told:
        cell = next(
            text
            for name, text in known.items()
            if name.startswith(opportunity.text.fr.replace("'", "’")[:30])
        )
        for name in opportunity.feedback:
            assert behind[name].source.fr.replace("'", "’")[:20] in cell.replace("'", "’")


def test_the_evidence_table_counts_every_visible_event_once(context_of, diagnostics):
    """Validated, internal, hypothesis and unknown add up to the visible events of each journey."""
    maps = diagnostics["maison-lavande"].maps
    rows = table(context_of("maison-lavande"), "table-journey-evidence").rows

    assert len(rows) == len(maps.journeys)
    for row, result in zip(rows, maps.journeys, strict=True):
        seen = sum(event.visible for event in maps.atlas.journey(result.journey).events)
        assert sum(int(cell) for cell in row[2:]) == seen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FOLDERS)
def test_what_the_checks_ask_for_is_said_without_ids(context_of, name, language):
    """A finding names things as the client does, and its dates are in words: no id of the file, no 2026-09-30."""
    context = context_of(name, language)
    maps = context.diagnostic.maps
    said = [journey_findings.finding(context, found) for found in maps.findings]
    ids = {str(dict(found.params).get("at", "")) for found in maps.findings}

    for sentence in said:
        assert not re.search(r"\d{4}-\d\d-\d\d", sentence)
        assert not [it for it in ids if "-" in it and it in sentence]


def test_the_four_kinds_of_deviations_are_told(context_of):
    """Broadband onboarding departs from its plan in the four ways of Halvorsrud et al. (2016)."""
    rows = table(context_of("broadband-onboarding"), "table-deviations").rows

    assert {row[0] for row in rows} == {"Missing", "Ad hoc", "Wrong sequence", "Failed"}


# --- what the samples do not allow ---


def test_a_sign_that_the_interval_leaves_open_is_said_to_be_open(context_of, diagnostics):
    """Each event whose interval contains zero is named among what cannot be said."""
    context = context_of("maison-lavande")
    maps = diagnostics["maison-lavande"].maps
    events = {event.id: event for journey in maps.atlas.journeys for event in journey.events}
    said = " ".join(next(block for block in reversed(built(context)) if isinstance(block, Bullets)).items)
    open_ = {
        event.event
        for result in maps.journeys
        for event in result.events
        if event.low is not None and event.low < 0 < event.high
    }

    assert open_
    for name in open_:
        assert plain(events[name].action.en) in said


def test_where_nobody_was_asked_the_report_asks_for_evidence(context_of):
    """Learning to drive has no satisfaction at all: no curve is drawn, no moment is claimed, each stage is asked for."""
    context = context_of("learn-to-drive")
    found = list(texts(sections.build("journeys", context)))

    assert not [block for block in built(context) if isinstance(block, Figure)]
    assert table(context, "table-moments") is None
    assert sum("Nothing was measured" in text for text in found) == 7
    assert any("Nobody has measured" in text for text in found)


def test_a_function_too_small_to_show_hides_the_disagreement(alone, context_of, diagnostics):
    """With a smallest group of four, functions of three people are not shown; by name, they are."""
    atlas = diagnostics["maison-lavande"].maps.atlas

    assert table(context_of(alone(atlas, minimum_group=3)), "table-disagreements") is not None
    assert table(context_of(alone(atlas, minimum_group=4)), "table-disagreements") is None
    assert (
        table(context_of(alone(atlas, privacy="named", minimum_group=4)), "table-disagreements") is not None
    )


# --- both languages, hostile texts, words ---


@pytest.mark.parametrize("name", FOLDERS)
def test_both_languages_have_the_same_structure(context_of, name):
    """The French section has the same blocks as the English one, tables of the same size, and no hole in a text."""

    def shape(language):
        blocks = built(context_of(name, language))
        for text in texts(blocks):
            assert re.search(r"\{\w*\}|\bnan\b|\bNone\b", text) is None, text
        return [(type(block).__name__, len(getattr(block, "rows", ()))) for block in blocks]

    assert shape("en") == shape("fr")


def test_what_somebody_typed_stays_literal(alone, context_of):
    """A persona, an action and a title that look like markup show every character, in blocks, HTML and Typst."""
    words = Words(en=HOSTILE, fr=HOSTILE)
    atlas = Atlas(
        client=HOSTILE,
        language="en",
        note=words,
        personas=(Persona(id="p", name=HOSTILE),),
        journeys=(
            Journey(
                id="j",
                title=words,
                personas=("p",),
                scope=words,
                stages=(
                    Stage(
                        id="s",
                        name=words,
                        lifecycle="use",
                        events=(Event(id="e", by="customer", action=words, channel="website"),),
                    ),
                ),
            ),
        ),
    )
    blocks = sections.build("journeys", context_of(alone(atlas)))
    hostile = [text for text in texts(blocks) if "script" in text]

    assert hostile
    for text in hostile:
        assert HOSTILE in text_of(text)


def keys_in_code():
    """Return the keys of journey_report that the sections ask for, composed ones as patterns."""
    asked = set()
    for path in Path(sections.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                asked.add(re.escape(node.value.removeprefix("journey_report.")))
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+"
                    for part in node.values
                ]
                asked.add("".join(parts).removeprefix(re.escape("journey_report.")))
    return {key for key in asked if re.search(r"[a-z]", key.replace(r"[\w.]+", ""))}


def test_every_text_is_used():
    """No text of journey_report.yaml is left that no section asks for."""
    asked = keys_in_code()

    assert [] == [
        key
        for key in MESSAGES
        if not any(re.fullmatch(one, key.removeprefix("journey_report.")) for one in asked)
    ]


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_both_languages_take_the_same_fields_in_short_sentences(key):
    """A field that stands in one language stands in the other; no sentence exceeds 45 words; nothing shouts."""

    def fields(form):
        return {name for _, name, _, _ in string.Formatter().parse(form) if name}

    english, french = MESSAGES[key]["en"], MESSAGES[key]["fr"]
    assert fields(english["other"]) == fields(french["other"])
    for forms in (english, french):
        assert "!" not in forms["other"]
        for sentence in re.split(r"(?<=[.?])\s", forms["other"]):
            assert len(sentence.split()) <= 45


# --- the report around it ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_gains_one_sentence_from_the_map(context_of, diagnostics, language):
    """With a map the summary has one paragraph more, that names the first moment of truth; without, it is as before."""
    mapped = diagnostics["maison-lavande"]
    without = attrs.evolve(mapped, maps=None)
    more = list(texts(summary.build(context_of(mapped, language))))
    before = list(texts(summary.build(context_of(without, language))))
    (added,) = [text for text in more if text not in before]

    assert added == journey_words.headline(context_of(mapped, language))
    assert len(more) == len(before) + 1


@pytest.mark.parametrize("name", JOURNEYS)
def test_an_engagement_of_journeys_alone_speaks_of_nothing_else(name):
    """Its report holds the summary, the journeys and the method, and never regrets a maturity that nobody asked for."""
    report = open_report(FOLDERS[name], language="en")
    document = report.document()
    said = " ".join(texts(document.blocks)).lower()

    assert report.sections == ("summary", "journeys", "method")
    assert not re.search(r"\bmaturity\b", said)
    assert "business case" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_fits_the_text_and_its_letters_can_be_read(language):
    """In the PDF each map is as wide as the text at most, on an upright page, its smallest letters 7 points or more."""
    document = open_report(FOLDERS["maison-lavande"], language=language, sections=["journeys"]).document()
    figures = [block for block in walk(document.blocks) if isinstance(block, Figure)]
    with pikepdf.open(io.BytesIO(document_pdf(document))) as pdf:
        boxes = [[float(edge) for edge in page.mediabox] for page in pdf.pages]

    assert len(figures) == 3
    for box in boxes:
        assert (box[2], box[3]) == pytest.approx((595.28, 841.89), abs=0.1)
    for figure in figures:
        chart = figure.chart
        scale = min(1.0, PAGE_WIDTH_MM / chart.width_mm)
        view = float(re.search(r'viewBox="0 0 ([\d.]+) ', chart.svg)[1])
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', chart.svg)]
        in_points = scale * chart.width_mm / view * 72 / 25.4
        assert min(sizes) * in_points >= 6.99
        assert figure.detailed


def test_the_page_on_screen_has_the_table_of_each_map(context_of):
    """Whoever does not see the map finds its events in a table, one row for each."""
    document: Document = open_report(
        FOLDERS["maison-lavande"], language="fr", sections=["journeys"]
    ).document()
    body = document_html(document)["body"]
    maps = [block for block in walk(document.blocks) if isinstance(block, Figure)]

    assert body.count('<details class="cxm-twin">') == len(maps)
    assert body.count("cxm-sheet") == len(maps)
    for block in maps:
        assert len(block.chart.table.rows) in {11, 20}


def test_a_changed_journey_makes_the_client_run_again():
    """The file of the journeys is among those that the key of a client covers."""
    from cxmaturity.files.engagement_yaml import read_with_files

    _, names = read_with_files(FOLDERS["maison-lavande"])

    assert "journeys.yaml" in names
