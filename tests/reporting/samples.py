"""A report made by hand with every kind of block, in both languages: the renderers need no other room."""

from __future__ import annotations

import datetime as dt
import struct
import zlib

from cxmaturity.charts import Chart, ChartTable, ChartTheme
from cxmaturity.core.text import Language, french_typography
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Callout,
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
from cxmaturity.reporting.document import Document, Identity, Logo, Part

HOSTILE = (
    "<script>alert('x')</script> $\\frac{1}{2}$ #import \"a\" =cmd|' /C calc'!A0 *b* _c_ \\ ../ é 🚀 שלום"
)
AS_OF = dt.date(2026, 11, 1)


def chart(language: Language = "en", label: str = "Recommendation") -> Chart:
    """Return a small bar chart drawn by hand."""
    word = {"en": "Level", "fr": "Niveau"}[language]
    shown = label.replace("&", "&amp;").replace("<", "&lt;")
    bars = "".join(
        f'<rect x="130" y="{12 + 26 * i}" width="{70 * level}" height="14" fill="#14506B"/>'
        f'<text x="120" y="{23 + 26 * i}" text-anchor="end" font-size="9">{shown} {i + 1}</text>'
        for i, level in enumerate((2.1, 3.4, 4.0, 1.5))
    )
    return Chart(
        title=label,
        svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 468 130" width="100%" role="img" '
        f'font-family="Inter, \'DejaVu Sans\'" aria-labelledby="c-t">'
        f'<title id="c-t">{shown}</title>{bars}</svg>',
        alt=f"{label}: 2.1, 3.4, 4.0, 1.5.",
        table=ChartTable(columns=(label, word), rows=((f"{label} 1", "2.1"), (f"{label} 2", "3.4"))),
        width_mm=165.0,
        height_mm=46.0,
    )


WORDS: dict[str, dict[Language, str]] = {
    "title": {
        "en": "Customer experience: where you stand, and what the next step is worth",
        "fr": "Expérience client : où vous en êtes, et ce que vaut l'étape suivante",
    },
    "summary": {"en": "Executive summary", "fr": "Synthèse pour la direction"},
    "case": {"en": "Business case", "fr": "Dossier financier"},
    "assumptions": {"en": "Assumptions", "fr": "Hypothèses"},
    "lead": {
        "en": "{client} stands at stage 3 of 5, **Structured**; this is likely (72%). The programme would be "
        "worth €1.3M over three years, at a discount rate of 10%.",
        "fr": "{client} se situe au stade 3 sur 5, **Structuré** ; ce classement est probable (72 %). Le "
        "programme vaudrait 1,3 M€ sur trois ans, au taux d'actualisation de 10 %.",
    },
    "body": {
        "en": "Declared levels say what people believe; evidence says what can be *shown*. The two differ "
        "by more than one level on three questions, which is where a finance director will look first. "
        "Nothing here is measured better than the weakest of its inputs.",
        "fr": "Le niveau déclaré dit ce que l'on croit ; la preuve, ce que l'on peut *montrer*. Les deux "
        "s'écartent de plus d'un niveau sur trois questions : c'est là qu'une direction financière regardera "
        "d'abord. Aucun chiffre n'est ici mieux établi que la plus faible de ses données.",
    },
}


def word(key: str, language: Language) -> str:
    """Return a sample text, French typography put right."""
    text = WORDS[key][language]
    return french_typography(text) if language == "fr" else text


def blocks(language: Language, client: str) -> list[Part]:
    """Return the parts of the sample."""
    name = plain(client)
    rows = tuple(
        (f"{label} {i}", "12,5\u202f%", "1\u202f234\u202f567\u00a0€", f"CRM export, 2026, {name}", "E2")
        for i, label in enumerate(("Churn rate", "Attribution", "Conversion rate") * 12)
    )
    cover = Cover(
        title=word("title", language),
        subtitle="Sub & title",
        client=name,
        date="1 November 2026",
        note="Fictional.",
    )
    summary: list[Block] = [
        Heading(text=word("summary", language), level=1, anchor="summary"),
        Paragraph(text=word("lead", language).format(client=name), tone="lead"),
        KeyFigures(
            items=(
                KeyFigure(label="Stage", value="3 / 5", note="Structured, likely (72%)"),
                KeyFigure(label="Index", value="2.9", note="interval 2.5 to 3.3"),
                KeyFigure(label="NPV", value="€1.3M", note="over three years, at 10%"),
                KeyFigure(label="Payback", value="2.1 years"),
            )
        ),
        Columns(
            columns=(
                (
                    Panel(
                        title="Build on",
                        blocks=(Bullets(items=("**Access** 3.8", f"*Trust* {name}", "Third")),),
                    ),
                ),
                (Panel(title="Act first", blocks=(Bullets(items=("One", "Two", "Three"), ordered=True),)),),
            )
        ),
        Callout(title="The ask", text=word("body", language)),
        Callout(title="Good", text="Well done.", tone="good"),
        Callout(title="Careful", text=name, tone="warning"),
        Callout(title="Bad", text="A loss is called a loss.", tone="bad"),
        Paragraph(text=word("body", language), tone="note"),
    ]
    case: list[Block] = [
        Heading(text=word("case", language), level=1, anchor="case"),
        Paragraph(text=word("body", language)),
        Figure(
            chart=chart(language, client), caption=f"Profile of {name}", note="n = 12.", anchor="fig-profile"
        ),
        Heading(text=word("assumptions", language), level=2, anchor="assumptions"),
        Paragraph(text=word("body", language)),
        Table(
            caption=f"Inputs of {name}",
            columns=(
                Column(title="Input", width=2),
                Column(title="Value", align="right"),
                Column(title="Amount", align="right"),
                Column(title="Source", width=2),
                Column(title="Grade", align="center", width=0.6),
            ),
            rows=rows,
            note="E0 opinion; E2 one measure.",
            anchor="tab-inputs",
            emphasis_rows=(len(rows) - 1,),
        ),
        Heading(text="Third level", level=3, anchor="third"),
        Paragraph(text=f"Before {name} after."),
    ]
    return [
        Part(id="cover", blocks=(cover,)),
        Part(id="summary", blocks=summary),
        Part(id="case", blocks=case),
    ]


def document(
    language: Language = "en",
    client: str = "Maison Lavande",
    *,
    primary: str = "#7A3E9D",
    logo: Logo | None = None,
) -> Document:
    """Return the whole sample."""
    return Document(
        identity=Identity(
            title=word("title", language),
            client=client,
            language=language,
            as_of=AS_OF,
            look=ChartTheme.from_primary(primary).tokens(),
            logo=logo,
        ),
        parts=blocks(language, client),
    )


SVG_LOGO = Logo(
    data=b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60">'
    b'<circle cx="30" cy="30" r="26" fill="#7A3E9D"/>'
    b'<text x="68" y="39" font-size="26" font-family="Inter" fill="#1B232D">Lavande</text></svg>',
    format="svg",
    alt="Lavande",
)


def png_logo() -> Logo:
    """Return a one-pixel PNG."""
    raw = zlib.compress(b"\x00\x7a\x3e\x9d")
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", raw), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return Logo(data=b"\x89PNG\r\n\x1a\n" + body, format="png", alt="A pixel")
