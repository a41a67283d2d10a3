"""The doors of nbconvert: an executed report notebook becomes a page or a PDF.

Their names there are ``cxmaturity-html`` and ``cxmaturity-pdf``.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter, TemplateExporter
from traitlets import default

from cxmaturity.reporting.document import Document, from_notebook
from cxmaturity.reporting.html import document_html
from cxmaturity.reporting.pdf import document_pdf
from cxmaturity.reporting.style import style
from cxmaturity.resources import resource


class ReportHTMLExporter(TemplateExporter):
    """Set an executed report notebook as one self-contained page."""

    export_from_notebook = "cxmaturity report (page)"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "cxmaturity"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(resource("templates/nbconvert"))]

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[str]:
        return []

    def from_notebook_node(self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any) -> Any:
        """Convert an executed notebook; the template places what `html.document_html` has set.

        Returns the page and nbconvert's resources.
        """
        resources = {**(resources or {}), "cxmaturity": page(from_notebook(nb))}
        return super().from_notebook_node(nb, resources, **kw)


class ReportPDFExporter(Exporter):
    """Set an executed report notebook as a tagged PDF."""

    export_from_notebook = "cxmaturity report (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[str]:
        return []

    def from_notebook_node(self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any) -> Any:
        """Convert an executed notebook; returns the bytes of the PDF and nbconvert's resources."""
        _, resources = super().from_notebook_node(nb, resources, **kw)
        return document_pdf(from_notebook(nb)), {**resources, "output_extension": ".pdf"}


def page(document: Document) -> dict[str, str]:
    """Return what the page template places."""
    return {**document_html(document), "style": style(document.identity.look, page=True)}
