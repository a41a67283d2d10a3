"""The portfolio page: every client of a folder of reports on one page that works from a file, with links to the documents."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import html
import os
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cxmaturity import i18n
from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Language
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.manifest import Manifest, Row, manifests
from cxmaturity.reporting.output import write_whole
from cxmaturity.resources import resource

NAME: Final = "index.html"
_COLUMNS: Final = ("client", "language", "status", "stage", "index", "npv", "loss", "made", "documents")
_KINDS: Final = frozenset({"html", "pdf", "xlsx", "pptx", "ipynb"})
_NUMBERS: Final = frozenset({"stage", "index", "npv", "loss"})
_TOLD: Final = 3
"""How many problems of a client the page tells."""
_TRIES: Final = 3
"""How often it is written in a row: slices that end together write over each other, and one must tell of all."""
_WIDE: Final = f' colspan="{1 + len(_NUMBERS)}"'


def write_portfolio(out: Path, language: Language) -> Path:
    """Write the page of a folder of reports from its manifests, unless the one that stands there is theirs already.

    Raises
    ------
    FileError
        ``reporting.unwritable``, and what `Manifest.read` raises.
    """
    page = out / NAME
    for _ in range(_TRIES):
        begin = _begin(
            language, _state(out)
        )  # before the rows are read: a line that comes meanwhile makes it old
        if _begins_with(page, begin):
            break
        write_whole(page, portfolio_page(Manifest.read(out), language, begin).encode(errors="replace"))
    return page


def _begins_with(page: Path, begin: str) -> bool:
    try:
        with page.open("rb") as stream:
            return stream.read(len(begin.encode())) == begin.encode()
    except OSError:
        return False


def _state(out: Path) -> str:
    """Return what changes with every line of a manifest, whatever the clock says."""
    found = []
    for manifest in manifests(out):
        with contextlib.suppress(OSError):
            said = manifest.stat()
            found.append(f"{manifest.name} {said.st_size} {said.st_mtime_ns}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]


def _begin(language: Language, state: str) -> str:
    return f'<!doctype html>\n<html lang="{language}" data-manifests="{state}">\n'


def portfolio_page(rows: Iterable[Row], language: Language, begin: str = "") -> str:
    """Return the page as HTML: no script, nothing called from outside."""
    given = _latest(rows)

    def t(key: str, **params: Any) -> str:
        return html.escape(i18n.message(f"batch.{key}", language, **params))

    failed = i18n.number(sum(row.state == "failed" for row in given), language)
    head = "".join(
        f'<th role="columnheader" scope="col"{_numeric(name)}>{t(f"column.{name}")}</th>' for name in _COLUMNS
    )
    body = "\n".join(_row(row, language, t) for row in given)
    sheet = (resource("templates/portfolio") / "portfolio.css").read_text(encoding="utf-8")
    return (
        f'{begin or _begin(language, "")}<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{t('title')}</title>\n<style>\n{sheet}</style>\n</head>\n<body>\n<main>\n<h1>{t('title')}</h1>\n"
        f'<p class="lead">{t("lead", n=len(given), failed=failed)}</p>\n'
        f'<div class="scroll"><table role="table">\n<caption>{t("caption")}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n{body}\n</tbody>\n</table></div>\n'
        "</main>\n</body>\n</html>\n"
    )


def _latest(rows: Iterable[Row]) -> list[Row]:
    """Return where each client stands in each language, whichever way it was asked for: who failed first, then by name."""
    found = {(row.client or row.source, row.language): row for row in rows}
    return sorted(
        found.values(),
        key=lambda row: (row.state != "failed", _sorted_as(_name(row)), row.source, row.language),
    )


def _sorted_as(name: str) -> str:
    """Return a name without case and accents: Élan stands beside Elan, not behind Zed."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(letter)
    )


def _numeric(name: str) -> str:
    return ' class="n"' if name in _NUMBERS else ' class="day"' if name == "made" else ""


def _row(row: Row, language: Language, t: Callable[..., str]) -> str:
    absent = t("absent")
    spoken = t(f"language.{row.language}") if row.language in {"en", "fr"} else absent
    money, currency = _figure(row, "npv"), row.figures.get("currency")
    stage, index = _figure(row, "stage"), _figure(row, "index")
    cells = {
        "language": spoken,
        "status": _status(row, language, t),
        "stage": absent if stage is None else i18n.number(stage, language),
        "index": absent if index is None else i18n.level(index, language),
        "npv": absent
        if money is None or not isinstance(currency, str)
        else html.escape(i18n.money(money, currency, language, compact=True)),
        "loss": _chance(_figure(row, "probability_of_loss"), language, absent),
        "made": _made(row, language) or absent,
        "documents": _documents(row, t) or t("document.none"),
    }
    name = html.escape(_name(row))
    bare = not (row.figures or row.artefacts)  # then the reason has the room of the figures
    written = "".join(
        f'<td role="cell"{_numeric(column)}{_WIDE if bare and column == "status" else ""}'
        f' data-title="{t(f"column.{column}")}">{cells[column]}</td>'
        for column in _COLUMNS[1:]
        if not (bare and column in _NUMBERS)
    )
    return f'<tr role="row"><th role="rowheader" scope="row"><bdi>{name}</bdi></th>{written}</tr>'


def _name(row: Row) -> str:
    """Return what a client is called; one that nobody could read is called by its folder."""
    return row.name or row.source.removeprefix("../")


def _figure(row: Row, name: str) -> float | None:
    """Return a figure of a row that is a number; a manifest is a file, and files get edited."""
    value = row.figures.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _made(row: Row, language: Language) -> str:
    try:
        return i18n.date(dt.datetime.fromisoformat(row.finished).date(), language)
    except ValueError:
        return ""


def _chance(value: float | None, language: Language, absent: str) -> str:
    """Return a probability, never as certain as 0 or 100 %."""
    if value is None:
        return absent
    if value < 0.01 or value > 0.99:  # what a simulation can tell from certainty
        sign, limit = ("&lt;", 0.01) if value < 0.5 else ("&gt;", 0.99)
        return f"{sign} {i18n.percent(limit, language)}"
    return i18n.percent(value, language)


def _status(row: Row, language: Language, t: Callable[..., str]) -> str:
    problems = _problems(row)
    texts = [html.escape(_said(problem, language)) for problem in problems[:_TOLD]]
    if len(problems) > _TOLD:
        texts.append(t("more", n=len(problems) - _TOLD))
    said = "".join(f'<span class="said">{text}</span>' for text in texts)
    return f'<span><span class="{row.state}">{t(f"status.{row.state}")}</span>{said}</span>'


def _said(problem: Problem, language: Language) -> str:
    """Return a problem with its file, its line and what it is about."""
    parts = (str(problem.place or ""), problem.dotted, i18n.describe(problem, language))
    return ": ".join(part for part in parts if part)


def _problems(row: Row) -> list[Problem]:
    try:
        return [parcel.read(problem) for problem in (row.error or {}).get("problems", ())]
    except (TypeError, KeyError, AttributeError, ValueError):
        return []


def _documents(row: Row, t: Callable[..., str]) -> str:
    """Return links to the documents, each with a name that says whose it is."""
    client = _name(row)
    links = []
    for path in row.artefacts:
        kind = path.rpartition(".")[2]
        document = t(f"document.{kind}") if kind in _KINDS else html.escape(kind)
        label = t("document.of", document=document, client=client)
        links.append(f'<li><a href="{quote(os.fsencode(path))}" aria-label="{label}">{document}</a></li>')
    return f"<ul>{''.join(links)}</ul>" if links else ""
