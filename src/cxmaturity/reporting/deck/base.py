"""The presentation to write on: our own look in the client's colours, or the template that the consultant gives."""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

import attrs
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from cxmaturity.charts.colour import blend
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError

WIDTH: Final = 960.0
HEIGHT: Final = 540.0
MARGIN: Final = 46.0
_LIMIT: Final = 40_000_000
_UNPACKED: Final = 400_000_000
_LEAST: Final = (600.0, 400.0)
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_FURNITURE: Final = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_TITLES: Final = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_PANOSE: Final = {"Inter": "02000503000000020004", "DejaVu Sans": "020B0603030804020204"}


@attrs.frozen(kw_only=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Any, Any, Any, Any]:
        """The place as python-pptx wants it: left, top, width, height."""
        return Pt(self.left), Pt(self.top), Pt(self.width), Pt(self.height)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width


@attrs.frozen(kw_only=True)
class Base:
    """A presentation, the layout of its slides, and where things go.

    `ours` is false with a consultant's template: its own design then stays, titles where it puts them. `capitals` says that
    titles are set in capitals.
    """

    presentation: Any
    layout: Any
    title: Box
    body: Box
    footer: Box
    number: Box
    ours: bool
    capitals: bool = False
    largest_title: float = 28.0

    @property
    def width(self) -> float:
        """The width of a slide, in points."""
        return float(Emu(self.presentation.slide_width).pt)

    @property
    def height(self) -> float:
        """The height of a slide, in points."""
        return float(Emu(self.presentation.slide_height).pt)


# --- our own look ---------------------------------------------------------------------------------------------------


def own_base(theme: ChartTheme) -> Base:
    """Return an empty 16:9 presentation whose theme holds the client's colours and our font."""
    presentation: Any = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    for layout in list(presentation.slide_layouts):
        if layout.name not in ("Title Only", "Blank"):
            presentation.slide_layouts.remove(layout)
    layout = next(found for found in presentation.slide_layouts if found.name == "Title Only")
    title = Box(left=MARGIN, top=44, width=WIDTH - 2 * MARGIN, height=70)
    body = Box(left=MARGIN, top=126, width=WIDTH - 2 * MARGIN, height=366)
    footer = Box(left=MARGIN, top=506, width=700, height=18)
    number = Box(left=WIDTH - MARGIN - 60, top=506, width=60, height=18)
    master = presentation.slide_master
    _colour(master, theme)
    _drop_extras(presentation)
    for holder in (master, *presentation.slide_layouts):
        for shape in list(holder.placeholders):
            kind = shape.placeholder_format.type
            if kind == PP_PLACEHOLDER.DATE:
                shape._element.getparent().remove(shape._element)  # noqa: SLF001  # python-pptx has no remove
                continue
            place = {
                PP_PLACEHOLDER.TITLE: title,
                PP_PLACEHOLDER.FOOTER: footer,
                PP_PLACEHOLDER.SLIDE_NUMBER: number,
            }.get(kind, body)
            shape.left, shape.top, shape.width, shape.height = place.emu
    _style_master(master)
    return Base(
        presentation=presentation,
        layout=layout,
        title=title,
        body=body,
        footer=footer,
        number=number,
        ours=True,
    )


def _drop_extras(presentation: Any) -> None:
    """Drop what python-pptx's own sample brings: a thumbnail, printer settings."""
    for owner, kinds in (
        (presentation.part.package, ("/thumbnail",)),
        (presentation.part, ("/printerSettings",)),
    ):
        rels = owner._rels  # noqa: SLF001  # python-pptx offers no other way
        for key, rel in list(rels.items()):
            if rel.reltype.endswith(kinds):
                rels.pop(key)


