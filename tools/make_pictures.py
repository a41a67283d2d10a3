"""Make the pictures of the READMEs from the example report: `python3 tools/make_pictures.py` (needs pdftoppm and Pillow)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pikepdf
from PIL import Image, ImageOps

from cxmaturity.core.text import Language
from cxmaturity.i18n import message

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {"en": "report.png", "fr": "rapport.png"}
SECTIONS = ("summary", "profile", "risk")


def pages(report: Path, language: Language) -> list[int]:
    """Return the page, from 1, on which each of the sections begins, by the bookmarks of the report."""
    with pikepdf.open(report) as pdf:
        places = {page.objgen: rank for rank, page in enumerate(pdf.pages, 1)}
        with pdf.open_outline() as outline:
            begins = {str(item.title).strip(): places[item.destination[0].objgen] for item in outline.root}
    wanted = [message(f"report.{section}.title", language) for section in SECTIONS]
    return [next(page for title, page in begins.items() if title.endswith(name)) for name in wanted]


def main() -> int:
    """Report on the retailer in both languages and set three pages side by side."""
    import cxmaturity as cx

    with tempfile.TemporaryDirectory() as work:
        for outcome in cx.make_report(
            ROOT / "examples" / "maison-lavande", languages=list(PICTURES), formats=["pdf"], out=work
        ):
            sheets = []
            for page in pages(outcome.paths[0], outcome.language):
                stem = Path(work) / f"{outcome.language}-{page}"
                command = ["pdftoppm", "-r", "72", "-f", str(page), "-l", str(page), "-singlefile", "-png"]
                subprocess.run([*command, str(outcome.paths[0]), str(stem)], check=True)
                sheets.append(ImageOps.expand(Image.open(f"{stem}.png").convert("RGB"), 1, "#c9ced6"))
            width, height = sheets[0].size
            gap = 14
            picture = Image.new("RGB", (len(sheets) * (width + gap) - gap, height), "white")
            for index, sheet in enumerate(sheets):
                picture.paste(sheet, (index * (width + gap), 0))
            target = ROOT / "docs" / "images" / PICTURES[outcome.language]
            picture.quantize(224).save(target, optimize=True)
            print(target.relative_to(ROOT), target.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
