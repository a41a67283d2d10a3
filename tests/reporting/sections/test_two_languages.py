"""A file in both languages gives documents in one: no word of the other in the report, the slides or the workbook."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import pytest
import yaml

from cxmaturity.core.text import LANGUAGES
from cxmaturity.reporting import sections
from cxmaturity.reporting.deck.plan import plan_deck
from cxmaturity.reporting.workbook.plan import make_plan
from cxmaturity.reporting.workbook.writing import build_book, palette_of

EXAMPLES = Path(__file__).parents[3] / "examples"
CLIENTS = ("maison-lavande", "published-telecom")


def marked(value, marks, path=()):
    """Return a document whose texts by language are marks, each noted with where it stands."""
    if isinstance(value, dict):
        if value and set(value) <= set(LANGUAGES):
            marks.append(path)
            return {name: f"Zq{name}{len(marks)}qZ" for name in LANGUAGES}
        return {key: marked(inner, marks, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, marks, (*path, place)) for place, inner in enumerate(value)]
    return value


@pytest.fixture(scope="module", params=CLIENTS)
def client(request, tmp_path_factory, catalog):
    """Return the diagnostic of an example whose texts are marks, and where these stand."""
    from cxmaturity.engagement import diagnose
    from cxmaturity.files import read_engagement

    folder = tmp_path_factory.mktemp("marked") / request.param
    shutil.copytree(EXAMPLES / request.param, folder)
    file, marks = folder / "engagement.yaml", []
    whole = marked(yaml.safe_load(file.read_text(encoding="utf-8")), marks)
    whole.pop("journeys", None)  # their texts are told apart by their own tests
    if "uncertainty" in whole:
        whole["uncertainty"]["draws"] = 500
    file.write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), encoding="utf-8")
    engagement = read_engagement(folder)
    return diagnose(engagement, catalog, as_of=engagement.as_of, seed=1), marks


def documents(diagnostic, catalog, language, make_context, texts_of):
    """Return every text of the report, the slides with their notes, and the workbook."""
    context = make_context(diagnostic, language)
    report = [
        text for name in ("cover", *sections.SECTIONS) for text in texts_of(sections.build(name, context))
    ]
    deck = attrs.asdict(plan_deck(diagnostic, catalog, language=language))
    del deck["figures"]  # named for machines, the same in every language
    plan = make_plan(diagnostic, catalog, language=language, trials=3, charts=False)
    book = build_book(plan, palette_of(plan))
    cells = [str(cell.content) for sheet in book.sheets.values() for cell in sheet.cells.values()]
    return "\n".join([*report, *strings(deck), *cells])


def strings(value):
    """Yield every text of a tree."""
    if isinstance(value, str):
        yield str(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for part in inner:
        yield from strings(part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_documents_are_in_one_language(client, language, catalog, make_context, texts_of):
    """Every text typed by language is printed in the one asked for somewhere, and nowhere in the other."""
    diagnostic, marks = client
    other = "fr" if language == "en" else "en"

    said = documents(diagnostic, catalog, language, make_context, texts_of)

    assert [path for number, path in enumerate(marks, 1) if f"Zq{other}{number}qZ" in said] == []
    unseen = [path for number, path in enumerate(marks, 1) if f"Zq{language}{number}qZ" not in said]
    last = len(diagnostic.engagement.waves) - 1
    assert [path for path in unseen if path[:2] != ("assessment", "waves") or path[2] == last] == []
