"""Plain modules and sheets joined for a widget: the same text every time, and nothing that a browser would refuse."""

from __future__ import annotations

import pytest

from cxmaturity.app.widgets.bundle import STATIC, BundleError, bundle_script, bundle_styles

WIDGETS = ("self_test_widget.js", "explore.js", "journey_map.js", "journey_map_seat.js")


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes files and returns their folder."""

    def write(**texts):
        for name, text in texts.items():
            stem, _, kind = name.rpartition("_")
            (tmp_path / f"{stem}.{kind}").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize("entry", WIDGETS)
def test_a_widget_s_script_stands_alone(entry):
    """No import is left, the default export is there, and each module is in once."""
    text = bundle_script(entry)

    assert "\nimport " not in text
    assert "__module:" not in text
    assert 1 == text.count("export default ")
    assert 1 == text.count("// cards.js\n")


def test_names_of_different_modules_do_not_meet(folder):
    """Two modules may use the same private name, and rename what they import."""
    where = folder(
        a_js="const own = 1;\nexport function f() { return own; }\nexport const g = 2;\n",
        b_js='import { f as first, g } from "./a.js";\nconst own = 3;\nexport default () => first() + g + own;\n',
    )

    text = bundle_script("b.js", where)

    assert "const {f: first, g} = module_1;" in text
    assert text.index("// a.js") < text.index("// b.js")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"b_js": 'import { f } from "./a.js";\n'}, "does not exist"),
        ({"a_js": "export const g = 1;\n", "b_js": 'import { f } from "./a.js";\n'}, "does not export"),
        ({"b_js": 'import { f } from "https://cdn.example/a.js";\n'}, "only files beside it"),
        ({"b_js": 'import { f } from "../a.js";\n'}, "only files beside it"),
        ({"b_js": 'import * as a from "./a.js";\n'}, "cannot join"),
        ({"b_js": "export let f = 1;\n"}, "cannot join"),
        ({"a_js": 'import { f } from "./b.js";\n', "b_js": 'import { g } from "./a.js";\n'}, "circular"),
    ],
)
def test_what_cannot_be_joined_is_refused(folder, files, said):
    """A form that the joiner does not know fails here, not in a browser."""
    where = folder(**files)

    with pytest.raises(BundleError, match=said):
        bundle_script("b.js", where)


def test_a_sheet_touches_only_the_widget(folder):
    """Every rule is fenced, the root becomes the widget, and what belongs to a page stays out."""
    where = folder(
        page_css='@font-face { src: url("x.woff2"); }\n:root, :host { --a: 1; }\nbody > p, .b:is(h1, h2) { color: red; }\n'
        '@media print { .b::after { content: "}"; } }\n'
    )

    text = bundle_styles("page.css", folder=where)

    assert text.startswith("@scope (.cxm-widget) {")
    assert "font-face" not in text
    assert ":scope {--a: 1;}" in text
    assert ":scope > p, :scope .b:is(h1, h2) {color: red;}" in text
    assert '@media print {\n:scope .b::after {content: "}";}' in text


def test_dark_colours_follow_the_page_around(folder):
    """The dark look answers to the widget's own mark, on a screen without forced colours."""
    where = folder(tokens_css="@media screen and (prefers-color-scheme: dark) { :root { --ink: white; } }")

    text = bundle_styles("tokens.css", folder=where)

    assert "prefers-color-scheme" not in text
    assert "@media screen and (forced-colors: none) {\n:scope[data-theme=dark] {--ink: white;}" in text


@pytest.mark.parametrize("text", ["a { color: red;", "a } b {", 'a { content: "x; }'])
def test_a_broken_sheet_is_refused(folder, text):
    """Braces or quotes that do not match are not passed on."""
    where = folder(broken_css=text)

    with pytest.raises(BundleError, match="do not match"):
        bundle_styles("broken.css", folder=where)


def test_our_sheets_name_no_other_host():
    """Nothing in the scripts and sheets of the widgets is asked of another address."""
    for path in STATIC.iterdir():
        if path.name.endswith((".js", ".css")):
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in text, path.name
            assert "https://" not in text, path.name
            assert "eval(" not in text, path.name
            assert "innerHTML" not in text, path.name


def test_the_map_of_the_page_is_the_map_of_the_widget():
    """The script and the sheet of the page of a journey map are joined as they are, from beside that page."""
    assert "\n// map.js\n" in bundle_script("journey_map.js")
    assert ":scope .cxm-map-tools {" in bundle_styles("map.css", scope=".cxm-journey")


def test_two_kinds_of_widget_do_not_dress_each_other():
    """Apart from the tokens, no widget's sheet reaches into a widget of another kind, nor into all of them."""
    from cxmaturity.app.widgets.builder import BusinessCaseBuilder
    from cxmaturity.app.widgets.explore import Explore
    from cxmaturity.app.widgets.journey_map import JourneyMap
    from cxmaturity.app.widgets.self_test import SelfTest

    reached = [
        {line for line in str(kind._css).splitlines() if line.startswith("@scope (") and ":not(" not in line}
        for kind in (BusinessCaseBuilder, Explore, SelfTest, JourneyMap)
    ]

    assert all(len(scopes) == 1 for scopes in reached)
    assert 4 == len(set.union(*reached))
