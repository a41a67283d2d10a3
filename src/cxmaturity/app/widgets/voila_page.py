"""What the Voilà template and the server agree on: its place, its words, the JupyterLab extensions that it needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.i18n.messages import load_messages
from cxmaturity.resources import resource

TEMPLATE: Final = "cxmaturity"
EXTENSIONS: Final = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
"""The only JupyterLab extensions that a page loads, instead of whatever the environment has."""

_NAMES: Final = {"en": "English", "fr": "Français"}
_ROOM: Final = "widgets.page."


def template_folder() -> Path:
    """Return the folder of our Voilà template."""
    return resource(f"templates/voila/{TEMPLATE}")


def template_paths() -> list[str]:
    """Return where Jinja looks for a page: our template, then Voilà's own."""
    from voila.paths import collect_template_paths  # only where a page is served

    return [str(template_folder()), *collect_template_paths(["voila", "nbconvert"], "base")]


def page_words() -> dict[Language, dict[str, str]]:
    """Return what the page itself says, by language and by key without its room."""
    return {
        language: {"name": _NAMES[language]}
        | {
            key.removeprefix(_ROOM): forms[language]["other"]
            for key, forms in load_messages("widgets").items()
            if key.startswith(_ROOM)
        }
        for language in LANGUAGES
    }


def words_template() -> str:
    """Return the text of ``words.html.j2``: a template cannot read our messages, so it carries a copy.

    `tests/app/widgets/test_voila_page.py` compares the file with this, and says how to write it again.
    """
    told = json.dumps(page_words(), ensure_ascii=False, indent=2)
    return f"{{# Made from content/messages/widgets.yaml: change that file, not this one. #}}\n{{% set words = {told} %}}\n"
