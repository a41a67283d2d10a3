"""The reference page and the schema for editors say what the reader accepts, neither more nor less."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest
from ruamel.yaml import YAML

from cxmaturity import i18n
from cxmaturity.files.reference import engagement_markdown, engagement_reference, engagement_schema
from cxmaturity.resources import resource


def _english(key: str) -> str:
    return i18n.message(key, "en")


def test_the_stored_schema_is_the_one_that_the_reader_gives(catalog) -> None:
    """``content/schemas/engagement.schema.json`` is up to date with the reader."""
    stored = (
        files("cxmaturity").joinpath("content/schemas/engagement.schema.json").read_text(encoding="utf-8")
    )

    assert engagement_schema(catalog, _english) == stored


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_starters_and_examples_fit_the_schema(catalog, language) -> None:
    """What the reader accepts, an editor that uses the schema accepts too."""
    schema = json.loads(engagement_schema(catalog, _english))
    folders = [resource(f"templates/engagement/{language}"), *resource("examples").glob("*/")]

    for folder in folders:
        if (folder / "engagement.yaml").exists():
            text = (folder / "engagement.yaml").read_text(encoding="utf-8")
            tree = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))
            jsonschema.validate(tree, schema)


def test_every_key_is_described_in_both_languages(catalog) -> None:
    """No key is without a sentence, no sentence without a key."""
    rows = engagement_reference(catalog)
    wanted = {row.description for row in rows if not row.description.startswith("catalog:")}
    written = {
        key
        for key in i18n.message_keys()
        if key.startswith("engagement_file.")
        and not key.startswith(("engagement_file.page.", "engagement_file.type."))
    }

    assert wanted == written
    assert {f"engagement_file.type.{row.type}" for row in rows} <= set(i18n.message_keys())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_has_one_line_per_key(catalog, language) -> None:
    """Each key stands once in the page, with its type and what it is for."""
    page = engagement_markdown(catalog, language, lambda key: i18n.message(key, language))

    for row in engagement_reference(catalog):
        assert 1 == page.count(f"| `{row.path}` |")
    assert all(
        5 == line.count("|") for line in page.splitlines() if line.startswith("| `") and "\\|" not in line
    )
