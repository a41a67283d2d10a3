"""The reference page and the schema for editors say what the reader of journey documents accepts."""

from __future__ import annotations

import json
from importlib.resources import files

import attrs
import jsonschema
import pytest
from ruamel.yaml import YAML

from cxmaturity import i18n
from cxmaturity.files.journey.book_layout import mission_columns, sheets
from cxmaturity.files.journey.fields import ENTITIES, INSIDE
from cxmaturity.files.journey.reference import journey_markdown, journey_schema
from cxmaturity.files.journey.words import described, label, vocabularies, word
from cxmaturity.resources import resource

LANGUAGES = ("en", "fr")
DOCUMENTS = [
    *(resource("templates") / "journey" / language / "starter.yaml" for language in LANGUAGES),
    *sorted(resource("examples").rglob("journeys.yaml")),
]


def test_the_stored_schema_is_the_one_that_the_reader_gives():
    """``content/schemas/journeys.schema.json`` is up to date with the declaration."""
    stored = files("cxmaturity").joinpath("content/schemas/journeys.schema.json").read_text(encoding="utf-8")

    assert journey_schema() == stored


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_documents_that_are_read_fit_the_schema(path):
    """What the reader accepts, an editor that uses the schema accepts too."""
    tree = json.loads(
        json.dumps(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), default=str)
    )

    jsonschema.validate(tree, json.loads(journey_schema()))


def test_the_schema_refuses_what_the_reader_refuses():
    """A key that does not exist and a word that is no choice are refused."""
    schema = json.loads(journey_schema())
    for wrong in ({"client": "A", "language": "en", "personnas": []}, {"client": "A", "language": "de"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


@pytest.mark.parametrize("name", ENTITIES)
def test_every_attribute_is_declared_once(name):
    """The declaration names every attribute of its class, inner ones by their dotted key, and no other."""
    entity = ENTITIES[name]
    wanted = set()
    for field in attrs.fields(entity.values):
        if not field.eq:  # what is read from another file is no key of this one
            continue
        inner = next((part for part in INSIDE.values() if part.__name__ in str(field.type).split(" ")), None)
        wanted |= {f"{field.name}.{part.name}" for part in attrs.fields(inner)} if inner else {field.name}

    assert wanted == {field.key for field in entity.fields}
    assert len(wanted) == len(entity.fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_a_title_and_a_sentence(language):
    """Columns have a title and a help in both languages, titles of a sheet differ, and keys without a column a help."""
    for one in sheets():
        for texts_in in LANGUAGES:
            titles = [column.title(language, texts_in) for column in one.columns]
            assert all(titles)
            assert len(titles) == len(set(titles)), one.name
        assert [] == [column.key for column in one.columns if not column.help(language)]
    assert all(column.title(language, language) and column.help(language) for column in mission_columns())
    for entity in ENTITIES.values():
        for field in entity.fields:
            assert described(entity.name, field.key, language), (entity.name, field.key)
            if field.kind != "parts":
                assert label(entity.name, field.key, language), (entity.name, field.key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_a_list_differ(language):
    """No two names of a choice are called alike, in one language or across both."""
    for names in vocabularies():
        words = [word(names, name, language) for name in names]
        assert len(words) == len(set(words))
        others = {word(names, name, other): name for name in names for other in LANGUAGES}
        assert all(others[word(names, name, language)] == name for name in names)


def test_no_sentence_is_left_without_a_use():
    """Every title and help of the messages file belongs to a field of the declaration."""
    known = {f"{entity.name}.{field.key}" for entity in ENTITIES.values() for field in entity.fields}
    known |= {f"{entity.name}.{first}" for entity in ENTITIES.values() for first in INSIDE}
    known |= {f"any.{field.key}" for entity in ENTITIES.values() for field in entity.fields}
    known |= {"any.event", "any.journey", "any.stage", "claim.persona", "voice.what", "entry.what"}
    known |= {"atlas.schema", "measure.first_id"}
    written = {
        key.removeprefix("journey_file.").rpartition(".")[0]
        for key in i18n.message_keys()
        if key.startswith("journey_file.") and key.endswith((".label", ".help"))
    }

    assert written <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_line_for_each_key(language):
    """Every field has its line in the page of each language."""
    page = journey_markdown(language)
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    fields = sum(len(entity.fields) for entity in ENTITIES.values())

    assert len(lines) == fields + 1 + sum(len(names) for names in vocabularies())
    assert "{" not in page.replace("{en: …, fr: …}", "")


def test_twelve_columns_are_shown_at_first():
    """The sheet of touchpoints opens with twelve columns, whatever the language of the texts."""
    touchpoints = next(one for one in sheets() if one.name == "touchpoints")
    for texts_in in LANGUAGES:
        assert 12 == sum(column.is_shown(texts_in) for column in touchpoints.columns)
