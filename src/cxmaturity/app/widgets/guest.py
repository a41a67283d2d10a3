"""What a widget brings along when the page is not ours, such as JupyterLab: its letters, and a word for when Python is gone.

JupyterLab has no Inter, and a map is laid out for Inter's widths. The fonts travel with the widget's state (60 kB), because a
notebook has no other place that is ours and nothing may be asked of the network. Pages of `cxmaturity app` have their own.
"""

from __future__ import annotations

import html
import os
from typing import Any, Final

import traitlets

from cxmaturity import i18n
from cxmaturity.reporting.fonts import font_faces

_PAGE: Final = "CXMATURITY_ENGAGEMENT"
"""Set in the kernels of our own pages that have a folder."""
_AWAKE: Final = (
    ".jp-OutputArea-child:has(.cxm-widget)+.jp-OutputArea-child:has(.cxm-asleep){display:none!important}"
)


class Guest(traitlets.HasTraits):
    """A widget that is at home in a page of ours, and a guest in a notebook.

    In a notebook a sentence follows it, which is hidden while the widget is alive: when the notebook is opened again without its
    kernel, JupyterLab only says that the model was not found.
    """

    guest: Any = traitlets.Unicode(read_only=True).tag(sync=True)

    def _at_home(self) -> bool:
        """Say whether the widget is shown by a page of ours."""
        return bool(os.environ.get(_PAGE))

    @traitlets.default("guest")
    def _default_guest(self) -> str:
        return "" if self._at_home() else font_faces("Inter") + _AWAKE

    def _ipython_display_(self) -> None:
        from IPython.display import display  # only where there is something to display on

        shown: Any = self
        bundle = shown._repr_mimebundle_()  # what IPython itself would ask for
        if bundle is None:
            return
        data, metadata = bundle
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]  # IPython's is not typed
        if not self._at_home():
            said = i18n.message("widgets.asleep", shown.language)
            note = f'<p class="cxm-asleep" lang="{shown.language}">{html.escape(said)}</p>'
            display({"text/html": note, "text/plain": said}, raw=True)  # type: ignore[no-untyped-call]  # the same
