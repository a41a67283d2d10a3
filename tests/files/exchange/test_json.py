"""JSON out and in: the whole document, without loss."""

from __future__ import annotations

import json

import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.files.exchange import from_json, to_json


def test_the_example_comes_back_whole(lavande):
    """from_json(to_json(x)) = x on an atlas that uses most keys; escapes and tabs of other writers are read as well."""
    content = to_json(lavande)

    assert lavande == from_json(content)
    tree = json.loads(content)
    assert lavande == from_json(json.dumps(tree, indent="\t").encode())


def test_a_broken_document_is_told_with_its_line():
    """A comma too many has its line; a wrong value has its own."""
    with pytest.raises(InputError) as caught:
        from_json(b'{\n"client": "A",\n}')
    assert ("exchange.json_broken", 3) == (caught.value.code, caught.value.problems[0].place.line)
    with pytest.raises(InputError) as caught:
        from_json(b'{\n"client": "A",\n"language": "en",\n"wrong": 1\n}')
    assert 4 == caught.value.problems[0].place.line


@pytest.mark.parametrize("content", [b"[" * 100_000, b"null", b"[1]", b"\xff\xfe\x00x", b" " * 10_000_001])
def test_hostile_json_is_refused(content):
    """Depth, size, another document: problems, never a crash."""
    with pytest.raises(InputError):
        from_json(content)
