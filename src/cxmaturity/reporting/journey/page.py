"""One page that works from a file with the network off: the map inlined, its evidence, its table, its script.

Everything is in the file: fonts, style, script, picture. The policy in its head lets only these very bytes run and nothing be
asked of anybody. Without scripts the picture, the table and all the evidence are there to read.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.charts.chart import ChartTable
from cxmaturity.charts.colour import reach_contrast
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.journey.results import AtlasResult
from cxmaturity.reporting.fonts import font_faces
from cxmaturity.reporting.html import escape
from cxmaturity.reporting.journey.facts import EventFacts, JourneyFacts, OpportunityFacts, PainFacts
from cxmaturity.reporting.journey.names import Names
from cxmaturity.reporting.journey.pictures import Picture

_NIGHT: Final = (
    "--accent:#F0986B;--good:#55C4A5;--warning:#E2B04A;--bad:#F08E79;--ink:#EDF1F5;--muted:#A8B4C0;"
    "--rule:#324050;--edge:#7F8D9B;--paper:#1A242E;--surface:#10171E;--primary-soft:#27404F"
)
"""The night colours of the screens (app/static/tokens.css)."""
_NIGHT_PAPER: Final = "#1A242E"


@attrs.frozen(kw_only=True)
class Sheet:
    """What one page shows: a picture and its facts for each persona, words for the script."""

    pictures: tuple[Picture, ...]
    facts: tuple[JourneyFacts, ...]
    words: dict[str, Any]


@cache
def static(name: str) -> str:
    """Return one of the files that travel with the page."""
    return files("cxmaturity.reporting.journey").joinpath("static", name).read_text(encoding="utf-8")


def map_page(result: AtlasResult, sheet: Sheet, names: Names, theme: ChartTheme, as_of: dt.date) -> str:
    """Return the page of one journey as HTML.

    Parameters
    ----------
    result : AtlasResult
        For the client, the note about invented figures and the sources.
    sheet : Sheet
        What is shown.
    names : Names
        Words in the language of the page.
    theme : ChartTheme
        Colours and font.
    as_of : datetime.date
        The date in the foot.
    """
    facts, word = sheet.facts[0], names.word
    style = _style(theme)
    script = _script()
    client = result.atlas.client
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{names.language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f'<meta name="description" content="{escape(word("description", client=client, title=facts.title))}">',
            f"<title>{escape(word('title', title=facts.title))} · {escape(client)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            f'<a class="skip" href="#map">{escape(word("skip"))}</a>',
            '<div class="wrap">',
            _header(result, sheet.facts, names),
            "<main>",
            f'<p class="hint" data-hint hidden>{escape(word("map.hint"))} <span>{escape(word("map.keys"))}</span></p>',
            _board(sheet, names),
            *(_twin(*pair, names) for pair in zip(sheet.pictures, sheet.facts, strict=True)),
            _about(result, facts, names),
            "</main>",
            f"<footer>{escape(word('footer', client=client, date=i18n.date(as_of, names.language)))}</footer>",
            "</div>",
            f'<script type="application/json" id="map-words">{_json(sheet.words)}</script>',
            f'<script type="module">{script}</script>',
            "</body>",
            "</html>",
            "",
        )
    )


# --- what makes it safe and self-contained --------------------------------------------------------------------------


def _policy(style: str, script: str) -> str:
    """Return the policy: these bytes of style and script, pictures and fonts in the file, nothing else at all."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _json(value: Any) -> str:
    """Return JSON that no ``</script>`` in a name can leave."""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _script() -> str:
    return f"\n{static('map.js')}\n{static('page.js')}"


def _style(theme: ChartTheme) -> str:
    tokens = ";".join(
        f"--{name.replace('_', '-')}:{value}"
        for name, value in sorted(theme.tokens().items())
        if name != "font_family"
    )
    night = reach_contrast(theme.brand, _NIGHT_PAPER, 4.5)
    rules = re.sub(r"/\*.*?\*/", "", f"{static('map.css')}\n{static('page.css')}", flags=re.DOTALL)
    return "\n".join(
        (
            font_faces(theme.font_family),
            f":root{{color-scheme:light dark;{tokens};--edge:#75818E;--font:{theme.font_stack}}}",
            (
                "@media screen and (prefers-color-scheme:dark){"
                f":root{{{_NIGHT};--primary:{night};--primary-ink:{night}}}}}"
            ),
            rules.strip(),
        )
    )


# --- parts of the page ----------------------------------------------------------------------------------------------


