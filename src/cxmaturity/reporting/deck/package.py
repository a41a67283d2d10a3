"""The same figures give the same bytes: dates fixed, parts in one order, nothing of the machine in the file."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any, Final

from cxmaturity.core.text import Language
from cxmaturity.reporting.inline import clean

_STAMP: Final = (1980, 1, 1, 0, 0, 0)


def name_package(presentation: Any, *, title: str, subject: str, as_of: dt.date, language: Language) -> None:
    """Write who, what and when into the file's properties; when is the date of the diagnostic, not today."""
    when = dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC).replace(tzinfo=None)
    properties = presentation.core_properties
    properties.title, properties.subject = clean(title)[:255], clean(subject)[:255]
    properties.author = properties.last_modified_by = "cxmaturity"
    properties.created = properties.modified = properties.last_printed = when
    properties.revision = 1
    properties.language = language
    properties.keywords = properties.comments = properties.category = ""


def to_bytes(presentation: Any) -> bytes:
    """Save a presentation with the date of every part fixed, its content types first as readers expect."""
    saved = io.BytesIO()
    presentation.save(saved)
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w") as target:
        names = source.namelist()
        for name in sorted(
            names, key=lambda part: (part != "[Content_Types].xml", part != "_rels/.rels", part)
        ):
            entry = zipfile.ZipInfo(name, date_time=_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name), compresslevel=6)
    return out.getvalue()
