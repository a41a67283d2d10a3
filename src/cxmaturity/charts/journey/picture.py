"""The finished picture of a journey: one SVG, its words for those who do not see it, its geometry for slides and tests."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.charts.chart import ChartTable
from cxmaturity.charts.journey.layout import Layout, lay_out
from cxmaturity.charts.journey.look import SHEETS, Look, Size
from cxmaturity.charts.journey.scene import Box, Group, Path, Rect, Text, TextBox
from cxmaturity.charts.journey.sheet import Content, content, summarised
from cxmaturity.charts.journey.svg import to_svg
from cxmaturity.charts.journey.symbols import GRID
from cxmaturity.charts.journey.twin import alt_of, table_of, title_of
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import Language
from cxmaturity.journey.results import LEAST_GROUP, AtlasResult


@attrs.frozen(kw_only=True)
class Place:
    """Where a thing is on the sheet, in millimetres: `kind` is lane, stage, event (its column), card or point; `id` its id."""

    kind: str
    id: str
    box: Box


@attrs.frozen(kw_only=True)
class MapPicture:
    """One journey, drawn.

    Parameters
    ----------
    title, alt : str
        What it is, and what it shows in full sentences.
    svg : str
        One ``<svg>`` element: text as text, presentation attributes only, no style sheet, no script, no address. Layers are
        ``<g class="layer-...">``; each event's parts carry ``class="event ..."`` and data attributes, lists separated by spaces.
    width_mm, height_mm : float
        The sheet.
    table : ChartTable
        The same as text, one row per event.
    footnotes : tuple of str
        What did not fit where it belongs, note 1 first; the last `notes_left_out` of them are not on the sheet.
    boxes : tuple of TextBox
        Every paragraph with the room that it had.
    places : tuple of Place
        Lanes, stages and the column of each event.
    """

    title: str
    svg: str = attrs.field(repr=False)
    width_mm: float
    height_mm: float
    alt: str
    table: ChartTable = attrs.field(repr=False)
    footnotes: tuple[str, ...] = ()
    notes_left_out: int = 0
    boxes: tuple[TextBox, ...] = attrs.field(default=(), repr=False)
    places: tuple[Place, ...] = attrs.field(default=(), repr=False)
    scene: Group = attrs.field(repr=False, factory=Group)
    scale: float = 1.0


def draw_map(
    result: AtlasResult,
    journey: str,
    *,
    persona: str | None = None,
    catalog: Catalog,
    language: Language,
    theme: ChartTheme,
    size: Size = "a3",
    beside: str | None = None,
    least_group: int = LEAST_GROUP,
) -> MapPicture:
    """Draw one journey as a poster, or as a summary for one slide.

    Parameters
    ----------
    result : AtlasResult
        What `journey.analyse` returned.
    journey, persona : str, str or None
        Which journey; whose. None draws the first persona, with the curves of the others over it.
    catalog : Catalog
        Names of channels, functions and benefits.
    language : {"en", "fr"}
        Of every word.
    theme : ChartTheme
        Of the client.
    size : {"a3", "a1", "wide", "report"}
        A3 or A1 landscape, a 16:9 slide with at most seven stages, or the same summary as a figure of the report.
    beside : str, optional
        A journey whose curve is laid under this one; None takes `Journey.compared_with`, "" none.
    least_group : int, optional
        What functions said of an event is left out when one of them is fewer people: `assessment.privacy.threshold`.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id``: an unknown journey, persona or size.
    """
    if size not in SHEETS:
        raise UnknownIdError.from_name("size", size, SHEETS)
    said = content(
        result,
        journey,
        persona=persona,
        catalog=catalog,
        language=language,
        beside=beside,
        least_group=least_group,
    )
    sheet = SHEETS[size]
    brief = size in {"wide", "report"}
    looks = tuple(Look(sheet=sheet, scale=scale, theme=theme, summary=brief) for scale in sheet.scales)
    layout = lay_out(summarised(said) if brief else said, looks)
    return _picture(said, layout, theme)


def _picture(said: Content, layout: Layout, theme: ChartTheme) -> MapPicture:
    sheet = layout.look.sheet
    title, alt = title_of(said), alt_of(said)
    svg = to_svg(
        layout.scene,
        width=sheet.width,
        height=sheet.height,
        title=title,
        alt=alt,
        language=said.language,
        theme=theme,
    )
    return MapPicture(
        title=title,
        svg=svg,
        width_mm=sheet.width,
        height_mm=sheet.height,
        alt=alt,
        table=table_of(said),
        footnotes=layout.notes,
        notes_left_out=layout.left_out,
        boxes=tuple(_box(text) for text in layout.scene.texts()),
        places=_places(layout),
        scene=layout.scene,
        scale=layout.look.scale,
    )


def _box(text: Text) -> TextBox:
    return TextBox(
        text=" ".join(text.lines),
        box=text.box,
        within=text.within,
        size_pt=text.size,
        fill=text.fill,
        ground=text.ground,
    )


def _places(layout: Layout) -> tuple[Place, ...]:
    lanes = tuple(Place(kind="lane", id=lane.key, box=lane.box) for lane in layout.lanes)
    top, bottom = layout.lanes[0].box.y, layout.lanes[-1].box.bottom
    stages = tuple(
        Place(
            kind="stage", id=span.column.id, box=Box(x=span.x, y=top, width=span.width, height=bottom - top)
        )
        for span in layout.grid.spans
    )
    events = tuple(
        Place(
            kind="event",
            id=cell.step.event.id,
            box=Box(x=cell.x, y=top, width=cell.width, height=bottom - top),
        )
        for cell in layout.grid.cells
    )
    return (*lanes, *stages, *events, *_parts(layout.scene))


def _parts(group: Group) -> Iterator[Place]:
    """Yield the places of cards and of points of the curve."""
    for item in group.items:
        if not isinstance(item, Group):
            continue
        kind = {"event card": "card", "event point": "point"}.get(item.classes, "")
        if kind:
            first, last = item.items[0], item.items[-1]
            name = dict(item.data)["data-event"]
            if isinstance(first, Rect):
                yield Place(kind=kind, id=name, box=first.box)
            elif isinstance(last, Path):
                side = last.scale * GRID
                yield Place(kind=kind, id=name, box=Box(x=last.x, y=last.y, width=side, height=side))
        yield from _parts(item)
