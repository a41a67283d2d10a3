"""Which files are made, under which names; what is unknown is told before anything is written."""

from __future__ import annotations

import pytest

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.reporting.journey import make_maps
from cxmaturity.reporting.journey.make import draw_maps


def test_each_persona_has_posters_and_slides_and_the_journey_one_page(make, result):
    """Names say journey, persona, size and language; the page holds every persona."""
    made = make(result, formats=["svg", "html", "pptx"], languages=["en", "fr"], sizes=["a3", "wide"])

    assert set(made) == {
        f"buy-{persona}.{rest}.{language}.{kind}".replace("..", ".")
        for persona in ("julie", "marc")
        for language in ("en", "fr")
        for rest, kind in (("a3", "svg"), ("wide", "svg"), ("", "pptx"))
    } | {"buy.en.html", "buy.fr.html"}


def test_the_atlas_decides_the_language_when_nobody_does(make, result):
    """Without a language, documents are in the atlas's own."""
    assert set(make(result, formats=["html"])) == {"buy.en.html"}


@pytest.mark.parametrize(
    "wrong", [{"journeys": ["bye"]}, {"formats": ["gif"]}, {"sizes": ["a5"]}, {"languages": ["de"]}]
)
def test_what_is_unknown_is_told(make, result, wrong):
    """An unknown journey, format, size or language stops everything with its nearest neighbour."""
    with pytest.raises(UnknownIdError):
        make(result, **wrong)


def test_files_are_written_together(result, catalog, tmp_path):
    """The real picture is drawn, and every file of the answer is on the disk, whole."""
    import datetime as dt

    written = make_maps(
        result,
        catalog=catalog,
        as_of=dt.date(2026, 11, 22),
        out=tmp_path / "maps",
        formats=["svg"],
        sizes=["a3"],
    )

    assert [path.name for path in written] == ["buy-julie.a3.en.svg", "buy-marc.a3.en.svg"]
    assert all(path.read_text(encoding="utf-8").startswith("<svg") for path in written)
    again = draw_maps(result, catalog=catalog, as_of=dt.date(2026, 11, 22), formats=["svg"], sizes=["a3"])
    assert list(again.values()) == [path.read_bytes() for path in written]
