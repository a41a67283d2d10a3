"""Make a process warm: import, and walk the real paths once, with synthetic data only."""

from __future__ import annotations

import contextlib
import importlib
import sys
import traceback
from typing import Final

from cxmaturity.core.quick_imports import without_address_grammar
from cxmaturity.warm import child
from cxmaturity.warm.values import Preload

_OWN_MODULES: Final = (
    "asyncio",
    "cxmaturity.warm.notebook_child",
    "cxmaturity.warm.kernel_child",
    "cxmaturity.warm.recording",
    "IPython.core.oinspect",  # what a shell imports as it starts
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
)


def warm(preload: Preload) -> None:
    """Import and walk what children will need; what fails is left cold, and said in the log."""
    with without_address_grammar(), contextlib.suppress(ImportError):
        importlib.import_module("nbformat")
    if preload.warm_up is not None:
        try:
            child.find(preload.warm_up)()
        except Exception:  # noqa: BLE001  # a cold start is slow, not wrong
            traceback.print_exc()
    for module in (*preload.modules, *_OWN_MODULES):
        try:
            importlib.import_module(module)
        except ImportError as error:
            sys.stderr.write(f"not preloaded: {module}: {error}\n")
    child.libc()
    sys.stderr.flush()
