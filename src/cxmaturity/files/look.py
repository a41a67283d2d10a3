"""The client's look: a colour and a logo."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

from cxmaturity.core.problems import InputError
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.folder import Folder
from cxmaturity.files.logo import LOGO_LIMIT, read_logo
from cxmaturity.files.shapes import WRONG, note_wrong_type, short
from cxmaturity.files.yaml_tree import Node, Scalar

COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@attrs.frozen(kw_only=True)
class Colour:
    """A colour, ``"#rrggbb"`` in quotes."""

    expected: str = attrs.field(default="a colour", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the colour in lower case."""
        if not isinstance(node, Scalar):
            return note_wrong_type(self.expected, node, path, found)
        text = node.text.strip()
        if COLOUR.fullmatch(text):
            return text.lower()
        if node.is_null:
            found.of(
                "files.colour_comment",
                "there is no colour: without quotes, '#' starts a comment.",
                hint="Put the colour between quotes.",
                at=node,
                path=path,
            )
            return WRONG
        bare = text.lstrip("#")
        meant = "#" + ("".join(digit * 2 for digit in bare) if len(bare) == 3 else bare)
        found.of(
            "files.colour",
            "'{got}' is not a colour written \"#rrggbb\".",
            hint='Write "{meant}".' if COLOUR.fullmatch(meant) else "",
            at=node,
            path=path,
            got=short(text),
            meant=meant,
        )
        return WRONG


@attrs.frozen(kw_only=True)
class LogoShape:
    """The name of a picture in the folder; read into its bytes and its format."""

    folder: Folder
    expected: str = attrs.field(default="a file name", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return (bytes, format)."""
        if not isinstance(node, Scalar) or not node.text.strip():
            return note_wrong_type(self.expected, node, path, found)
        content = self.folder.read(node.text.strip(), node, path, found, limit=LOGO_LIMIT)
        if content is None:
            return WRONG
        try:
            return read_logo(content)
        except InputError as error:
            found.absorb(error, path=path, at=node)
            return WRONG
