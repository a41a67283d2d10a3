"""One script and one sheet per widget, out of the plain modules that the pages use.

anywidget takes a widget's JavaScript as one text and cannot follow a relative import; our pages load plain ES modules
and need no build. This joins the same files, in one order whatever the machine, without Node. A widget also lives in
somebody else's page (JupyterLab), so its sheet is fenced in `@scope` and follows the theme of that page.

What a module may use, all at the start of a line: ``import {a, b as c} from "./x.js"``, ``export function|class|const``,
``export {a, b as c}``, ``export default``. Anything else is refused here rather than in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

STATIC: Final = files("cxmaturity.app").joinpath("static")
MAPS: Final = files("cxmaturity").joinpath("reporting", "journey", "static")
"""Where the script and the sheet of the journey map's page are; the widget shares them."""
SCOPE: Final = ".cxm-widget"
TOKENS: Final = "tokens.css"
ALONE: Final = f"{SCOPE}:not(.cxm-voila *)"
"""A widget in somebody else's page; in ours the page has the tokens, perhaps in a client's colours."""

_IMPORT: Final = re.compile(
    r"^import\s*(?:\{(?P<names>[^}]*)\}\s*from\s*)?[\"'](?P<path>[^\"']+)[\"'];?[ \t]*$", re.MULTILINE
)
_DECLARED: Final = re.compile(
    r"^export\s+(?P<rest>(?:async\s+)?(?:function\*?|class|const)\s+(?P<name>[A-Za-z_$][\w$]*))", re.MULTILINE
)
_LISTED: Final = re.compile(r"^export\s*\{(?P<names>[^}]*)\};?[ \t]*$", re.MULTILINE)
_DEFAULT: Final = re.compile(r"^export\s+default\s+", re.MULTILINE)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_PAGE_ONLY: Final = ("@font-face", "@page", "@import", "@charset", "@view-transition")
_ROOTS: Final = re.compile(r"(?<![\w.#-])(?::root|:host|html|body)(?![\w-])")
_DARK: Final = re.compile(r"^@media\s*(?:screen\s+and\s*)?\(\s*prefers-color-scheme\s*:\s*dark\s*\)$")


class BundleError(ValueError):
    """A module or a sheet uses something that cannot be joined; a fault of ours, never of a user."""


@cache
def bundle_script(entry: str, folder: Traversable = STATIC) -> str:
    """Return one ES module made of `entry` and of all that it imports.

    Each module keeps its own names: it becomes a function that returns what it exports, run in the order of need.

    Parameters
    ----------
    entry : str
        File name of the widget's module in `folder`; its exports become those of the bundle.
    folder : Traversable
        Where the modules are.

    Raises
    ------
    BundleError
        For a missing or circular import, a name that is not exported, or a form of import or export outside the list
        at the top of this file.
    """
    order: dict[str, tuple[str, dict[str, str]]] = {}
    _visit(entry, folder, order, ())
    variables = {name: f"module_{number}" for number, name in enumerate(order, 1)}
    parts = [
        f"// {name}\nconst {variables[name]} = (() => {{\n{body}\n"
        f"return {{{', '.join(f'{public}: {own}' for public, own in exported.items())}}};\n}})();\n"
        for name, (body, exported) in order.items()
    ]
    text = "\n".join(parts)
    for name, variable in variables.items():
        text = text.replace(_marker(name), variable)
    last, exported = variables[entry], order[entry][1]
    public = [
        f"export default {last}.default;" if name == "default" else f"export const {name} = {last}.{name};"
        for name in exported
    ]
    return text + "\n" + "\n".join(public) + "\n"


def _file(folder: Traversable, name: str) -> Traversable:
    """Return a file of a folder; what the widgets' own folder lacks is looked for beside the journey map's page."""
    file = folder.joinpath(name)
    return MAPS.joinpath(name) if folder is STATIC and not file.is_file() else file


def _marker(name: str) -> str:
    return f"__module:{name}__"


def _visit(
    name: str, folder: Traversable, order: dict[str, tuple[str, dict[str, str]]], path: tuple[str, ...]
) -> None:
    if name in path:
        raise BundleError(f"circular import: {' > '.join((*path, name))}")
    if name in order:
        return
    file = _file(folder, name)
    if not file.is_file():
        raise BundleError(f"{path[-1] if path else 'the bundle'} imports {name}, which does not exist")
    text = file.read_text(encoding="utf-8")
    for found in _IMPORT.finditer(text):
        _visit(_target(found["path"], name), folder, order, (*path, name))

    def brought(found: re.Match[str]) -> str:
        target = _target(found["path"], name)
        pairs = list(_names(found["names"] or ""))
        unknown = [public for public, _ in pairs if public not in order[target][1]]
        if unknown:
            raise BundleError(f"{name} imports {', '.join(unknown)}, which {target} does not export")
        taken = ", ".join(public if public == own else f"{public}: {own}" for public, own in pairs)
        return f"const {{{taken}}} = {_marker(target)};" if pairs else ""

    order[name] = _exports(_IMPORT.sub(brought, text), name)


