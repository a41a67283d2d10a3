"""A journey document loses nothing between YAML and the workbook, whatever its texts look like."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.journey import atlas_to_workbook, atlas_to_yaml, read_atlas, starter_atlas
from cxmaturity.files.journey.cells import join, split
from cxmaturity.journey import values as v

EXAMPLES = sorted(Path(__file__).resolve().parents[3].joinpath("examples").rglob("journeys.yaml"))
NASTY = (
    *('=HYPERLINK("http://example.org";"x")', "<script>alert(1)</script>", "+1", "-1", "@SUM(A1)", "#REF!"),
    *(
        "a; b",
        'say "no"; or "yes"',
        '"',
        "a = b | c",
        "line\nbreak",
        "\ttab",
        " before",
        "after ",
        "\u00a0x\u202f;",
    ),
    *("_x000D_", "x005F_", "_x005F_x000D_", "\ufeff", "\uffff", "\u2028", "'quoted", "&amp;", "{0}", "%s"),
    *(
        "2026-01-01",
        "3,4",
        "12 %",
        "true",
        "null",
        "~",
        "1e5",
        "- item",
        "key: value",
        "# not a comment",
        "é" * 4_000,
    ),
)
TRIP = {
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would write thousands of workbooks
}
CHANNELS = ("store", "website", "email", "phone", "own-channel", "unknown-channel")

letters = st.characters(exclude_categories=("Cc", "Cs"))
texts = (st.sampled_from(NASTY) | st.text(letters, min_size=1, max_size=40)).filter(str.strip)
short = st.sampled_from([text for text in NASTY if len(text) < 20]) | st.text(
    letters, min_size=1, max_size=20
).filter(str.strip)
short = short.filter(str.strip)
either = (
    st.builds(v.Words, en=texts, fr=texts) | texts.map(v.Words) | texts.map(lambda text: v.Words("", text))
)
brief = (
    st.builds(v.Words, en=short, fr=short) | short.map(v.Words) | short.map(lambda text: v.Words("", text))
)
alike = st.sampled_from(
    [v.Words("Pay", "Payer"), v.Words("pay", ""), v.Words("", "Payer"), v.Words("end", "end")]
)
labels = either | alike
no_words = st.just(v.NOTHING)
dates = st.none() | st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31))
amounts = st.floats(0, 1e12) | st.integers(0, 10**9).map(float)
levels = st.none() | st.floats(-5, 5) | st.integers(1, 5).map(float)
rates = st.none() | st.floats(0, 1)
counts = st.lists(st.integers(0, 10**6), max_size=7)
kinds = st.sampled_from(v.SOURCE_KINDS)
empty_or = st.just("") | texts
empty_or_short = st.just("") | short


def ids(kind: str, many: int = 4) -> st.SearchStrategy[str]:
    """Return references to things of a kind, some of which do not exist."""
    return st.sampled_from([*(f"{kind}-{number}" for number in range(many)), f"no-{kind}"])


def refs(kind: str) -> st.SearchStrategy[list[str]]:
    """Return lists of references."""
    return st.lists(ids(kind), max_size=2, unique=True)


@st.composite
def events(draw: st.DrawFn, name: str) -> v.Event:
    """Draw one event with everything that may hang on it."""

    def numbered(letter: str, index: int) -> str:
        return draw(st.sampled_from([f"{name}-{letter}{index + 1}", f"{name}-own-{letter}{index}"]))

    measures = [
        v.Measure(
            id=numbered("m", index),
            metric=draw(st.sampled_from(v.METRICS)),
            value=draw(st.floats(-100, 100)),
            n=draw(st.none() | st.integers(0, 10**9)),
            sd=draw(st.none() | st.floats(0, 50)),
            promoters=draw(rates),
            detractors=draw(rates),
            counts=draw(counts),
            date=draw(dates),
            kind=draw(kinds),
            source=draw(no_words | either),
            persona=draw(st.just("") | ids("persona")),
        )
        for index in range(draw(st.integers(0, 2)))
    ]
    bare = draw(st.booleans())
    pains = [
        v.Pain(id=numbered("p", index), text=draw(either))
        if bare
        else v.Pain(
            id=numbered("p", index),
            text=draw(either),
            quote=draw(no_words | either),
            kind=draw(kinds),
            source=draw(no_words | either),
            date=draw(dates),
            function=draw(empty_or_short),
        )
        for index in range(draw(st.integers(0, 2)))
    ]
    ideas = [
        v.Opportunity(id=numbered("o", index), text=draw(either))
        if bare
        else v.Opportunity(
            id=numbered("o", index),
            text=draw(either),
            effort=draw(st.none() | st.integers(1, 5)),
            kpi=draw(st.sampled_from(["", "retention", "own-kpi"])),
            owner=draw(no_words | brief),
            feedback=[f"{name}-p1", f"{name}-m1"][: draw(st.integers(0, 2))],
        )
        for index in range(draw(st.integers(0, 2)))
    ]
    return v.Event(
        id=name,
        by=draw(st.sampled_from(v.INITIATORS)),
        action=draw(labels),
        channel=draw(st.sampled_from(CHANNELS)),
        visible=draw(st.booleans()),
        touchpoint=draw(st.sampled_from(["", "stage-0.website", "own"])),
        expectation=v.Expectation(
            level=draw(levels), text=draw(no_words | either), importance=draw(levels), counts=draw(counts)
        ),
        satisfaction=measures,
        emotion=v.Emotion(
            valence=draw(levels), intensity=draw(st.none() | st.integers(1, 5)), word=draw(no_words | either)
        ),
        pains=pains,
        opportunities=ideas,
        promises=draw(refs("promise")),
        kpis=draw(
            st.lists(st.sampled_from(["retention", "acquisition", "own-kpi"]), max_size=2, unique=True)
        ),
        owner=draw(no_words | brief),
        actors=draw(refs("actor")),
        systems=draw(refs("system")),
        data=draw(
            st.lists(
                st.builds(
                    v.PersonalData,
                    name=brief,
                    basis=st.none() | st.sampled_from(v.LEGAL_BASES),
                    retention_months=st.none() | st.integers(0, 600),
                ),
                max_size=2,
            )
        ),
        campaign=draw(st.none() | st.builds(v.Campaign, name=brief, target=no_words | brief)),
        products=draw(refs("product")),
        reach=draw(st.none() | amounts),
        drop_off=draw(rates),
        complaints=draw(rates),
        charge=draw(st.none() | amounts),
        price_shown=draw(st.booleans()),
        expert_flag=draw(no_words | either),
        sensitive=draw(st.booleans()),
        scores=draw(
            st.lists(
                st.builds(
                    v.Score,
                    function=short,
                    participant=st.integers(0, 99),
                    expectation=levels,
                    satisfaction=levels,
                ),
                max_size=2,
            )
        ),
        next=draw(
            st.lists(st.sampled_from(["end", "event-0", "event-1", "no-event"]), max_size=2, unique=True)
        ),
        note=draw(no_words | either),
    )


@st.composite
def atlases(draw: st.DrawFn, languages: Sequence[Language] = LANGUAGES) -> v.Atlas:
    """Draw a whole document: names that are alike, references that lead nowhere, texts that look like anything."""

    def some(many: int = 2) -> range:
        return range(draw(st.integers(0, many)))

    made = iter(range(1000))
    stages = iter(range(1000))
    journeys = [
        v.Journey(
            id=f"journey-{number}",
            title=draw(labels),
            personas=draw(refs("persona")),
            view=draw(st.sampled_from(v.VIEWS)),
            state=draw(st.sampled_from(v.STATES)),
            kind=draw(st.sampled_from(v.KINDS)),
            compared_with=draw(st.just("") | ids("journey")),
            scope=draw(no_words | either),
            date=draw(dates),
            stages=[
                v.Stage(
                    id=f"stage-{next(stages)}",
                    name=draw(labels),
                    lifecycle=draw(st.sampled_from(v.LIFECYCLES)),
                    investment=draw(
                        st.none()
                        | st.builds(
                            v.Investment,
                            amount=amounts,
                            period=st.sampled_from(v.PERIODS),
                            source=no_words | either,
                        )
                    ),
                    events=[draw(events(f"event-{next(made)}")) for _ in some()],
                )
                for _ in some()
            ],
        )
        for number in some()
    ]
    personas = [
        v.Persona(
            id=f"persona-{number}",
            name=draw(short | st.just("Julie")),
            segment=draw(no_words | either),
            size=draw(st.none() | amounts),
            attributes=draw(st.lists(either, max_size=2)),
            narrative=draw(no_words | either),
            goals=draw(st.lists(either, max_size=3)),
            frustrations=draw(st.lists(either, max_size=2)),
            digital=draw(st.none() | st.integers(1, 5)),
            claims=draw(
                st.lists(
                    st.builds(
                        v.PersonaClaim, text=either, fact=st.booleans(), source=no_words | either, date=dates
                    ),
                    max_size=2,
                )
            ),
            reviewed=draw(dates),
        )
        for number in some()
    ]
    return v.Atlas(
        client=draw(short),
        language=draw(st.sampled_from(languages)),
        currency=draw(st.sampled_from(["EUR", "CHF"])),
        note=draw(no_words | either),
        sources=draw(st.lists(either, max_size=2)),
        strategy=v.Strategy(
            text=draw(no_words | either), weights=draw(st.dictionaries(ids("persona"), amounts, max_size=2))
        ),
        promises=[
            v.BrandPromise(
                id=f"promise-{number}",
                text=draw(labels),
                level=draw(st.floats(-2, 2)),
                made_in=draw(no_words | either),
            )
            for number in some()
        ],
        personas=personas,
        journeys=journeys,
        actors=[
            v.Actor(id=f"actor-{number}", name=draw(labels), line=draw(st.sampled_from(v.LINES)))
            for number in some()
        ],
        systems=[v.System(id=f"system-{number}", name=draw(labels)) for number in some()],
        products=[
            v.Product(id=f"product-{number}", name=draw(labels), service=draw(st.booleans()))
            for number in some()
        ],
        channels=[
            v.Channel(
                id="own-channel", name=draw(labels), family=draw(st.sampled_from(["remote", "own-family"]))
            )
            for _ in some(1)
        ],
        jargon=draw(st.lists(texts, max_size=2)),
        waivers=draw(
            st.lists(st.builds(v.Waiver, rule=st.just("V402"), at=short, reason=either), max_size=2)
        ),
    )


@pytest.fixture(scope="module")
def trip() -> Iterator[Path]:
    """Return one folder for every document, in memory where there is such a place: openpyxl writes a file for each sheet."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        tempfile.tempdir = folder
        yield Path(folder)
        tempfile.tempdir = usual


