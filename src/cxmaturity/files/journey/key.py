"""The key ``journeys`` of an engagement: the name of a file of its folder, or the document itself.

Apart from the reading itself, so that an engagement without journeys loads nothing of it.
"""

from __future__ import annotations

from typing import Any

import attrs

from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.folder import Folder
from cxmaturity.files.shapes import WRONG
from cxmaturity.files.yaml_tree import Node


@attrs.frozen(kw_only=True)
class JourneysShape:
    """A journey document, in a file or in place; `engagement` is what stands around it."""

    folder: Folder
    engagement: Node | None = attrs.field(default=None, eq=False)
    expected: str = attrs.field(default="a group of keys", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the `Atlas`."""
        from cxmaturity.files.journey.reading import read_journeys_key  # only when there are journeys

        atlas = read_journeys_key(node, path, found, self.folder, engagement=self.engagement)
        return WRONG if atlas is None else atlas
