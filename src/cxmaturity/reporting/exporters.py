"""The doors of nbconvert: an executed report notebook becomes a page or a PDF.

Their names there are ``cxmaturity-html`` and ``cxmaturity-pdf``.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter, TemplateExporter
from nbformat import NotebookNode
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
    document: Document
    """What the last notebook said."""

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
        self.document = from_notebook(nb)
        resources = {**(resources or {}), "cxmaturity": page(self.document)}
        return super().from_notebook_node(_bare(nb), resources, **kw)


class ReportPDFExporter(Exporter):
    """Set an executed report notebook as a tagged PDF."""

    export_from_notebook = "cxmaturity report (PDF)"
    output_mimetype = "application/pdf"
    document: Document
    """What the last notebook said."""

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[str]:
        return []

    def from_notebook_node(self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any) -> Any:
        """Convert an executed notebook; returns the bytes of the PDF and nbconvert's resources."""
        self.document = from_notebook(nb)
        _, resources = super().from_notebook_node(_bare(nb), resources, **kw)
        return document_pdf(self.document), {**resources, "output_extension": ".pdf"}


def _bare(notebook: Any) -> Any:
    """Return the notebook without its cells, which are set by now: nbconvert would copy them several times."""
    return NotebookNode({**notebook, "cells": []})  # type: ignore[no-untyped-call]  # nbformat has no types


def page(document: Document) -> dict[str, str]:
    """Return what the page template places."""
    return {**document_html(document), "style": style(document.identity.look, page=True)}
