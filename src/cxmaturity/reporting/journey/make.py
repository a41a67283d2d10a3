"""Every document of a map at once: SVG, PDF and PNG posters, the page and the slides; made whole, then written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, get_args

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.journey.results import LEAST_GROUP, AtlasResult, JourneyResult
from cxmaturity.reporting.journey.facts import JourneyFacts, journey_facts
from cxmaturity.reporting.journey.names import Names
from cxmaturity.reporting.journey.pictures import SIZES, Draw, Picture, Size, drawer
from cxmaturity.reporting.output import write_all_whole

Format = Literal["svg", "pdf", "png", "html", "pptx"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
_SIZED: Final = ("svg", "pdf", "png")


@attrs.frozen(kw_only=True)
class Logo:
    """The client's logo for the slides: a PNG, and what it shows."""

    data: bytes = attrs.field(repr=False)
    alt: str = ""


def make_maps(
    result: AtlasResult,
    *,
    catalog: Catalog,
    as_of: dt.date,
    out: Path,
    journeys: Iterable[str] = (),
    formats: Iterable[str] = FORMATS,
    languages: Iterable[Language] = (),
    sizes: Iterable[str] = SIZES,
    theme: ChartTheme | None = None,
    template: bytes | None = None,
    logo: Logo | None = None,
    least_group: int = LEAST_GROUP,
) -> tuple[Path, ...]:
    """Draw the maps of an atlas and write them in a folder, all or none.

    Parameters
    ----------
    result : AtlasResult
        What was analysed.
    catalog : Catalog
        Names of channels and benefits.
    as_of : datetime.date
        The date of the documents.
    out : Path
        The folder; made when it is not there.
    journeys : iterable of str, optional
        Which journeys; all of them when empty.
    formats : iterable of {"svg", "pdf", "png", "html", "pptx"}, optional
        Which documents.
    languages : iterable of {"en", "fr"}, optional
        In which languages; the atlas's own when empty.
    sizes : iterable of {"a3", "a1", "wide"}, optional
        Sheets of the posters.
    theme : ChartTheme, optional
        Colours; the house's own when absent.
    template : bytes, optional
        A ``.pptx`` whose look the slides take.
    logo : Logo, optional
        For the first slide.
    least_group : int, optional
        The fewest people of a function whose scores may be shown: `assessment.privacy.threshold` of the engagement.

    Returns
    -------
    tuple of Path
        What was written, in order.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for an unknown journey, format, size or language.
    InputError
        ``deck.template*``, ``reporting.pdf``.
    FileError
        ``reporting.unwritable``.
    """
    documents = draw_maps(
        result,
        catalog=catalog,
        as_of=as_of,
        journeys=journeys,
        formats=formats,
        languages=languages,
        sizes=sizes,
        theme=theme,
        template=template,
        logo=logo,
        least_group=least_group,
    )
    files = {out / name: data for name, data in documents.items()}
    write_all_whole(files)
    return tuple(files)


def draw_maps(
    result: AtlasResult,
    *,
    catalog: Catalog,
    as_of: dt.date,
    journeys: Iterable[str] = (),
    formats: Iterable[str] = FORMATS,
    languages: Iterable[Language] = (),
    sizes: Iterable[str] = SIZES,
    theme: ChartTheme | None = None,
    template: bytes | None = None,
    logo: Logo | None = None,
    draw: Draw | None = None,
    least_group: int = LEAST_GROUP,
) -> Mapping[str, bytes]:
    """Return the documents by file name, writing nothing; see `make_maps`."""
    wanted = tuple(journeys) or tuple(dict.fromkeys(it.journey for it in result.journeys))
    _check("journey", wanted, [it.journey for it in result.journeys])
    kinds, sheets = tuple(formats), tuple(sizes)
    _check("format", kinds, FORMATS)
    _check("size", sheets, SIZES)
    spoken = tuple(languages) or (result.atlas.language,)
    _check("language", spoken, LANGUAGES)
    look = theme or ChartTheme.from_primary(None)
    done: dict[str, bytes] = {}
    for journey in wanted:
        for language in spoken:
            one = _Journey(
                result=result,
                journey=journey,
                names=Names(atlas=result.atlas, catalog=catalog, language=language, least_group=least_group),
                theme=look,
                as_of=as_of,
                template=template,
                logo=logo,
                draw=draw or drawer(),
            )
            done |= dict(one.documents(kinds, sheets))
    return done


