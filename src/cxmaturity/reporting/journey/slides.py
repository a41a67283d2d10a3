"""The journey as slides of native, editable shapes: overview, stages, moments of truth with their reasons, promises.

Nothing is a picture but the client's logo. A consultant's template keeps its own design, as in the deck of the diagnostic.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Final

import attrs
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from cxmaturity import i18n
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.journey.results import AtlasResult, JourneyResult
from cxmaturity.reporting.deck import frame, metrics, paint
from cxmaturity.reporting.deck.base import Base, Box, own_base, template_base
from cxmaturity.reporting.deck.package import name_package, to_bytes
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.deck.values import Grid
from cxmaturity.reporting.inline import clean, plain
from cxmaturity.reporting.journey.facts import EventFacts, JourneyFacts, journey_facts
from cxmaturity.reporting.journey.names import Names
from cxmaturity.reporting.journey.slide_overview import overview
from cxmaturity.reporting.journey.slide_shapes import close_groups, describe
from cxmaturity.reporting.journey.slide_stage import draw_stage, plan_stage

_MOMENTS: Final = 6
_MISSED: Final = ("broken", "below")
_WEAK: Final = -0.25
"""Valence from which a stage has something to say about its lowest event."""
_READABLE: Final = 18.0
"""A title that says the finding must stand at this size at least, else the name of the stage stands alone."""
_NOTE: Final = 24.0


@attrs.frozen(kw_only=True)
class _Deck:
    """What every slide needs."""

    base: Base
    facts: JourneyFacts
    found: JourneyResult
    names: Names
    theme: ChartTheme
    client: str
    note: str
    as_of: dt.date
    logo: tuple[bytes, str] | None

    @property
    def title(self) -> Box:
        """The room of a title: in our own look one line is enough, stages have short names."""
        return attrs.evolve(self.base.title, height=40.0) if self.base.ours else self.base.title

    @property
    def body(self) -> Box:
        """The room under the title, without the line that says what is invented."""
        whole = self.base.body
        top = self.title.bottom + 12 if self.base.ours else whole.top
        return attrs.evolve(whole, top=top, height=whole.bottom - top - (_NOTE if self.note else 0.0))

    @property
    def moments(self) -> tuple[EventFacts, ...]:
        """The moments of truth, the strongest first."""
        said = {event.id: event for event in self.facts.events}
        return tuple(said[event.event] for event in self.found.moments if event.event in said)


def map_slides(
    result: AtlasResult,
    found: JourneyResult,
    names: Names,
    *,
    theme: ChartTheme,
    as_of: dt.date,
    template: bytes | None = None,
    logo: tuple[bytes, str] | None = None,
) -> bytes:
    """Return the slides of one journey as one persona lives it.

    Parameters
    ----------
    result : AtlasResult
        For the client and the atlas.
    found : JourneyResult
        The journey and the persona.
    names : Names
        Words in the language of the slides.
    theme : ChartTheme
        Colours; a template's own are used instead where they decide.
    as_of : datetime.date
        The date in the footer and in the file's properties.
    template : bytes, optional
        A ``.pptx`` of the consultant: its design is used, its slides are not.
    logo : (bytes, str), optional
        A PNG and what it shows, for the first slide of our own look.

    Returns
    -------
    bytes
        A ``.pptx``; the same arguments give the same bytes.

    Raises
    ------
    InputError
        ``deck.template*`` when the template cannot be used.
    """
    deck = _Deck(
        base=own_base(theme) if template is None else template_base(template),
        facts=journey_facts(result, found, names),
        found=found,
        names=names,
        theme=theme,
        client=result.atlas.client,
        note=result.atlas.note.of(names.language),
        as_of=as_of,
        logo=logo,
    )
    _overview(deck)
    _stages(deck)
    _moments(deck)
    _promises(deck)
    for slide in deck.base.presentation.slides:
        close_groups(slide)
    name_package(
        deck.base.presentation,
        title=names.word("title", title=deck.facts.title),
        subject=deck.facts.subtitle,
        as_of=as_of,
        language=names.language,
    )
    return to_bytes(deck.base.presentation)


def _slide(
    deck: _Deck, title: str, kicker: str, notes: Sequence[str], *, short: str | None = None, plainly: str = ""
) -> Canvas:
    """Add a slide with its title, what stands above it, its footer, its notes.

    A template gets `short` behind the title (what stands above it when None); `plainly` is the title where the whole sentence
    would stand too small.
    """
    base = deck.base
    canvas = Canvas(
        slide=base.presentation.slides.add_slide(base.layout),
        base=base,
        theme=deck.theme,
        language=deck.names.language,
    )
    behind = kicker if short is None else short
    sizes = [float(size) for size in frame.TITLE_SIZES if size <= base.largest_title]
    for said in (title, plainly or title):
        text = plain(said if base.ours or not behind else f"{said} ({behind})")
        measured = text.upper() if base.capitals else text
        size, kept = metrics.fit((measured,), frame.title_room(base, deck.title), sizes, bold=True)
        if size >= min(_READABLE, sizes[0]) and kept == (measured,):
            break
    frame.set_title(canvas, text, deck.title, size)
    frame.clear_placeholders(canvas)
    if base.ours and kicker:
        room = base.title.width - (200 if deck.logo else 0)
        paint.text_box(
            canvas,
            Box(left=base.title.left, top=22, width=room, height=16),
            (plain(kicker),),
            (12, 11, 10, 9, 8),
            name="Kicker",
            bold=True,
            tone="primary_ink",
        )
    if deck.note:
        _note(canvas, deck)
    number = len(base.presentation.slides)
    said = clean(f"{deck.client} – {i18n.date(deck.as_of, deck.names.language)}")
    frame.furniture(canvas, said=(said, clean(deck.client)), number=number)
    canvas.slide.notes_slide.notes_text_frame.text = "\n".join(clean(line) for line in notes)
    return canvas


def _note(canvas: Canvas, deck: _Deck) -> None:
    """Say under everything what is invented."""
    whole = deck.base.body
    paint.text_box(
        canvas,
        Box(left=whole.left, top=whole.bottom - _NOTE + 2, width=whole.width, height=_NOTE - 2),
        (plain(deck.note),),
        (9, 8),
        name="Note",
        tone="muted",
        anchor=MSO_ANCHOR.BOTTOM,
    )


def _overview(deck: _Deck) -> None:
    facts = deck.facts
    notes = [facts.subtitle, *(f"{label}: {value} ({note})" for label, value, note in facts.scores)]
    if facts.warning:
        notes.append(facts.warning)
    canvas = _slide(deck, facts.title, facts.subtitle, notes, short=deck.names.persona(facts.persona))
    if deck.base.ours and deck.logo is not None:
        _logo(canvas, deck.logo)
    overview(canvas, deck.body, facts, deck.found, deck.names)


def _logo(canvas: Canvas, logo: tuple[bytes, str]) -> None:
    picture, alt = logo
    base = canvas.base
    shape = canvas.slide.shapes.add_picture(io.BytesIO(picture), Pt(0), Pt(14), height=Pt(30))
    if shape.width > Pt(190):
        shape.height = int(shape.height * Pt(190) / shape.width)
        shape.width = Pt(190)
    shape.left = Pt(base.title.right) - shape.width
    shape.name = "Logo"
    describe(shape, alt)


def _stages(deck: _Deck) -> None:
    facts, names = deck.facts, deck.names
    total = len(facts.stages)
    for number, (stage, name) in enumerate(facts.stages, start=1):
        events = facts.of_stage(stage)
        if not events:
            continue
        plan = plan_stage(events, (deck.body.width, deck.body.height), names)
        parts = len(plan.slides)
        for part, shown in enumerate(plan.slides, start=1):
            kicker = names.word("slide.stage", number=number, total=total)
            if parts > 1:
                kicker = names.word("slide.stage.part", number=number, total=total, part=part, parts=parts)
            notes = [line for event in shown for line in _said(event, names)]
            canvas = _slide(deck, _finding(name, events, names), kicker, notes, plainly=name)
            draw_stage(canvas, deck.body, shown, plan.size, names)


def _finding(stage: str, events: Sequence[EventFacts], names: Names) -> str:
    """Say what a stage shows: its moment of truth, else where it is felt worst; its name alone where nothing is known."""
    moments = [event for event in events if event.moment]
    if len(moments) == 1:
        return names.word("slide.stage.moment", stage=stage, action=moments[0].action)
    known = [event for event in events if event.valence is not None]
    if moments:
        return names.word("slide.stage.moments", stage=stage, n=len(moments))
    if not known or known[0].felt != "lived":
        return stage
    worst = min(known, key=lambda event: event.valence or 0.0)
    if (worst.valence or 0.0) > _WEAK:
        return stage
    value = i18n.number(worst.valence, names.language, 1, signed=True)
    return names.word("slide.stage.worst", stage=stage, action=worst.action, value=value)


def _moments(deck: _Deck) -> None:
    """Set the moments of truth with their reasons; without any there is no slide, the overview says so."""
    names = deck.names
    moments = deck.moments
    if not moments:
        return
    title = names.word("slide.moments.first", n=len(moments), action=moments[0].action)
    notes = [line for event in moments for line in (*_said(event, names),)]
    canvas = _slide(deck, title, deck.facts.title, notes, short="", plainly=names.word("slide.moments"))
    rows = tuple(
        (
            str(event.number),
            plain(f"{event.action} ({event.stage})"),
            plain(event.measured),
            plain(". ".join(event.reasons)),
            plain(". ".join(item.text for item in event.opportunities)),
        )
        for event in moments[:_MOMENTS]
    )
    keys = ("slide.lane.event", "slide.lane.lived", "head.signs", "slide.lane.ideas")
    grid = Grid(
        columns=("", *(names.word(key) for key in keys)),
        rows=rows,
        widths=(0.3, 1.7, 1.3, 3.1, 2.1),
        sides=("left",) * 5,
        caption="",
    )
    paint.grid(canvas, deck.body, grid, (14, 13, 12, 11, 10, 9))


def _promises(deck: _Deck) -> None:
    """Set each promise with what is lived where it should be kept, the least kept first."""
    names, promises = deck.names, deck.facts.promises
    if not promises:
        return
    missed = sum(it.verdict in _MISSED for it in promises)
    title = names.word(
        "slide.promises.missed" if missed else "slide.promises.none", n=missed, total=len(promises)
    )
    notes = [f"{it.text}: {it.said}" for it in promises]
    canvas = _slide(deck, title, deck.facts.title, notes, short="", plainly=names.word("slide.promises"))
    rows = tuple(
        (
            plain(it.text),
            plain(it.said),
            ", ".join(str(number) for number in it.events),
            plain(it.worst),
        )
        for it in promises
    )
    keys = ("slide.lane.promised", "slide.promises.kept", "slide.promises.events", "slide.promises.worst")
    grid = Grid(
        columns=tuple(names.word(key) for key in keys),
        rows=rows,
        widths=(2.4, 2.1, 1.2, 2.4),
        sides=("left",) * 4,
        caption="",
    )
    whole = deck.body
    how = plain(names.word("slide.promises.how"))
    high = metrics.height((how,), whole.width, 11) + 2
    paint.grid(
        canvas, attrs.evolve(whole, height=whole.height - high - 10), grid, (16, 15, 14, 13, 12, 11, 10, 9)
    )
    foot = attrs.evolve(whole, top=whole.bottom - high, height=high)
    paint.text_box(canvas, foot, (how,), (11,), name="Legend", tone="muted")


def _said(event: EventFacts, names: Names) -> Iterator[str]:
    """Yield everything that is known of an event, for the notes: nothing is lost where a slide is short."""
    yield f"{event.number}. {event.action} ({event.channel}, {event.who})"
    yield event.level
    for measure in event.measures:
        yield f"- {measure.metric}: {measure.value}; {measure.n}; {measure.date}; {measure.source}"
    for reason in event.reasons:
        yield f"- {reason}"
    for pain in event.pains:
        yield f"- {names.word('head.pains')}: {pain.text} {pain.quote} ({pain.source})"
    for item in event.opportunities:
        yield f"- {names.word('head.opportunities')}: {item.text} ({', '.join(item.details)})"
        yield from (f"  - {behind}" for behind in item.feedback)
    yield from (f"- {label}: {value}" for label, value in event.rows)
    yield ""
