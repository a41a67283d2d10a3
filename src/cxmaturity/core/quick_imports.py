"""Two seconds saved at start-up: a grammar for internationalised addresses that no notebook needs.

`jsonschema` imports ``rfc3987_syntax`` when it is there (any environment with JupyterLab has it), and that
module builds an Earley grammar while it is imported. With an empty entry in its place, jsonschema leaves out
its two IRI checkers, which the notebook schema does not use.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

_GRAMMAR: Final = "rfc3987_syntax"


@contextmanager
def without_address_grammar() -> Iterator[bool]:
    """Hold the grammar back while the modules of a report run are imported; yield whether it did.

    Nothing is done inside somebody's kernel, nor once jsonschema or the grammar has been imported: then
    others may count on it. Afterwards the grammar can be imported as ever.
    """
    modules = cast("dict[str, Any]", sys.modules)
    held = not {_GRAMMAR, "jsonschema", "ipykernel"} & set(modules)
    if held:
        modules[_GRAMMAR] = None
    try:
        yield held
    finally:
        if held:
            modules.pop(_GRAMMAR, None)
