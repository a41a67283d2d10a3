"""Texts of ``engagement.yaml`` by language: what is read, what is said of what is wrong, what a report then says."""

from __future__ import annotations

import pytest

from cxmaturity.core.words import Wording
from cxmaturity.files.findings import Findings
from cxmaturity.files.wording import WordingShape
from cxmaturity.files.yaml_text import parse_yaml


def read(text, *, language="fr", **asked):
    """Return the value of ``key: ...`` and the problems, each as (code, severity, line)."""
    found = Findings("engagement.yaml", language=language)
    node = parse_yaml(text, found).get("key").value
    value = WordingShape(**asked).read(node, ("key",), found)
    return value, [(problem.code, problem.severity, problem.place.line) for problem in found.problems]


def test_a_plain_text_stays_one():
    """What was typed in one language is a str and nothing more."""
    value, problems = read("key: Comptes 2025")

    assert (type(value), value, problems) == (str, "Comptes 2025", [])


@pytest.mark.parametrize(("language", "own"), [("fr", "Comptes"), ("en", "Accounts")])
def test_a_text_by_language_is_the_one_of_the_file(language, own):
    """In block or in flow style, whoever asks for no language gets the file's."""
    for text in ("key: {fr: Comptes, en: Accounts}", "key:\n  en: Accounts\n  fr: Comptes"):
        value, problems = read(text, language=language)

        assert problems == []
        assert value == own
        assert value == Wording(en="Accounts", fr="Comptes", own=language)


@pytest.mark.parametrize(
    "text", ["key:\n  en: Accounts", "key:\n  en: Accounts\n  fr:", 'key:\n  {en: Accounts, fr: ""}']
)
def test_one_language_alone_is_advice(text):
    """The text is shown in both languages, and `check` says where the other one is missing."""
    value, problems = read(text)

    assert value == "Accounts"
    assert problems == [("files.one_language", "advice", 2)]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("key:\n  fr: Comptes\n  de: Konten", "files.unknown_key", 3),
        ("key:\n  fr: Comptes\n  eng: Accounts", "files.misspelt_key", 3),
        ("key: {}", "files.wrong_type", 1),
        ("key:\n  fr:\n  en:", "files.wrong_type", 2),
        ("key:\n  fr: Comptes\n  en: [Accounts]", "files.wrong_type", 3),
        ("key:\n  fr: Comptes\n  en: " + "a" * 21, "files.text_long", 3),
        ("key: [Comptes]", "files.wrong_type", 1),
    ],
)
def test_what_is_wrong_is_said_once_at_its_line(text, code, line):
    """An unknown language, nothing in any, a list, too many letters: an error, and only that."""
    _, problems = read(text, limit=20)

    assert problems == [(code, "error", line)]


def test_an_empty_text_is_one_where_it_may_be():
    """An optional text may be empty in both languages."""
    assert read('key: {fr: "", en: ""}', may_be_empty=True) == ("", [])


def test_the_advice_is_said_in_both_languages():
    """The reader of either language learns which one is missing."""
    from cxmaturity.i18n import describe

    found = Findings("engagement.yaml", language="fr")
    WordingShape().read(parse_yaml("key: {en: Accounts}", found).get("key").value, ("key",), found)

    assert "in English only: a report in French" in describe(found.problems[0], "en")
    assert "qu\u2019en anglais\N{NO-BREAK SPACE}: un rapport en français" in describe(found.problems[0], "fr")
