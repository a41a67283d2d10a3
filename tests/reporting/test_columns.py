"""Columns of a printed table add up to the page, cut no word, and need few lines."""

from __future__ import annotations

import statistics

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.reporting.blocks import Column, Table
from cxmaturity.reporting.columns import SIZES, UNBROKEN_MM, column_widths, table_height

WORDS = st.lists(st.text(alphabet="abcdefgh0123456789", min_size=1, max_size=20), max_size=8).map(" ".join)


def table(rows, widths=None) -> Table:
    """Return a table with a title of one letter per column."""
    count = len(rows[0])
    return Table(
        caption="x",
        columns=[Column(title="T", width=1.0 if widths is None else widths[i]) for i in range(count)],
        rows=rows,
        anchor="t",
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 7).flatmap(lambda n: st.lists(st.tuples(*[WORDS] * n), min_size=1, max_size=8)))
def test_widths_add_up(rows):
    """Whatever the cells hold, widths are positive and add up to the width of the page."""
    widths, size = column_widths(table(rows), 165.0)

    assert abs(sum(widths) - 165.0) < 1e-6
    assert min(widths) > 0
    assert size in SIZES


def test_number_with_no_break_spaces_is_not_cut():
    """An amount that cannot wrap gets the width of its figures, 0.62 em each in Inter, beside long texts."""
    amount = "1\u202f234\u202f567\u202f890\u00a0€"
    long = "word " * 60
    widths, size = column_widths(table([(long, amount, long)]), 165.0)

    assert widths[1] > 0.62 * 10 * size * 25.4 / 72


def test_text_that_fits_stays_on_one_line():
    """A first column of short names does not wrap when figures beside it need little."""
    name = "Acquisition par la recommandation"
    widths, size = column_widths(table([(name, "1,0", "2,0", "3,0", "4,0")] * 3), 165.0)

    assert widths[0] > 0.5 * len(name) * size * 25.4 / 72


def test_author_proportions_hold_when_nothing_wraps():
    """With room to spare, what is left goes by the author's proportions."""
    widths, _ = column_widths(table([("a", "b")], widths=[3.0, 1.0]), 165.0)

    assert 2.0 < widths[0] / widths[1] < 3.1


def test_crowded_table_is_set_smaller():
    """Text shrinks only when no distribution can hold every word."""
    word = "incompressible1234567"
    sizes = [column_widths(table([(word,) * count]), 165.0)[1] for count in (2, 4, 7)]

    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == SIZES[0]
    assert sizes[-1] == SIZES[-1]


def test_table_of_long_rows_is_set_smaller():
    """Words enough for twelve lines in one of five columns take the next smaller size; a few words do not."""
    short = ("1", "word " * 4, "word " * 8, "word " * 4, "100")

    assert SIZES[0] == column_widths(table([short]), 165.0)[1]
    assert (
        SIZES[1] == column_widths(table([("1", "word " * 12, "word " * 80, "word " * 12, "100")]), 165.0)[1]
    )


@pytest.mark.slow
def test_height_is_what_typst_measures():
    """Whether a table may break is decided as Typst's own measure would, but where that is within an eighth of the limit."""
    import json

    import typst

    from cxmaturity.reporting.fonts import typst_fonts
    from cxmaturity.reporting.session import open_report
    from cxmaturity.reporting.typst_markup import Setting, blocks_typst, inputs
    from cxmaturity.resources import resource

    report = open_report(resource("examples/maison-lavande"), language="fr")
    tables = [block for part in report.document().parts for block in part.blocks if isinstance(block, Table)]
    estimated = [table_height(block, *column_widths(block, 165.0)) for block in tables]
    bare = [attrs.evolve(block, note="", caption="x") for block in tables]
    source = '#import "/report.typ": *\n#set text(font: "Inter")\n' + "".join(
        f"#context [#metadata(measure(block(width: 165mm, {{show figure.caption: none\n{markup}}})).height / 1mm) <h>]\n"
        for markup in (blocks_typst([block], Setting(language="fr", width_mm=165.0)) for block in bare)
    )
    found = typst.query(
        source.encode(),
        "<h>",
        field="value",
        root=str(resource("templates/typst")),
        font_paths=typst_fonts(system=False),
        ignore_system_fonts=True,
        sys_inputs=inputs(report.document()),
    )
    measured = json.loads(found)

    assert len(measured) >= 15
    other = [
        (round(ours, 1), round(theirs, 1))
        for ours, theirs in zip(estimated, measured, strict=True)
        if (ours > UNBROKEN_MM) != (theirs > UNBROKEN_MM) and abs(theirs / UNBROKEN_MM - 1) > 1 / 8
    ]
    assert other == []
    assert {True, False} == {theirs > UNBROKEN_MM for theirs in measured}
    ratios = [ours / theirs for ours, theirs in zip(estimated, measured, strict=True)]
    assert 0.9 <= statistics.median(ratios) <= 1.1
