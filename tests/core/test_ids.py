"""Folder names and nearest names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.core.ids import nearest, slugify


@given(st.text(max_size=200))
def test_slug_is_safe_on_every_system(name):
    """Whatever the client name, the folder name has only plain characters and is never a reserved one."""
    slug = slugify(name)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 80
    assert slug not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


@given(st.text(max_size=60))
def test_slug_of_a_slug_is_itself(name):
    """Making a folder name twice changes nothing."""
    assert slugify(name) == slugify(slugify(name))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Crédit Müller & Fils", "credit-muller-fils"),
        ("Cœur de Bœuf", "coeur-de-boeuf"),
        ("../../etc/passwd", "etc-passwd"),
        ("=cmd|' /C calc'!A0", "cmd-c-calc-a0"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("Straße", "strasse"),
    ],
)
def test_slugs_of_difficult_names(name, slug):
    """Accents are spelt out and anything that a file system or a page could obey is dropped."""
    assert slug == slugify(name)


def test_names_without_letters_stay_apart():
    """Two names made of emoji give two folders."""
    assert slugify("🎉") != slugify("🎈")


def test_reserved_names_are_not_used():
    """A client called CON does not break Windows."""
    assert slugify("CON").startswith("client-con-")


@given(st.sampled_from(["churn_rate", "margin_rate", "conversion_rate"]), st.integers(0, 9))
def test_nearest_finds_a_name_with_one_letter_missing(name, position):
    """One missing letter is not enough to lose a name."""
    assert name == nearest(
        name[:position] + name[position + 1 :], ["churn_rate", "margin_rate", "conversion_rate"]
    )


def test_nearest_gives_nothing_rather_than_nonsense():
    """A name like nothing known gets no suggestion."""
    assert nearest("zzzzzz", ["churn_rate"]) is None
