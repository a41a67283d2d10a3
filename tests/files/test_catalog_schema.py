"""The schemas that editors use say what the reader says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

import cxmaturity
from cxmaturity.files.catalog_schema import catalog_schemas

CONTENT = Path(cxmaturity.__file__).parent / "content"
SCHEMAS = catalog_schemas()


def read(name):
    """Return the plain values of a catalogue file."""
    return YAML(typ="safe", pure=True).load((CONTENT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_stored_schemas_are_up_to_date(name):
    """The schema stored beside the content is the one made from the types."""
    assert SCHEMAS[name] == (CONTENT / "schemas" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCHEMAS)
def test_content_follows_its_schema(name):
    """An independent validator accepts each shipped file."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMAS[name]))

    assert [] == [
        error.message for error in validator.iter_errors(read(name.replace(".schema.json", ".yaml")))
    ]


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_file_tells_editors_its_schema(name):
    """The first line of a content file points editors to its schema."""
    first = (CONTENT / name.replace(".schema.json", ".yaml")).read_text(encoding="utf-8").partition("\n")[0]

    assert f"# yaml-language-server: $schema=schemas/{name}" == first


def test_a_slip_is_seen_by_the_schema():
    """A missing language and an unknown key are refused by the validator too."""
    content = read("claims.yaml")
    del content["claims"][0]["reason"]["fr"]
    content["claims"][1]["sauce"] = "x"
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMAS["claims.schema.json"]))

    assert 2 == len(list(validator.iter_errors(content)))
