"""The policies of all models that a page may have: ipywidgets by table, our own widgets by what they declare.

Our widgets say themselves which fields a browser may write and how long each may be; they are imported here, once,
and only for a page that has a kernel.
"""

from __future__ import annotations

import importlib
import json
import logging
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from cxmaturity.app.security_fields import IPYWIDGETS, Check, State, Writable, one_of, plain
from cxmaturity.core.text import LANGUAGES

log: Final = logging.getLogger("cxmaturity.app")
_DEPTH: Final = 12
_SCALARS: Final = 4000
_LANGUAGE: Final = one_of(*LANGUAGES)


class Policies(Mapping[str, Writable]):
    """Model identity to policy, read when the first unknown identity is asked for."""

    def __getitem__(self, identity: str) -> Writable:
        return IPYWIDGETS[identity] if identity in IPYWIDGETS else own_policies()[identity]

    def __iter__(self) -> Iterator[str]:
        yield from IPYWIDGETS
        yield from own_policies()

    def __len__(self) -> int:
        return len(IPYWIDGETS) + len(own_policies())


def sized(most: int) -> Check:
    """Accept any JSON value without control characters of at most `most` characters, written as JSON."""
    inner = plain(_SCALARS, _DEPTH, most)

    def check(value: Any, state: State) -> bool:
        return inner(value, state) and len(json.dumps(value, ensure_ascii=False)) <= most

    return check


@cache
def own_policies() -> Mapping[str, Writable]:
    """Return the policies of our own widgets, by ``module.Class``: the fields and the custom messages that each declares."""
    from cxmaturity.app import widgets
    from cxmaturity.app.widgets.guard import EVENTS, WRITABLE

    for module in pkgutil.iter_modules(widgets.__path__):
        importlib.import_module(f"{widgets.__name__}.{module.name}")
    return {
        identity: Writable(
            fields={
                name: _LANGUAGE if name == "language" else sized(most) for name, most in declared.items()
            },
            events=EVENTS.get(identity, {}),
        )
        for identity, declared in WRITABLE.items()
    }
