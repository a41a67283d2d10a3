"""The shell that every page shares, and the one way to fill a template: escaped, strict, in one language.

A page is a pure function from values to text. Nothing here knows of a request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cxmaturity.app.pages.assets import asset, asset_bytes, asset_names, bundle_hash, theme_name
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.i18n import formats
from cxmaturity.i18n.messages import Forms, load_messages, message

__all__ = ["NAMES", "asset", "asset_bytes", "asset_names", "bundle_hash", "data_block", "page", "words"]

NAMES: Final[Mapping[Language, str]] = {"en": "English", "fr": "Français"}
"""What each language calls itself."""


@cache
def environment() -> Environment:
    """Return the one Jinja environment: everything escaped, an unknown name an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
    made.globals.update(asset=asset, language_names=NAMES)
    return made


def page(
    template: str,
    *,
    language: Language,
    languages: Iterable[Language] = LANGUAGES,
    primary: str | None = None,
    client: str = "",
    **context: Any,
) -> str:
    """Fill a template and return the page.

    Parameters
    ----------
    template : str
        File name in ``app/templates``; it extends ``shell.html.j2``.
    language : {"en", "fr"}
        Language of the page, its numbers and its dates.
    languages : iterable of {"en", "fr"}
        The languages offered in the header; one alone shows no switch.
    primary : str, optional
        The client's colour, ``#rrggbb``.
    client : str
        Whose campaign it is; shown in the header.
    **context
        What the template asks for; a name that is missing is an error.
    """
    theme = theme_name(primary)
    return (
        environment()
        .get_template(template)
        .render(
            t=_said(language),
            date=partial(formats.date, language=language),
            number=partial(formats.number, language=language),
            language=language,
            languages=tuple(languages),
            theme=None if theme is None else asset(theme),
            client=client,
            **context,
        )
    )


def _said(language: Language) -> Any:
    def t(key: str, /, **params: Any) -> str:
        return message(key, language, **params)

    return t


def words(prefixes: Iterable[str], language: Language) -> dict[str, str | Forms]:
    """Return the messages under some prefixes, their fields unfilled, for a script that fills them itself.

    Examples
    --------
    >>> words(["app.language"], "fr")
    {'app.language': 'Langue'}
    """
    wanted = tuple(prefixes)
    found: dict[str, str | Forms] = {}
    for room in dict.fromkeys(prefix.partition(".")[0] for prefix in wanted):
        for key, texts in load_messages(room).items():
            if key.startswith(wanted):
                forms = texts[language]
                found[key] = forms["other"] if len(forms) == 1 else dict(forms)
    return found


def data_block(value: Any) -> str:
    r"""Return a value as JSON that can stand inside a script element of data: no character closes it.

    Examples
    --------
    >>> print(data_block({"a": "</script>"}))
    {"a":"\u003c/script\u003e"}
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, code in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e"), ("\u2028", "\\u2028")):
        written = written.replace(character, code)
    return written
