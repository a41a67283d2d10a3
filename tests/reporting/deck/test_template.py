"""A consultant's template: its design is used, its slides are not; what cannot be used is told."""

from __future__ import annotations

import io
import zipfile

import pytest
from pptx import Presentation
from pptx.util import Pt

from cxmaturity import i18n
from cxmaturity.core.problems import InputError
from cxmaturity.reporting.deck import plan_deck, write_deck


def saved(presentation):
    """Return a presentation as bytes."""
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def plain_template():
    """Return a 4:3 template with one slide that must go."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[0])
    slide.shapes.title.text = "An old slide"
    return saved(presentation)


def rewritten(data, change):
    """Return a .pptx with each part passed through `change` (None drops it)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            kept = change(name, source.read(name))
            if kept is not None:
                target.writestr(name, kept)
    return out.getvalue()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_slides_stand_on_the_templates_title_only_layout(diagnostics, catalog, language):
    """Every slide uses the layout with a title and nothing else to fill; the old slide is gone; the size is the template's."""
    made = write_deck(
        plan_deck(diagnostics["simulated"], catalog, language=language), template=plain_template()
    )
    presentation = Presentation(io.BytesIO(made))

    assert len(presentation.slides) == 10
    assert {"Title Only"} == {slide.slide_layout.name for slide in presentation.slides}
    assert Presentation().slide_width == presentation.slide_width
    assert "An old slide" not in {slide.shapes.title.text_frame.text for slide in presentation.slides}
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"An old slide" not in b"".join(archive.read(name) for name in archive.namelist())


def test_titles_stand_where_the_template_puts_them_and_nothing_covers_them(diagnostics, catalog):
    """Titles have the layout's place; everything else is under them and above the footers."""
    presentation = Presentation(
        io.BytesIO(
            write_deck(plan_deck(diagnostics["simulated"], catalog, language="fr"), template=plain_template())
        )
    )
    layout = presentation.slides[0].slide_layout
    place = next(shape for shape in layout.placeholders if shape.placeholder_format.type == 1)
    for slide in presentation.slides:
        title = slide.shapes.title
        assert abs(title.top - place.top) < Pt(1)
        for shape in slide.shapes:
            if not shape.is_placeholder:
                assert shape.top >= title.top + title.height


def test_a_template_gives_the_same_bytes_twice(diagnostics, catalog):
    """Determinism does not depend on the look."""
    template = plain_template()
    once, twice = (
        write_deck(plan_deck(diagnostics["full"], catalog, language="en"), template=template)
        for _ in range(2)
    )

    assert once == twice


def _no_title():
    presentation = Presentation()
    for layout in list(presentation.slide_layouts):
        for shape in list(layout.placeholders):
            if shape.placeholder_format.type in (1, 3):
                shape._element.getparent().remove(shape._element)
    return saved(presentation)


def _tiny():
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(300), Pt(700)
    return saved(presentation)


def _macro():
    return rewritten(
        plain_template(),
        lambda name, data: (
            data.replace(
                b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
                b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
            )
            if name == "[Content_Types].xml"
            else data
        ),
    )


def _workbook():
    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (lambda: b"", "deck.template"),
        (lambda: b"not a presentation", "deck.template"),
        (lambda: plain_template()[:5000], "deck.template"),
        (
            lambda: rewritten(
                plain_template(), lambda name, data: None if name == "ppt/presentation.xml" else data
            ),
            "deck.template",
        ),
        (
            lambda: rewritten(
                plain_template(),
                lambda name, data: b"<broken" if "slideMaster1.xml" in name and "rels" not in name else data,
            ),
            "deck.template",
        ),
        (_workbook, "deck.template"),
        (_macro, "deck.template"),
        (lambda: b"PK" + bytes(41_000_000), "deck.template_size"),
        (_no_title, "deck.template_layout"),
        (_tiny, "deck.template_shape"),
    ],
    ids=[
        "empty",
        "text",
        "cut",
        "no main part",
        "broken master",
        "a workbook",
        "macros",
        "too large",
        "no title",
        "tiny",
    ],
)
def test_a_bad_template_is_told(diagnostics, catalog, template, code):
    """What is wrong is one problem with a hint, in both languages; never a traceback of another library."""
    with pytest.raises(InputError) as told:
        write_deck(plan_deck(diagnostics["full"], catalog, language="en"), template=template())

    assert code == told.value.code
    problem = told.value.problems[0]
    assert problem.hint
    assert i18n.describe(problem, "fr") != problem.message
