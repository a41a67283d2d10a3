"""Typed texts in two languages: a `str` for whoever takes one, and a whole value in the language asked for."""

from __future__ import annotations

import copy
import json
import pickle

import attrs
import pytest

from cxmaturity.core.estimate import estimate
from cxmaturity.core.problems import Problem
from cxmaturity.core.words import Wording, Words, in_language, machine_name
from cxmaturity.engagement.values import Action, Client


def wording(own="fr"):
    """Return a text in both languages."""
    return Wording(en="contacts per year", fr="contacts par an", own=own)


def test_it_is_the_text_of_its_own_language():
    """Whatever takes a str takes it: joined, compared, written as JSON, copied, sent to another process."""
    unit = wording()

    assert "20 " + unit == "20 contacts par an"
    assert (unit == "contacts par an", hash(unit)) == (True, hash("contacts par an"))
    assert json.dumps({"unit": unit}) == '{"unit": "contacts par an"}'
    for other in (copy.deepcopy(unit), pickle.loads(pickle.dumps(unit))):  # noqa: S301  # our own bytes
        assert (other, other.own, other.words) == (unit, "fr", unit.words)


def test_two_are_equal_when_both_languages_are():
    """A change of one translation is a change."""
    changed = Wording(en="contacts a year", fr="contacts par an", own="fr")

    assert changed != wording()
    assert not changed == wording()  # noqa: SIM201  # both operators are ours
    assert estimate(1, unit=changed) != estimate(1, unit=wording())
    assert repr(wording("en")) == repr(wording("fr"))


@pytest.mark.parametrize(("words", "english", "french"), [
    (Words(en="a", fr="b"), "a", "b"),
    (Words(en="a"), "a", "a"),
    (Words(fr="b"), "b", "b"),
])  # fmt: skip
def test_a_language_that_is_missing_shows_the_other(words, english, french):
    """No reader finds a hole where there is a text."""
    text = Wording(en=words.en, fr=words.fr)

    assert (text.in_("en"), text.in_("fr")) == (english, french)


def test_french_has_its_typography():
    """Plain spaces and apostrophes are typed and kept; no-break and curly ones are printed, in French only."""
    text = Wording(en="85 % of it's volume ?", fr="85 % de l'ensemble ?", own="fr")

    assert text == "85 % de l'ensemble ?"
    assert text.in_("fr") == "85\u202f% de l\u2019ensemble\u202f?"
    assert text.in_("en") == "85 % of it's volume ?"


def test_a_whole_value_is_put_in_a_language_and_back():
    """Texts change at any depth, nothing else does; a value without any is returned itself."""
    given = estimate(3, unit=wording(), source="CRM")
    nested = (Action(question="trust", text=wording()), (1.0, 2.0), None, given)

    english = in_language(nested, "en")

    assert (english[0].text, english[3].unit) == ("contacts per year", "contacts per year")
    assert attrs.evolve(english[3], unit=given.unit) == given
    assert english[1] is nested[1]
    assert in_language(english, "fr") == nested
    plain = Client(name="A", id="a", sector="Linen")
    assert in_language(plain, "en") is plain


def test_a_problem_says_what_was_typed_in_the_language_of_its_reader():
    """A typed text that a sentence quotes is quoted in the language of the sentence."""
    from cxmaturity.i18n import describe

    problem = Problem(code="no.such_code", template="'{cost}' is long.", params={"cost": wording()})

    assert describe(problem, "en") == "'contacts per year' is long."
    assert describe(problem, "fr") == "'contacts par an' is long."


def test_machines_call_it_the_same_in_every_language():
    """A name made of it does not change with the reader's language."""
    assert {machine_name(wording(own)) for own in ("en", "fr")} == {"contacts_per_year"}
