"""A person's own result as a PDF of one or two pages: the facts of the page, set by the report's own renderer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from cxmaturity.app.pages.own_facts import OwnFacts, Priority, own_drawing, own_facts
from cxmaturity.app.pages.result_chart import Drawing, profile_svg
from cxmaturity.app.pages.result_words import Words
from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.catalog import Catalog
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.i18n import date as said_date
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Column,
    Columns,
    Cover,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Panel,
    Paragraph,
    Table,
    plain,
)
from cxmaturity.reporting.document import Document, Identity, Part
from cxmaturity.store.values import Campaign, Progress


def result_pdf(
    *,
    campaign: Campaign,
    progress: Progress,
    own: AssessmentResult,
    group: AssessmentResult | None,
    catalog: Catalog,
    language: Language,
    as_of: dt.date,
) -> bytes:
    """Return the PDF of one person's result: tagged (PDF/UA-1, PDF/A-2a), the same bytes for the same values.

    Parameters are those of `pages.result.result_page`. Nothing in it says which respondent it is.

    Raises
    ------
    InputError
        ``reporting.pdf`` when the compiler refuses.
    """
    from cxmaturity.reporting.pdf import document_pdf  # only a PDF needs the compiler

    words = Words(language=language, catalog=catalog)
    facts = own_facts(campaign=campaign, progress=progress, own=own, group=group, words=words, as_of=as_of)
    return document_pdf(result_document(facts, words, primary=campaign.plan.primary))


def result_document(facts: OwnFacts, words: Words, *, primary: str | None = None) -> Document:
    """Return the facts as blocks, ready to be set."""
    theme = ChartTheme.from_primary(primary)
    identity = Identity(
        title=words.t("pdf.title"),
        client=facts.client,
        language=words.language,
        as_of=facts.date,
        look=theme.tokens(),
    )
    blocks = tuple(_blocks(facts, words, theme))
    return Document(identity=identity, parts=(Part(id="result", blocks=blocks),), leaflet=True)


def _blocks(facts: OwnFacts, words: Words, theme: ChartTheme) -> Iterator[Block]:
    day = said_date(facts.date, words.language)
    yield Cover(
        client=plain(facts.client),
        title=words.t("title.own"),
        subtitle=words.t("pdf.subtitle", version=plain(facts.version)),
        date=day,
    )
    if not facts.finished:
        yield Paragraph(text=f"**{words.t('own.preview.title')}.** {words.t('own.preview')}")
    yield Heading(text=plain(facts.stage), level=1, anchor="stage")
    yield Paragraph(text=plain(_sentences(facts.stage_meaning, facts.stage_again)))
    yield KeyFigures(
        items=(
            KeyFigure(label=plain(label), value=plain(value), note=plain(note))
            for label, value, note in facts.figures
        )
    )
    if facts.weak_link:
        yield Paragraph(text=plain(facts.weak_link))
    yield Heading(text=words.t("profile.title"), level=1, anchor="profile")
    yield Figure(
        chart=own_chart(own_drawing(facts, words), _rows(facts, words), theme),
        caption=words.t(f"profile.caption{'.group' * (facts.group is not None)}"),
        anchor="figure-profile",
    )
    yield _table(facts, words)
    yield Heading(text=words.t("sure.title"), level=1, anchor="sure")
    yield Bullets(items=(plain(said) for said in facts.sure))
    yield from _lists(facts, words)
    yield from _group(facts, words)
    yield _limits(facts, words)


def _sentences(*said: str) -> str:
    return " ".join(sentence for sentence in said if sentence)


def own_chart(drawing: Drawing, table: ChartTable, theme: ChartTheme) -> Chart:
    """Return the profile as a chart of the report, with its table twin."""
    return Chart(
        title=drawing.title,
        svg=profile_svg(drawing, theme, "print"),
        alt=drawing.alt,
        table=table,
        width_mm=150.0,
    )


def _rows(facts: OwnFacts, words: Words) -> ChartTable:
    group = facts.group is not None
    columns = [words.t("profile.column.question"), words.t("profile.column.own")]
    return ChartTable(
        columns=columns + [words.t("profile.column.group"), words.t("profile.column.verdict")] * group,
        rows=([line.name, line.short] + [line.group_short, line.verdict] * group for line in facts.lines),
    )


def _table(facts: OwnFacts, words: Words) -> Table:
    twin = _rows(facts, words)
    widths = (2.8, 1.9, 1.8, 1.6)
    return Table(
        caption=words.t("profile.table"),
        columns=(
            Column(title=plain(title), width=width)
            for title, width in zip(twin.columns, widths, strict=False)
        ),
        rows=(tuple(plain(cell) for cell in row) for row in twin.rows),
        anchor="table-profile",
    )


def _lists(facts: OwnFacts, words: Words) -> Iterator[Block]:
    yield Heading(text=words.t(f"strengths.title.{len(facts.strengths)}"), level=1, anchor="strengths")
    if facts.strengths:
        yield Bullets(
            items=(
                f"**{plain(found.name)}**, {plain(found.said)}. {plain(found.text)}"
                for found in facts.strengths
            )
        )
    else:
        yield Paragraph(text=plain(facts.strengths_note))
    yield Heading(text=words.t(f"priorities.title.{len(facts.priorities)}"), level=1, anchor="priorities")
    for found in facts.priorities:
        yield Panel(title=plain(f"{found.name} · {found.said}"), blocks=tuple(_steps(found, words)))
    note = _sentences(facts.priorities_note, facts.find_out)
    if note:
        yield Paragraph(text=plain(note), tone="note" if facts.priorities else "body")


def _steps(found: Priority, words: Words) -> Iterator[Block]:
    yield _step(found.next_level, found.advice, words)
    for key, said in (("priorities.proof", found.proof), ("priorities.lead_noted", found.lead)):
        if said:
            yield _step(words.t(key), said, words)


def _step(head: str, said: str, words: Words) -> Paragraph:
    colon = "\N{NO-BREAK SPACE}: " if words.language == "fr" else ": "
    return Paragraph(text=f"**{plain(head)}**{colon}{plain(said)}")


def _group(facts: OwnFacts, words: Words) -> Iterator[Block]:
    yield Heading(text=words.t("group.title"), level=1, anchor="group")
    if facts.group is None:
        yield Paragraph(text=facts.group_later)
        return
    found = facts.group
    yield Paragraph(text=plain(_sentences(found.stage, found.index, found.people)))
    if facts.differs:
        yield Paragraph(text=plain(_sentences(*facts.differs)))
    yield Paragraph(text=plain(_sentences(*found.notes, words.t("group.update"))), tone="note")


def _limits(facts: OwnFacts, words: Words) -> Columns:
    def panel(anchor: str, key: str, items: tuple[str, ...]) -> tuple[Block, ...]:
        heading = Heading(text=words.t(f"{key}.title"), level=2, anchor=anchor)
        return (heading, Bullets(items=(plain(item) for item in items)))

    return Columns(
        columns=(
            panel("says", "says", facts.says),
            panel("says-not", "says_not", facts.says_not),
        )
    )