def _check(kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    allowed = tuple(known)
    for name in given:
        if name not in allowed:
            raise UnknownIdError.from_name(kind, name, allowed)


@attrs.frozen(kw_only=True)
class _Journey:
    """One journey in one language, while its documents are made."""

    result: AtlasResult
    journey: str
    names: Names
    theme: ChartTheme
    as_of: dt.date
    template: bytes | None
    logo: Logo | None
    draw: Draw

    @property
    def personas(self) -> tuple[JourneyResult, ...]:
        """The results of the journey, one per persona."""
        return tuple(it for it in self.result.journeys if it.journey == self.journey)

    def documents(self, kinds: tuple[str, ...], sizes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
        """Yield (file name, bytes) for every document asked for."""
        language = self.names.language
        several = len(self.personas) > 1
        for found in self.personas:
            name = f"{self.journey}-{found.persona}" if several else self.journey
            for size in (size for size in SIZES if size in sizes and set(kinds) & set(_SIZED)):
                picture = self.picture(found.persona, size)
                for kind in (kind for kind in _SIZED if kind in kinds):
                    yield f"{name}.{size}.{language}.{kind}", self._poster(kind, picture, found)
            if "pptx" in kinds:
                yield f"{name}.{language}.pptx", self._slides(found)
        if "html" in kinds:
            yield f"{self.journey}.{language}.html", self._page()

    def picture(self, persona: str, size: Size) -> Picture:
        """Draw the journey for a persona, or for the first and the others over it when none is named.

        The journey that it is compared with lies under it.
        """
        return self.draw(
            self.result,
            self.journey,
            persona=persona or None,
            catalog=self.names.catalog,
            language=self.names.language,
            theme=self.theme,
            size=size,
            least_group=self.names.least_group,
        )

    def _facts(self, found: JourneyResult) -> JourneyFacts:
        return journey_facts(self.result, found, self.names)

    def _poster(self, kind: str, picture: Picture, found: JourneyResult) -> bytes:
        if kind == "svg":
            return picture.svg.encode()
        from cxmaturity.reporting.journey.paper import poster_pdf, poster_png  # only paper needs a compiler

        if kind == "png":
            return poster_png(picture)
        atlas = self.result.atlas
        return poster_pdf(
            picture,
            self._facts(found),
            self.names,
            client=atlas.client,
            note=atlas.note.of(self.names.language),
            as_of=self.as_of,
        )

    def _page(self) -> bytes:
        from cxmaturity.reporting.journey.page import Sheet, map_page
        from cxmaturity.reporting.journey.words import map_words

        first, *others = self.personas
        pictures = tuple(self.picture(name, "a3") for name in ("", *(found.persona for found in others)))
        words = map_words(
            self.result,
            self.journey,
            catalog=self.names.catalog,
            language=self.names.language,
            width_mm=pictures[0].width_mm,
        )
        facts = tuple(self._facts(found) for found in (first, *others))
        sheet = Sheet(pictures=pictures, facts=facts, words=words)
        return map_page(self.result, sheet, self.names, self.theme, self.as_of).encode()

    def _slides(self, found: JourneyResult) -> bytes:
        from cxmaturity.reporting.journey.slides import map_slides  # python-pptx takes a third of a second

        return map_slides(
            self.result,
            found,
            self.names,
            theme=self.theme,
            as_of=self.as_of,
            template=self.template,
            logo=None if self.logo is None else (self.logo.data, self.logo.alt),
        )
