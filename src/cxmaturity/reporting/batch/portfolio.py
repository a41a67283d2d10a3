"""The portfolio page: every client of a folder of reports on one page that works from a file, with links to the documents."""

from __future__ import annotations

import datetime as dt
import html
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cxmaturity import i18n
from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Language
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.manifest import Manifest, Row, manifests
from cxmaturity.reporting.output import sweep, write_whole
from cxmaturity.resources import resource

NAME: Final = "index.html"
_COLUMNS: Final = ("client", "language", "status", "stage", "index", "npv", "loss", "made", "documents")
_KINDS: Final = frozenset({"html", "pdf", "xlsx", "pptx", "ipynb"})
_NUMBERS: Final = frozenset({"stage", "index", "npv", "loss"})
_WIDE: Final = f' colspan="{1 + len(_NUMBERS)}"'


def write_portfolio(out: Path, language: Language) -> Path:
    """Write the page of a folder of reports from its manifests, unless the one that stands there is theirs already.

    Raises
    ------
    FileError
        ``reporting.unwritable``, and what `Manifest.read` raises.
    """
    page = out / NAME
    if not _fresh(page, language):
        sweep(out)
        write_whole(page, portfolio_page(Manifest.read(out), language).encode(errors="replace"))
    return page


def _fresh(page: Path, language: Language) -> bool:
    """Whether a page in this language is younger than every line that it tells of."""
    try:
        with page.open("rb") as stream:
            begins = stream.read(len(_begin(language))).decode(errors="replace")
        made = page.stat().st_mtime_ns
        return begins == _begin(language) and all(
            manifest.stat().st_mtime_ns < made for manifest in manifests(page.parent)
        )
    except OSError:
        return False


def _begin(language: Language) -> str:
    return f'<!doctype html>\n<html lang="{language}">\n'


def portfolio_page(rows: Iterable[Row], language: Language) -> str:
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
        f'{_begin(language)}<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{t('title')}</title>\n<style>\n{sheet}</style>\n</head>\n<body>\n<main>\n<h1>{t('title')}</h1>\n"
        f'<p class="lead">{t("lead", n=len(given), failed=failed)}</p>\n'
        f'<div class="scroll"><table role="table">\n<caption>{t("caption")}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n{body}\n</tbody>\n</table></div>\n'
        "</main>\n</body>\n</html>\n"
    )


def _latest(rows: Iterable[Row]) -> list[Row]:
    """Return where each client stands in each language, whichever way it was asked for, by name."""
    found = {(row.client or row.source, row.language): row for row in rows}
    return sorted(found.values(), key=lambda row: (row.name.casefold(), row.source, row.language))


def _numeric(name: str) -> str:
    return ' class="n"' if name in _NUMBERS else ""


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
    return f'<tr role="row"><th role="rowheader" scope="row">{name}</th>{written}</tr>'


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
    problems = [i18n.describe(problem, language) for problem in _problems(row)[:2]]
    said = "".join(f'<span class="said">{html.escape(text)}</span>' for text in problems)
    return f'<span><span class="{row.state}">{t(f"status.{row.state}")}</span>{said}</span>'


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