def _header(result: AtlasResult, facts: Sequence[JourneyFacts], names: Names) -> str:
    """Return title and scores; with several personas the script shows those of the one whose map is shown."""
    atlas = result.atlas
    note = f'<p class="invented">{escape(names.typed(atlas.note))}</p>' if atlas.note else ""
    subtitles = "".join(
        f'<p class="subtitle" data-persona-part="{escape(one.persona)}">{escape(one.subtitle)}</p>'
        for one in facts
    )
    return (
        f'<header><div><p class="client">{escape(atlas.client)}</p><h1>{escape(facts[0].title)}</h1>'
        f'{subtitles}{note}</div><div><h2 class="unseen">{escape(names.word("scores"))}</h2>'
        f"{''.join(_scores(one, names, several=len(facts) > 1) for one in facts)}</div></header>"
    )


def _scores(facts: JourneyFacts, names: Names, *, several: bool) -> str:
    scores = "".join(
        f'<div><dt>{escape(label)}</dt><dd class="value">{escape(value)}</dd></div>'
        for label, value, _ in facts.scores
    )
    warning = f'<p class="warning">{escape(facts.warning)}</p>' if facts.warning else ""
    name = f'<p class="whose">{escape(names.persona(facts.persona))}</p>' if several else ""
    return f'<div data-persona-part="{escape(facts.persona)}">{name}<dl class="scores">{scores}</dl>{warning}</div>'


def _board(sheet: Sheet, names: Names) -> str:
    """Return a sheet per persona, of which the script shows the first and offers the others, and the evidence beside."""
    several = len(sheet.facts) > 1
    sheets = ""
    for picture, facts in zip(sheet.pictures, sheet.facts, strict=True):
        title = escape(_titled(facts, names, several=several))
        persona = f' data-persona="{escape(facts.persona)}"' if facts.persona else ""
        sheets += f'<div data-map-sheet{persona} role="region" tabindex="0" aria-label="{title}">{picture.svg}</div>'
    return (
        f'<div id="map" class="cxm-map"><div data-map-tools hidden></div><div class="board">'
        f'<div class="sheets">{sheets}</div>{_panel(sheet.facts, names)}</div></div>'
    )


def _titled(facts: JourneyFacts, names: Names, *, several: bool) -> str:
    title = names.word("map", title=facts.title)
    return f"{title}, {names.persona(facts.persona)}" if several else title


def _panel(facts: Sequence[JourneyFacts], names: Names) -> str:
    word = names.word
    several = len(facts) > 1
    blocks = ""
    for one in facts:
        name = names.word("persona", name=names.persona(one.persona))
        head = f"<h3>{escape(name)}</h3>" if several else ""
        articles = "\n".join(_article(event, one.persona, names) for event in one.events)
        blocks += f'<div class="of-persona">{head}{articles}</div>'
    step = "".join(
        f'<button type="button" data-go="{go}" aria-label="{escape(word(key))}">{sign}</button>'
        for go, key, sign in (("-1", "previous", "←"), ("1", "next", "→"))
    )
    return (
        f'<section class="panel" id="evidence" aria-labelledby="evidence-title">'
        f'<h2 class="unseen" id="evidence-title">{escape(word("evidence"))}</h2>'
        f'<div class="panel-bar" hidden>{step}<button type="button" data-close>{escape(word("close"))}</button></div>'
        f"{blocks}</section>"
    )


def _article(event: EventFacts, persona: str, names: Names) -> str:
    word = names.word
    badges = [f'<li class="moment">{escape(word("event.moment"))}</li>'] if event.moment else []
    if event.grade:
        said = word("event.grade", grade=event.grade_name, note=word(f"grade.{event.grade}.note"))
        badges.append(f'<li class="grade-{event.grade}">{escape(said)}</li>')
    where = word("event.where", stage=event.stage, channel=event.channel)
    return (
        f'<article data-of="{escape(event.id)}" data-for="{escape(persona)}">'
        f'<p class="number">{escape(word("event.number", number=i18n.number(event.number, names.language)))}'
        f' <span class="id">{escape(word("event.id"))} <code>{escape(event.id)}</code></span></p>'
        f'<h3 tabindex="-1">{escape(event.action)}</h3><p class="about">{escape(where)}</p>'
        + (f'<ul class="badges">{"".join(badges)}</ul>' if badges else "")
        + f'<p class="level">{escape(event.level)}</p>'
        + _measures(event, names)
        + _listing(
            word("head.reasons" if event.moment else "head.signs"), (escape(it) for it in event.reasons)
        )
        + _listing(word("head.functions"), (escape(line) for line in event.functions))
        + _listing(word("head.pains"), (_pain(pain) for pain in event.pains))
        + _listing(word("head.opportunities"), (_opportunity(item, names) for item in event.opportunities))
        + _rows(event, names)
        + "</article>"
    )