def _target(path: str, importer: str) -> str:
    if not path.startswith("./") or "/" in path[2:]:
        raise BundleError(f"{importer} imports {path}; only files beside it can be joined")
    return path[2:]


def _names(listed: str) -> Iterator[tuple[str, str]]:
    """Yield the two names of each ``a`` or ``a as b`` of a list."""
    for item in filter(None, (part.strip() for part in listed.split(","))):
        first, _, second = item.partition(" as ")
        yield first.strip(), (second or first).strip()


def _exports(text: str, name: str) -> tuple[str, dict[str, str]]:
    """Return the text without its exports, and what it exports: public name to own name."""
    exported = {found["name"]: found["name"] for found in _DECLARED.finditer(text)}
    text = _DECLARED.sub(lambda found: found["rest"], text)
    for found in _LISTED.finditer(text):
        exported |= {public: own for own, public in _names(found["names"])}
    text = _LISTED.sub("", text)
    text, defaults = _DEFAULT.subn("const default_export = ", text)
    if defaults:
        exported["default"] = "default_export"
    left = _LEFT.search(text)
    if left or defaults > 1:
        raise BundleError(f"{name}: cannot join '{left[0] if left else 'two default exports'}'")
    return text.strip(), exported


@cache
def bundle_styles(*names: str, scope: str = SCOPE, folder: Traversable = STATIC) -> str:
    """Return one sheet made of `names`, fenced so that it touches a widget and nothing around it.

    `scope` is the widget's own class: two kinds of widget in one JupyterLab must not dress each other. Rules for the root
    of a page become rules for the widget; `@font-face` and `@page` stay out (a widget has no page of its own); the dark
    colours answer to ``data-theme="dark"``, which the widget sets from the page it is in.

    Raises
    ------
    BundleError
        When a sheet is missing or its braces do not match.
    """
    parts: list[str] = []
    for name in names:
        file = _file(folder, name)
        if not file.is_file():
            raise BundleError(f"the bundle needs {name}, which does not exist")
        rules = "\n".join(_rules(file.read_text(encoding="utf-8"), name))
        parts.append(f"@scope ({ALONE if name == TOKENS else scope}) {{\n{rules}\n}}\n")
    return "".join(parts)


def _rules(text: str, name: str) -> Iterable[str]:
    for prelude, body in _split(_COMMENT.sub("", text), name):
        if prelude.startswith(_PAGE_ONLY):
            continue
        if _DARK.match(prelude):
            inner = "\n".join(
                f"{_scoped(selector, ':scope[data-theme=dark]')} {{{rules}}}"
                for selector, rules in _split(body, name)
            )
            yield f"@media screen and (forced-colors: none) {{\n{inner}\n}}"
        elif prelude.startswith(("@media", "@supports", "@layer", "@container")):
            yield f"{prelude} {{\n" + "\n".join(_rules(body, name)) + "\n}"
        elif prelude.startswith("@"):
            yield f"{prelude} {{{body}}}"
        else:
            yield f"{_scoped(prelude, ':scope')} {{{body}}}"


def _scoped(selector: str, root: str) -> str:
    """Return the selector with the page's root as the widget's, strong enough against JupyterLab's own rules."""
    parts = (_ROOTS.sub(root, part.strip()) for part in _listed(selector))
    return ", ".join(dict.fromkeys(part if part.startswith(":scope") else f":scope {part}" for part in parts))


def _listed(selector: str) -> Iterator[str]:
    """Yield the selectors of a list; a comma inside brackets does not part two of them."""
    start = depth = 0
    for place, char in enumerate(selector):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            yield selector[start:place]
            start = place + 1
    yield selector[start:]


def _split(text: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield (selector or at-rule, body) of each rule at the top of `text`; a strings' braces are not braces."""
    start = body = depth = 0
    quote = ""
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote and text[place - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            depth += 1
            body = place if depth == 1 else body
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield " ".join(text[start:body].split()), text[body + 1 : place].strip()
                start = place + 1
        elif char == ";" and depth == 0:
            start = place + 1
        if depth < 0:
            break
    if depth or quote:
        raise BundleError(f"{name}: the braces or quotes do not match")
