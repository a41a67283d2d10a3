"""Colours that can be read whatever the client's, in the light and in the dark; files that cannot be anything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.pages.assets import STATIC, asset, asset_bytes, asset_names, bundle_hash, theme_name
from cxmaturity.app.pages.look import DARK_CARD, colours, theme_css
from cxmaturity.core.problems import InputError, UnknownIdError

MAP_STATIC = STATIC.parents[1] / "reporting" / "journey" / "static"
LIGHT = ("#FFFFFF", "#F3F5F7")
DARK = ("#10171E", DARK_CARD)


def ratio(one, other):
    """Return the contrast by the formula of WCAG 2.2, written here a second time."""

    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@given(st.from_regex(r"#[0-9A-Fa-f]{6}", fullmatch=True))
def test_any_client_colour_can_be_read(colour):
    """Text has 4.5:1 and marks 3:1 on the page and on its panels, in both looks; words on a button have 4.5:1."""
    for look, grounds in zip(colours(colour), (LIGHT, DARK), strict=True):
        for ground in grounds:
            assert ratio(look["primary-ink"], ground) >= 4.5
            assert ratio(look["primary"], ground) >= 3
        assert ratio(look["on-primary"], look["primary"]) >= 4.5
        assert ratio(look["on-fill"], look["fill"]) >= 4.5
        ink = "#1B232D" if grounds is LIGHT else "#EDF1F5"
        assert ratio(ink, look["primary-soft"]) >= 4.5


def _tokens(css):
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6})", css))


def test_the_house_look_can_be_read():
    """The tokens of the file itself reach the same contrasts, light and dark, secondary text and signs included."""
    light, dark = (
        (STATIC / "tokens.css")
        .read_text(encoding="utf-8")
        .split("@media screen and (prefers-color-scheme: dark)")
    )
    for css in (_tokens(light), _tokens(light) | _tokens(dark.split("@media")[0])):
        for ground in (css["paper"], css["surface"]):
            for name in ("ink", "muted", "primary-ink", "accent", "good", "warning", "bad"):
                assert ratio(css[name], ground) >= 4.5, (name, css[name], ground)
            for name in ("edge", "primary"):
                assert ratio(css[name], ground) >= 3, (name, css[name], ground)
        assert ratio(css["on-primary"], css["primary"]) >= 4.5
        assert ratio(css["on-fill"], css["fill"]) >= 4.5
        assert ratio(css["ink"], css["primary-soft"]) >= 4.5


def test_a_theme_is_a_file_like_any_other():
    """A campaign's colour has an address under the same hash, and only a colour has one."""
    assert asset(theme_name("#7a3")) == f"/assets/{bundle_hash()}/theme-77aa33.css"
    assert asset_bytes("theme-77aa33.css") == (theme_css("#77AA33").encode(), "text/css; charset=utf-8")
    assert theme_name(None) is None
    with pytest.raises(InputError, match="is not a colour"):
        theme_name("red; } body { display: none")


@pytest.mark.parametrize(
    "name",
    [
        "../base.py",
        "..%2fbase.py",
        "/etc/passwd",
        "",
        ".",
        "tokens.css/..",
        "theme-zzzzzz.css",
        "a" * 400,
        "tokens.css\0",
    ],
)
def test_nothing_else_is_a_file(name):
    """A name that is not in the closed list gives nothing, whatever it tries to say."""
    assert asset_bytes(name) is None


def test_a_page_cannot_ask_for_a_file_that_is_not_there():
    """The address of a missing file is an error when the page is made, not a 404 for the reader."""
    with pytest.raises(UnknownIdError):
        asset("tokenz.css")


def test_files_find_their_neighbours():
    """Every relative import of a script and every font of a style sheet is one of our files; none goes outside."""
    for name in asset_names():
        content, kind = asset_bytes(name)
        if "javascript" in kind:
            found = re.findall(
                r"""^(?:import|export)\b[^"'\n]*["']([^"']+)["'];?$""", content.decode(), re.MULTILINE
            )
        elif "css" in kind:
            found = re.findall(r"""url\(["']?([^"')]+)""", content.decode())
            found = [each for each in found if not each.startswith("data:")]
        else:
            continue
        ours = {
            *asset_names(),
            *(path.name for path in MAP_STATIC.iterdir()),
        }  # the widget of the map joins both folders
        assert [] == [each for each in found if each.removeprefix("./") not in ours], name


def test_scripts_write_text_and_never_markup():
    """No script of the form turns a text into markup or code, or asks anything of another server."""
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://(?!www\.w3\.org/2000/svg)"
    )
    for name in ("cards.js", "queue.js", "language.js", "self_test.js", "welcome.js", "waiting.js"):
        assert not banned.search((STATIC / name).read_text(encoding="utf-8")), name
