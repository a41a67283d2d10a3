"""The bundled fonts may travel, hold what French needs, and weigh little."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from cxmaturity.reporting.fonts import font_faces, font_folders
from cxmaturity.resources import resource

FOLDER = resource("templates/fonts")
TEXT = "ÀÂÇÉÈÊËÎÏÔŒÙÛÜàâçéèêëîïôœùûüÿ«»“”‘’–—…€£%‰±×−→≥≤\u00a0\u202f0123456789"


@pytest.mark.parametrize(
    "path", [*FOLDER.glob("Inter*.otf"), *FOLDER.glob("web/*.woff2")], ids=lambda path: path.name
)
def test_letters_and_licence(path):
    """Every cut has the letters and signs of French, figures of equal width, and its licence inside."""
    with TTFont(path) as font:
        letters, widths = font.getBestCmap(), font["hmtx"]
        features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        licence = font["name"].getDebugName(13)

    assert {ord(char) for char in TEXT} <= set(letters)
    assert "tnum" in features
    assert "Open Font License" in (licence or "") or path.suffix == ".woff2"
    assert widths


def test_weight_and_papers():
    """All fonts together stay under 2.5 MB, and their licences stand beside them."""
    fonts = [path for path in FOLDER.rglob("*") if path.suffix in {".otf", ".ttf", ".woff2"}]

    assert sum(path.stat().st_size for path in fonts) < 2_500_000
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "Inter-OFL.txt").read_text(encoding="utf-8").upper()
    assert "free for any use" in (FOLDER / "Symbola-licence.txt").read_text(encoding="utf-8")


def test_page_embeds_only_our_family():
    """The page carries three cuts of our family as data, and none of a family that is not ours."""
    assert 3 == font_faces("Inter").count("src:url(data:font/woff2;base64,")
    assert "" == font_faces("Helvetica")


def test_other_scripts_have_a_folder():
    """Letters that our family lacks come from the fonts that travel with matplotlib."""
    assert any((folder / "DejaVuSans.ttf").exists() for folder in font_folders())