def _listing(title: str, items: Iterable[str]) -> str:
    written = "".join(f"<li>{item}</li>" for item in items)
    return f'<h4>{escape(title)}</h4><ul class="list">{written}</ul>' if written else ""


def _measures(event: EventFacts, names: Names) -> str:
    title = escape(names.word("head.measures"))
    if not event.measures:
        return f'<h4>{title}</h4><p class="about">{escape(names.word("measure.none"))}</p>'
    written = ""
    for it in event.measures:
        about = f"{it.n}, {it.date}, {it.source}"
        mark = f' <span class="on-map">{escape(names.word("measure.shown"))}</span>' if it.shown else ""
        written += (
            f"<li>{escape(it.metric)} <strong>{escape(it.value)}</strong>{mark}"
            f'<p class="about">{escape(about)}</p></li>'
        )
    return f'<h4>{title}</h4><ul class="list measures">{written}</ul>'


def _pain(pain: PainFacts) -> str:
    quote = f' <span class="quote">{escape(pain.quote)}</span>' if pain.quote else ""
    return f'{escape(pain.text)}{quote} <span class="about">{escape(pain.source)}</span>'


def _opportunity(item: OpportunityFacts, names: Names) -> str:
    details = f' <span class="about">{escape(", ".join(item.details))}</span>' if item.details else ""
    if not item.feedback:
        return f'{escape(item.text)}{details}<p class="about">{escape(names.word("opportunity.no_feedback"))}</p>'
    behind = "".join(f"<li>{escape(one)}</li>" for one in item.feedback)
    lead = escape(names.word("opportunity.feedback"))
    return f'{escape(item.text)}{details}<p class="about">{lead}</p><ul class="list">{behind}</ul>'


def _rows(event: EventFacts, names: Names) -> str:
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in event.rows)
    return f'<h4>{escape(names.word("head.more"))}</h4><dl class="rows">{rows}</dl>' if rows else ""


def _table(table: ChartTable, title: str) -> str:
    """Set a table that names its roles: on a phone its rows become cards and are no longer shown as one."""
    longest = [max((len(row[index]) for row in table.rows), default=0) for index in range(len(table.columns))]
    kinds = ["long" if length > 60 else "wide" if length > 18 else "" for length in longest]
    head = "".join(
        f'<th scope="col" role="columnheader" class="{kind}">{escape(column)}</th>'
        for column, kind in zip(table.columns, kinds, strict=True)
    )
    body = ""
    for row in table.rows:
        cells = f'<th scope="row" role="rowheader">{escape(row[0])}</th>' + "".join(
            f'<td role="cell" data-column="{escape(column)}">{escape(cell)}</td>'
            for column, cell in zip(table.columns[1:], row[1:], strict=True)
        )
        body += f'<tr role="row">{cells}</tr>'
    return (
        f'<table role="table" aria-label="{title}"><thead role="rowgroup"><tr role="row">{head}</tr>'
        f'</thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def _twin(picture: Picture, facts: JourneyFacts, names: Names) -> str:
    """Return the table that says the same as a picture."""
    anchor = f"twin-{facts.persona}" if facts.persona else "twin"
    title = names.word("table")
    if facts.persona:
        title = f"{title}, {names.persona(facts.persona)}"
    notes = "".join(f"<li>{escape(note)}</li>" for note in picture.footnotes)
    listed = f'<h3>{escape(names.word("notes"))}</h3><ol class="notes">{notes}</ol>' if notes else ""
    return (
        f'<section class="twin" aria-labelledby="{escape(anchor)}"><details open><summary>'
        f'<h2 id="{escape(anchor)}">{escape(title)}</h2></summary>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(names.word("table.scroll", title=title))}">'
        f"{_table(picture.table, escape(title))}</div>{listed}</details></section>"
    )


def _about(result: AtlasResult, facts: JourneyFacts, names: Names) -> str:
    """Say how the scores are read and what the facts rest on."""
    scores = "".join(f"<dt>{escape(label)}</dt><dd>{escape(note)}</dd>" for label, _, note in facts.scores)
    sources = "".join(f"<li>{escape(names.typed(source))}</li>" for source in result.atlas.sources)
    listed = f"<h2>{escape(names.word('sources'))}</h2><ul>{sources}</ul>" if sources else ""
    return (
        f'<section class="about-figures"><h2>{escape(names.word("scores.how"))}</h2><dl class="rows">{scores}</dl>'
        f"{listed}</section>"
    )