def _colour(master: Any, theme: ChartTheme) -> None:
    """Write the client's colours and our font into the theme, so that changing the theme changes the deck."""
    part = master.part.part_related_by(RT.THEME)
    root: Any = parse_xml(part.blob)
    colours = {
        "dk1": theme.ink,
        "lt1": theme.paper,
        "dk2": theme.muted,
        "lt2": theme.surface,
        "accent1": theme.primary,
        "accent2": theme.accent,
        **{f"accent{i}": theme.series[i - 2] for i in (3, 4, 5)},
        "accent6": blend(theme.primary, theme.paper, 0.45),
        "hlink": theme.primary_ink,
        "folHlink": theme.muted,
    }
    for name, colour in colours.items():
        slot = root.find(f".//{{{_A}}}clrScheme/{{{_A}}}{name}")
        slot[:] = []
        slot.append(slot.makeelement(f"{{{_A}}}srgbClr", {"val": colour.removeprefix("#")}))
    for kind in ("majorFont", "minorFont"):
        latin = root.find(f".//{{{_A}}}fontScheme/{{{_A}}}{kind}/{{{_A}}}latin")
        latin.set("typeface", theme.font_family)
        latin.set("panose", _PANOSE.get(theme.font_family, "020B0604020202020204"))
    root.set("name", "cxmaturity")
    part._blob = serialize_part_xml(root)  # noqa: SLF001  # python-pptx has no theme


def _style_master(master: Any) -> None:
    """Set titles bold and left, furniture small; draw the band at the left edge."""
    level = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")  # noqa: SLF001
    level.set("algn", "l")
    run = level.find(qn("a:defRPr"))
    run.set("sz", "2600")
    run.set("b", "1")
    for shape in master.placeholders:
        frame = shape.text_frame._txBody.find(qn("a:bodyPr"))  # noqa: SLF001
        for side in ("lIns", "tIns", "rIns", "bIns"):
            frame.set(side, "0")
        if shape.placeholder_format.type == PP_PLACEHOLDER.TITLE:
            frame.set("anchor", "t")
        for style in shape._element.iter(qn("a:lvl1pPr")):  # noqa: SLF001
            if shape.placeholder_format.type in _FURNITURE:
                style.set(
                    "algn", "r" if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER else "l"
                )
                style.find(qn("a:defRPr")).set("sz", "1000")
    band = master.shapes._spTree  # noqa: SLF001  # a master has no add_shape
    band.insert(2, _band())


