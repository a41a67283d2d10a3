"""The portfolio page: every client of a folder of reports on one page that works from a file, with links to the documents."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cxmaturity import i18n
from cxmaturity.core.text import Language
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.manifest import Manifest, Row
from cxmaturity.reporting.output import write_whole
from cxmaturity.resources import resource

NAME: Final = "index.html"
_COLUMNS: Final = ("client", "language", "status", "stage", "index", "npv", "loss", "made", "documents")
_NUMBERS: Final = frozenset({"stage", "index", "npv", "loss"})


def write_portfolio(out: Path, language: Language) -> Path:
    """Write the page of a folder of reports anew from its manifest, and return its path.

    Raises
    ------
    FileError
        ``reporting.unwritable``, and what `Manifest.read` raises.
    """
    rows = sorted(Manifest.read(out), key=lambda row: (row.name.casefold(), row.source, row.language))
    write_whole(out / NAME, portfolio_page(rows, language).encode())
    return out / NAME


def portfolio_page(rows: Iterable[Row], language: Language) -> str:
    """Return the page as HTML: no script, nothing called from outside."""
    given = list(rows)

    def t(key: str, **params: Any) -> str:
        return html.escape(i18n.message(f"batch.{key}", language, **params))

    failed = i18n.number(sum(row.state == "failed" for row in given), language)
    head = "".join(f'<th scope="col"{_numeric(name)}>{t(f"column.{name}")}</th>' for name in _COLUMNS)
    body = "\n".join(_row(row, language, t) for row in given)
    sheet = (resource("templates/portfolio") / "portfolio.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{t('title')}</title>\n<style>\n{sheet}</style>\n</head>\n<body>\n<main>\n<h1>{t('title')}</h1>\n"
        f'<p class="lead">{t("lead", n=len(given), failed=failed)}</p>\n'
        f'<div class="scroll"><table>\n<caption>{t("caption")}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>\n</main>\n</body>\n</html>\n"
    )


def _numeric(name: str) -> str:
    return ' class="n"' if name in _NUMBERS else ""


def _row(row: Row, language: Language, t: Callable[..., str]) -> str:
    figures = row.figures
    absent = t("absent")
    spoken = t(f"language.{row.language}") if row.language in {"en", "fr"} else absent
    money = figures.get("npv")
    stage = figures.get("stage")
    cells = {
        "language": spoken,
        "status": _status(row, language, t),
        "stage": absent if stage is None else i18n.number(stage, language),
        "index": absent if figures.get("index") is None else i18n.level(figures["index"], language),
        "npv": absent
        if money is None
        else html.escape(i18n.money(money, figures["currency"], language, compact=True)),
        "loss": _chance(figures.get("probability_of_loss"), language, absent),
        "made": i18n.date(dt.datetime.fromisoformat(row.finished).date(), language),
        "documents": _documents(row, t) or absent,
    }
    name = html.escape(row.name or row.source)
    written = "".join(
        f'<td{_numeric(column)} data-title="{t(f"column.{column}")}">{cells[column]}</td>'
        for column in _COLUMNS[1:]
    )
    return f'<tr><th scope="row">{name}</th>{written}</tr>'


def _chance(value: float | None, language: Language, absent: str) -> str:
    """Return a probability, never as certain as 0 or 100 %."""
    if value is None:
        return absent
    if value < 0.01 or value > 0.99:  # what a simulation can tell from certainty
        sign, limit = ("&lt;", 0.01) if value < 0.5 else ("&gt;", 0.99)
        return f"{sign} {i18n.percent(limit, language)}"
    return i18n.percent(value, language)


def _status(row: Row, language: Language, t: Callable[..., str]) -> str:
    said = ""
    if row.error:
        problems = [i18n.describe(parcel.read(problem), language) for problem in row.error["problems"][:2]]
        said = "".join(f'<span class="said">{html.escape(text)}</span>' for text in problems)
    return f'<span><span class="{row.state}">{t(f"status.{row.state}")}</span>{said}</span>'


def _documents(row: Row, t: Callable[..., str]) -> str:
    """Return links to the documents, each with a name that says whose it is."""
    client = row.name or row.source
    links = []
    for path in row.artefacts:
        document = t(f"document.{path.rpartition('.')[2]}")
        label = t("document.of", document=document, client=client)
        links.append(f'<li><a href="{quote(path)}" aria-label="{label}">{document}</a></li>')
    return f"<ul>{''.join(links)}</ul>" if links else ""
