"""From Typst source to a PDF: tagged, PDF/UA-1 and PDF/A-2a at once, the same bytes every time."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import Any, Final

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.document import Document
from cxmaturity.reporting.fonts import typst_fonts
from cxmaturity.reporting.typst_markup import document_typst, inputs
from cxmaturity.resources import resource

_OTHER_SCRIPTS: Final = re.compile(
    "[\u0700-\u109f\u1100-\u1cff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
STANDARDS: Final = ("a-2a", "ua-1")


def document_pdf(document: Document) -> bytes:
    """Return the report as a PDF.

    The date inside is the report's own, never the clock's. Fonts are the bundled ones; only a text in a
    script that they lack (Chinese, Thai, Devanagari) is looked for in the system's fonts, and drawn as
    labelled boxes when those lack it too; either way the PDF holds its letters.

    Raises
    ------
    InputError
        ``reporting.pdf`` when the compiler refuses; it refuses a figure without alternative text, among
        others.
    """
    import typst  # only a PDF needs the compiler

    source = document_typst(document)
    try:
        if _OTHER_SCRIPTS.search(source):
            with contextlib.suppress(typst.TypstError):
                return _compiled(source, document, system=True)
        return _compiled(source, document, system=False)
    except typst.TypstError as error:
        raise InputError.of(
            "reporting.pdf",
            "the PDF could not be set: {reason}",
            reason="; ".join([error.message, *error.hints]),
        ) from error


def _compiled(source: str, document: Document, *, system: bool) -> bytes:
    import typst  # only a PDF needs the compiler

    day = document.identity.as_of

    compiled: Any = typst.compile(
        source.encode(),
        root=str(resource("templates/typst")),
        font_paths=typst_fonts(system=system),
        ignore_system_fonts=not system,
        sys_inputs={"system-fonts": "yes" if system else "no", **inputs(document)},
        pdf_standards=list(STANDARDS),
        timestamp=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC),
    )
    return bytes(compiled)