def _band() -> Any:
    """Return the band at the left edge of every slide, in the client's colour."""
    return parse_xml(
        f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{_A}">'
        '<p:nvSpPr><p:cNvPr id="90" name="Band"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{Pt(10)}" cy="{Pt(HEIGHT)}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


# --- the consultant's template --------------------------------------------------------------------------------------


def template_base(template: bytes) -> Base:
    """Return the template, its slides removed, with the layout that suits slides made of a title and a picture.

    Raises
    ------
    InputError
        ``deck.template``, ``deck.template_size``, ``deck.template_layout``, ``deck.template_shape``.
    """
    _check(template)
    try:
        presentation: Any = Presentation(io.BytesIO(template))
        layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    except (ValueError, KeyError, AttributeError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise _unreadable(type(error).__name__) from error
    _remove_slides(presentation)
    wide, high = float(Emu(presentation.slide_width).pt), float(Emu(presentation.slide_height).pt)
    if wide < _LEAST[0] or high < _LEAST[1]:
        raise InputError.of(
            "deck.template_shape",
            "the slides of the template are {width} by {height} points; at least {least_width} by {least_height} "
            "are needed.",
            hint="Choose a screen format, 16:9 or 4:3, in landscape.",
            width=round(wide),
            height=round(high),
            least_width=round(_LEAST[0]),
            least_height=round(_LEAST[1]),
        )
    layout = _title_only(layouts)
    title = _title_place(layout, wide, high)
    tops: list[float] = [float(Emu(shape.top).pt) for shape in _furniture(layout) if shape.top is not None]
    bottom = min([top for top in tops if top > 0.8 * high] or [0.94 * high])
    left, right = title.left, title.right
    if title.width < 0.6 * wide:
        left, right = 0.05 * wide, 0.95 * wide
    body = Box(left=left, top=title.bottom + 10, width=right - left, height=bottom - 6 - title.bottom - 10)
    style = layout.slide_master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}")  # noqa: SLF001
    size = float(style.get("sz", "2800")) / 100 if style is not None else 28.0
    return Base(
        presentation=presentation,
        layout=layout,
        title=title,
        body=body,
        footer=Box(left=left, top=bottom, width=0.6 * (right - left), height=18),
        number=Box(left=right - 60, top=bottom, width=60, height=18),
        ours=False,
        capitals=style is not None and style.get("cap") == "all",
        largest_title=min(28.0, max(18.0, size)),
    )


def _unreadable(reason: str) -> InputError:
    return InputError.of(
        "deck.template",
        "the template is not a PowerPoint presentation (.pptx) that can be read: {reason}.",
        hint="Open it in PowerPoint and save it again as .pptx, without macros or password.",
        reason=reason,
    )


def _check(template: bytes) -> None:
    """Refuse what is not a plain presentation before any of it is opened."""
    if len(template) > _LIMIT:
        raise InputError.of(
            "deck.template_size",
            "the template weighs {size} MB; at most {limit} MB.",
            hint="Remove the slides and pictures that are not needed.",
            size=round(len(template) / 1e6),
            limit=round(_LIMIT / 1e6),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            entries = archive.infolist()
            types = archive.read("[Content_Types].xml")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise _unreadable("zip") from error
    if sum(entry.file_size for entry in entries) > _UNPACKED:
        raise _unreadable("zip")
    if b"macroEnabled" in types or any(entry.filename.endswith("vbaProject.bin") for entry in entries):
        raise _unreadable("macro")
    if b"presentationml.presentation.main" not in types and b"presentationml.template.main" not in types:
        raise _unreadable("presentationml")


def _remove_slides(presentation: Any) -> None:
    slides = presentation.slides._sldIdLst  # noqa: SLF001  # python-pptx cannot remove a slide
    for entry in list(slides):
        presentation.part.drop_rel(entry.rId)
        slides.remove(entry)
    sections = presentation.element.find(
        ".//{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"
    )
    if sections is not None:  # sections that name removed slides make a file that PowerPoint repairs
        extension = sections.getparent()
        extension.getparent().remove(extension)


def _furniture(layout: Any) -> list[Any]:
    return [shape for shape in layout.placeholders if shape.placeholder_format.type in _FURNITURE]


def _title_only(layouts: list[Any]) -> Any:
    """Return the layout with a title and the fewest other places to fill; a cover counts as a last resort."""

    def rank(layout: Any) -> tuple[int, int]:
        kinds = [shape.placeholder_format.type for shape in layout.placeholders]
        others = sum(kind not in (*_FURNITURE, *_TITLES) for kind in kinds)
        return (others, PP_PLACEHOLDER.CENTER_TITLE in kinds)

    titled = [
        layout
        for layout in layouts
        if any(shape.placeholder_format.type in _TITLES for shape in layout.placeholders)
    ]
    if not titled:
        raise InputError.of(
            "deck.template_layout",
            "the template has no layout with a title.",
            hint="Add a layout 'Title Only' to the slide master.",
        )
    return min(titled, key=rank)


def _title_place(layout: Any, wide: float, high: float) -> Box:
    """Return where the template puts titles, or the top of the slide when it leaves no room for anything else."""
    shape = next(found for found in layout.placeholders if found.placeholder_format.type in _TITLES)
    if shape.width is not None and shape.height is not None:
        place = Box(
            left=float(Emu(shape.left).pt),
            top=float(Emu(shape.top).pt),
            width=float(Emu(shape.width).pt),
            height=float(Emu(shape.height).pt),
        )
        if place.bottom <= 0.4 * high and place.height >= 40 and place.width >= 0.4 * wide and place.top >= 0:
            return place
    return Box(left=0.05 * wide, top=0.05 * high, width=0.9 * wide, height=0.15 * high)
