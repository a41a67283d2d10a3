"""The texts of the report: every key exists, every key is used, the two languages take the same fields."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from cxmaturity.i18n.messages import load_messages
from cxmaturity.reporting import sections

FOLDER = Path(sections.__file__).parent
MESSAGES = load_messages("report")


def keys_in_code():
    """Return the keys that the sections use: exact ones, and patterns for those composed at run time."""
    exact, patterns = set(), set()
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        pieces = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if id(node) in pieces:
                continue
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.startswith("report.")
            ):
                exact.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                if str(parts[0]).startswith("report."):
                    patterns.add("".join(r"[\w.]+" if part is None else re.escape(part) for part in parts))
    return exact, patterns


def fields(form):
    """Return the names of the fields of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


def test_every_key_that_a_section_asks_for_exists():
    """Each literal key of the code is in report.yaml, and each composed one matches at least one key."""
    exact, patterns = keys_in_code()

    assert set() == exact - set(MESSAGES)
    assert [] == [pattern for pattern in patterns if not any(re.fullmatch(pattern, key) for key in MESSAGES)]


def test_no_text_is_left_unused():
    """Each key of report.yaml is asked for by some section: dead text would be reviewed for nothing."""
    exact, patterns = keys_in_code()

    assert [] == [
        key
        for key in MESSAGES
        if key not in exact and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_both_languages_take_the_same_fields(key):
    """A field that stands in one language stands in the other, in every plural form but the singular."""
    english, french = MESSAGES[key]["en"], MESSAGES[key]["fr"]

    assert fields(english["other"]) == fields(french["other"])
    assert {"one", "many", "other"} == set(french) if len(french) > 1 else {"other"} == set(french)


def test_sentences_are_short():
    """No sentence of either language exceeds 45 words: a director reads it once."""
    for key, texts in MESSAGES.items():
        for language in ("en", "fr"):
            for sentence in re.split(r"(?<=[.?])\s", texts[language]["other"]):
                assert len(sentence.split()) <= 45, (key, sentence)


def test_no_exclamation_mark_and_no_sales_word():
    """The report does not shout and does not sell."""
    for key, texts in MESSAGES.items():
        for language in ("en", "fr"):
            text = texts[language]["other"].lower()
            assert "!" not in text, key
            assert not re.search(
                r"\b(exciting|amazing|best-in-class|world-class|exceptionnel|incontournable|leverage)\b", text
            ), key