def there_and_back(atlas: v.Atlas, folder: Path, languages: tuple[Language, ...] = LANGUAGES) -> None:
    """Check both ways."""
    text, book = folder / "journeys.yaml", folder / "gabarit.xlsx"
    text.write_text(atlas_to_yaml(atlas), encoding="utf-8")
    assert atlas == read_atlas(text)
    for language in languages:
        first = atlas_to_workbook(atlas, language)
        book.write_bytes(first)
        again = read_atlas(book)
        assert atlas == again
        if languages == LANGUAGES:
            assert first == atlas_to_workbook(again, language)
        assert atlas_to_yaml(atlas) == atlas_to_yaml(again)


@given(atlas=atlases())
@settings(max_examples=5, **TRIP)
def test_nothing_is_lost_between_yaml_and_the_workbook(atlas, trip):
    """A generated document comes back equal in both languages, and the second workbook has the bytes of the first."""
    there_and_back(atlas, trip)


# Five hundred documents, in two tests so that two processes can share them; each draws documents of its own.


@pytest.mark.slow
@given(atlas=atlases(["en"]), language=st.sampled_from(LANGUAGES))
@settings(max_examples=250, **TRIP)
def test_nothing_is_lost_in_english_documents(atlas, language, trip):
    """Two hundred and fifty generated documents come back equal from YAML and from the workbook."""
    there_and_back(atlas, trip, (language,))


@pytest.mark.slow
@given(atlas=atlases(["fr"]), language=st.sampled_from(LANGUAGES))
@settings(max_examples=250, **TRIP)
def test_nothing_is_lost_in_french_documents(atlas, language, trip):
    """Two hundred and fifty others, whose texts given once are French, come back equal too."""
    there_and_back(atlas, trip, (language,))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples_are_not_changed_by_a_trip(path, tmp_path):
    """Every example comes back equal, the answers that it names beside it."""
    for file in path.parent.glob("*.csv"):
        shutil.copy(file, tmp_path)
    there_and_back(read_atlas(path), tmp_path)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_starter_is_not_changed_by_a_trip(language, tmp_path):
    """The starter comes back equal."""
    there_and_back(starter_atlas(language), tmp_path)


@given(items=st.lists(st.lists(st.text('ab;"\n =|\u00a0', max_size=5), min_size=3, max_size=3), max_size=4))
def test_several_values_in_a_cell_come_back(items):
    """Items of three parts come back from a cell, empty ones at the end left out."""
    while items and not any(items[-1]):
        items.pop()

    assert items == split(join(items, "|"), "|", 3)
