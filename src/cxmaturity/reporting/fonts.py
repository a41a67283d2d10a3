"""The fonts of the page and of the PDF: bundled, free to travel with the package, the same everywhere."""

from __future__ import annotations

import base64
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cxmaturity.resources import resource


def font_folders() -> tuple[Path, ...]:
    """Return where the PDF takes fonts from: ours, then matplotlib's DejaVu for other scripts and signs."""
    found = find_spec("matplotlib")
    folders = [resource("templates/fonts")]
    if found is not None and found.origin is not None:
        folders.append(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf")
    return tuple(folders)


@cache
def typst_fonts(*, system: bool = False) -> Any:
    """Return the fonts for Typst; without the system's, so that a PDF does not depend on the machine."""
    import typst  # only a PDF needs the compiler

    return typst.Fonts(
        include_system_fonts=system,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )


@cache
def font_faces(family: str) -> str:
    """Return the ``@font-face`` rules with the fonts inside; empty when the family is not ours."""
    if family != "Inter":
        return ""
    faces = (("Regular", 400, "normal"), ("SemiBold", 600, "normal"), ("Italic", 400, "italic"))
    return "\n".join(_face(family, *face) for face in faces)


def _face(family: str, name: str, weight: int, style: str) -> str:
    data = base64.b64encode(
        (resource("templates/fonts/web") / f"{family}-{name}.woff2").read_bytes()
    ).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:swap;'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )
