"""From Typst source to a PDF: tagged, PDF/UA-1 and PDF/A-2a at once, the same bytes every time."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.document import Document
from cxmaturity.reporting.fonts import typst_fonts
from cxmaturity.reporting.typst_markup import document_typst
from cxmaturity.resources import resource

STANDARDS: Final = ("a-2a", "ua-1")


def document_pdf(document: Document) -> bytes:
    """Return the report as a PDF.

    The date inside is the report's own, never the clock's; fonts are the bundled ones only.

    Raises
    ------
    InputError
        ``reporting.pdf`` when the compiler refuses; it refuses a figure without alternative text, among
        others.
    """
    import typst  # noqa: PLC0415  # only a PDF needs the compiler

    day = document.identity.as_of
    try:
        compiled: Any = typst.compile(
            document_typst(document).encode(),
            root=str(resource("templates/typst")),
            font_paths=typst_fonts(),
            ignore_system_fonts=True,
            pdf_standards=list(STANDARDS),
            timestamp=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC),
        )
    except typst.TypstError as error:
        raise InputError.of(
            "reporting.pdf",
            "the PDF could not be set: {reason}",
            reason="; ".join([error.message, *error.hints]),
        ) from error
    return bytes(compiled)
