"""Every problem that the package can raise has a French sentence with the same fields."""

from __future__ import annotations

import ast
import string
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import cxmaturity
from cxmaturity import i18n
from cxmaturity.i18n.messages import load_errors, load_words

SOURCE = Path(cxmaturity.__file__).parent


def fields(template: str) -> frozenset[str]:
    """Return the names of the fields of a template."""
    return frozenset(
        name.split("[")[0].split(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name
    )


def literals(node: ast.expr | None) -> Iterator[str]:
    """Yield every text that an expression can give: a literal, or either branch of a choice."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from literals(body)
            yield from literals(other)


def raised() -> Iterator[tuple[str, str, str, str]]:
    """Yield (where, code, template, hint) of every problem written in the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            called = ast.unparse(node.func).rpartition(".")[2]
            if called == "of" and len(node.args) >= 2:
                code, template = node.args[:2]
            elif called == "Problem" and {"code", "template"} <= named.keys():
                code, template = named["code"], named["template"]
            else:
                continue
            where = f"{path.relative_to(SOURCE)}:{node.lineno}"
            hints = [text for text in literals(named.get("hint")) if text] or [""]
            for a_code in literals(code):
                for a_template in literals(template):
                    yield from ((where, a_code, a_template, hint) for hint in hints)


RAISED = list(raised())
ENGLISH: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
for _where, _code, _template, _hint in RAISED:
    ENGLISH[_code].append((_where, _template, _hint))
FRENCH = {code: said for room in i18n.rooms("errors") for code, said in load_errors(room).items()}


def test_the_scan_sees_problems():
    """The scan finds the problems of the ground floor: it would notice if the way of raising changed."""
    assert {"core.unknown_id", "core.range_order", "catalog.missing_language"} <= ENGLISH.keys()


@pytest.mark.parametrize("code", sorted(ENGLISH.keys() | FRENCH.keys()))
def test_a_problem_is_said_in_both_languages(code):
    """A code raised in the source has a French sentence, and no sentence is left without its code."""
    assert (True, True) == (code in ENGLISH, code in FRENCH)


@pytest.mark.parametrize("code", sorted(ENGLISH.keys() & FRENCH.keys()))
def test_both_languages_have_the_same_fields(code):
    """The French sentence and hint ask for the same fields; a hint exists in both languages or in none."""
    said, hint = FRENCH[code]
    for where, template, english_hint in ENGLISH[code]:
        assert fields(template) == fields(said), where
        if english_hint:
            assert fields(english_hint) == fields(hint), where
    assert any(english_hint for _, _, english_hint in ENGLISH[code]) == bool(hint), code


@pytest.mark.parametrize("code", sorted(ENGLISH))
def test_codes_are_named_after_their_room(code):
    """A code starts with a room of the package, so that its French is looked for in the right file."""
    room = code.partition(".")[0]

    places = (
        SOURCE,
        SOURCE / "reporting",
        SOURCE / "store",
        SOURCE / "app",
        SOURCE / "files",
    )  # the workbook and the deck are rooms inside reporting, who may come in one inside the store, the widgets inside app

    assert any((place / room).is_dir() or (place / f"{room}.py").is_file() for place in places)


def test_kinds_of_things_have_a_french_name():
    """What an unknown name should have been ("question", "benefit"...) is never left in English."""
    kinds = {
        kind
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and node.args
        and ast.unparse(node.func).endswith(("from_name", "_find"))
        for kind in literals(node.args[0])
    }

    assert {"question", "benefit", "link"} <= kinds <= load_words()["kind"].keys()
