"""The screens: pages, widgets, and the server that shows them. Nothing heavy is imported before it is used.

It is not an extension of Jupyter Server and refuses to become one: there, a visitor's browser may run code.
"""

from __future__ import annotations

from typing import Any, NoReturn

from cxmaturity.core.problems import InputError


def refusal() -> InputError:
    """Return the error of somebody who tries to run the screens inside a Jupyter Server."""
    return InputError.of(
        "app.extension",
        "the self-test does not run inside a Jupyter Server, where a visitor could run code.",
        hint="Start it by itself: cxmaturity app.",
    )


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "cxmaturity.app"}]


def _load_jupyter_server_extension(server: object) -> NoReturn:
    del server
    raise refusal()
