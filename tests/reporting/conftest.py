"""The hand-made report as a fixture, and a reader of PDFs that shares no code with what writes them."""

from __future__ import annotations

import importlib.util
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pikepdf
import pytest


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """Return the module of hand-made blocks that stands beside this file."""
    spec = importlib.util.spec_from_file_location("reporting_samples", Path(__file__).with_name("samples.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@attrs.frozen(kw_only=True)
class ReadPdf:
    """What a PDF says of itself: letters without spaces, tags with alternative texts, language, title."""

    letters: str
    tags: tuple[tuple[str, str], ...]
    language: str
    metadata: str
    pages: int
    outline: tuple[str, ...]

    def count(self, tag: str) -> int:
        """Return how many elements bear a tag."""
        return sum(name == tag for name, _ in self.tags)


@pytest.fixture(scope="session")
def read_pdf() -> Callable[[bytes], ReadPdf]:
    """Return the reader."""
    return _read


def _read(data: bytes) -> ReadPdf:
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        return ReadPdf(
            letters="".join(_letters(page) for page in pdf.pages),
            tags=tuple(_tags(pdf.Root.StructTreeRoot.K)),
            language=str(pdf.Root.Lang),
            metadata=bytes(pdf.Root.Metadata.read_bytes()).decode(),
            pages=len(pdf.pages),
            outline=tuple(item.title for item in outline.root),
        )


def _tags(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _tags(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S).lstrip("/"), str(node.get("/Alt", ""))
        yield from _tags(node.get("/K", pikepdf.Array()))


def _letters(page: Any) -> str:
    """Return the letters that a page paints, in that order, through the fonts' own Unicode maps."""
    return re.sub(r"\s|\u200b", "", "".join(_painted(page, page.get("/Resources", {}))))


def _painted(stream: Any, resources: Any) -> Iterator[str]:
    fonts = {name: _unicode_map(font) for name, font in resources.get("/Font", {}).items()}
    current: dict[int, str] = {}
    told: list[bool] = []  # one per open marked content: whether it says its text itself
    for operands, operator in pikepdf.parse_content_stream(stream):
        if str(operator) in {"BDC", "BMC"}:
            actual = _actual_text(operands)
            yield "" if any(told) else actual
            told.append(bool(actual))
        elif str(operator) == "EMC":
            told.pop()
        elif str(operator) == "Tf":
            current = fonts[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"} and not any(told):
            pieces = operands[0] if str(operator) == "TJ" else operands
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    codes = bytes(piece)
                    yield from (
                        current.get(int.from_bytes(codes[i : i + 2]), "") for i in range(0, len(codes), 2)
                    )
        elif str(operator) == "Do":
            inner = resources.XObject[str(operands[0])]
            if inner.get("/Subtype") == "/Form":
                yield from _painted(inner, inner.get("/Resources", {}))


def _actual_text(operands: Any) -> str:
    properties = operands[1] if len(operands) > 1 else None
    return str(properties.get("/ActualText", "")) if isinstance(properties, pikepdf.Dictionary) else ""


def _shown(pieces: Any, letters: dict[int, str]) -> str:
    codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return "".join(letters.get(int.from_bytes(codes[i : i + 2]), "") for i in range(0, len(codes), 2))


def _unicode_map(font: Any) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    found: dict[int, str] = {}
    table = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    for section in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", section):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for section in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for low, high, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", section):
            start = int.from_bytes(bytes.fromhex(text)[-2:])
            for step in range(int(high, 16) - int(low, 16) + 1):
                found[int(low, 16) + step] = chr(start + step)
    return found
