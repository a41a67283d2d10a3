"""Make a process ready for reports: import what they need, and walk their real paths once on a shipped example.

For one report alone, importing is enough (`imports`). Only the example, which is invented. Nothing here compiles a PDF,
because typst then keeps threads, and a process with threads must not be forked.
"""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from typing import Any, Final

from cxmaturity import i18n
from cxmaturity.core.quick_imports import bare_seaborn, import_late, late_soup, without_address_grammar
from cxmaturity.core.text import LANGUAGES
from cxmaturity.resources import resource

EXAMPLE: Final = "examples/maison-lavande"
"""The one that draws every chart."""
_FOR_OFFICE: Final = (
    "cxmaturity.reporting.workbook",
    "cxmaturity.reporting.deck",
    "cxmaturity.reporting.batch.in_process",
)


_FOR_PAGES: Final = (
    "scipy.special",
    "scipy.optimize",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "ipykernel.ipkernel",
    "papermill.parameterize",
    "cxmaturity.reporting.exporters",
    "cxmaturity.reporting.batch.child",
    "cxmaturity.reporting.batch.in_process",
)


_RARELY: Final = ("requests", "numpy.f2py", "numpy.testing")
"""What papermill imports for notebooks on the web, and scipy because numpy names it: a tenth of a second."""


def imports() -> None:
    """Import what one report on a page needs, while somebody else still reads the client's files."""
    import_late(*_RARELY)
    with without_address_grammar(), late_soup():
        for module in _FOR_PAGES:
            import_module(module)
    with bare_seaborn():  # each process makes one report and ends
        import_module("seaborn")


def warm_up() -> None:
    """Read, diagnose, draw and set an example; keep nothing but the modules and their caches."""
    with without_address_grammar():
        import papermill.parameterize  # noqa: F401

        from cxmaturity.reporting.exporters import ReportHTMLExporter
    import typst  # noqa: F401

    from cxmaturity.reporting.session import open_report
    from cxmaturity.reporting.typst_markup import document_typst  # noqa: F401

    for module in _FOR_OFFICE:
        import_module(module)
    for language in LANGUAGES:
        i18n.date(dt.date(2026, 1, 1), language)
        i18n.money(1.0, "EUR", language)
        i18n.listing(("a", "b"), language)
    exporter: Any = ReportHTMLExporter()  # type: ignore[no-untyped-call]  # nbconvert has no types
    _set(open_report(resource(EXAMPLE), language="fr"), exporter)


def _set(report: Any, exporter: Any) -> None:
    """Set a report as the exporter finds it in an executed notebook."""
    from nbformat import v4

    report.document()
    shown = [report.show(section) for section in ("cover", *report.sections)]
    outputs = [
        v4.new_output("execute_result", data=each._repr_mimebundle_())  # type: ignore[no-untyped-call]
        for each in shown
        if each is not None
    ]
    cells = [v4.new_code_cell(outputs=[output]) for output in outputs]  # type: ignore[no-untyped-call]
    exporter.from_notebook_node(v4.new_notebook(cells=cells))  # type: ignore[no-untyped-call]
