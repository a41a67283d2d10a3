"""Put the notebooks, templates and examples inside the wheel, so that an installed cxmaturity is whole.

An editable install gets nothing extra: there `cxmaturity._resources` finds the folders in the checkout, and a
second copy would go stale.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("notebooks", "templates", "examples")
VOILA = "share/jupyter/voila/templates/cxmaturity"
# So that `voila --template=cxmaturity` finds our page beside Voilà's own; our server needs none of it.
SHARED = {
    "templates/voila/cxmaturity": VOILA,
    "src/cxmaturity/app/static": f"{VOILA}/static",
    "templates/fonts/web": f"{VOILA}/static",
}


class ResourcesHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling does not say what its config is
    """Map the top-level folders into `cxmaturity/_resources` of a real wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folders to the wheel, unless it is an editable one."""
        if version != "editable":
            build_data["force_include"].update(
                {name: f"cxmaturity/_resources/{name}" for folder in FOLDERS for name in self._files(folder)}
            )
            build_data["shared_data"].update(SHARED)

    def _files(self, folder: str) -> list[str]:
        """Return the files of a folder; what programs leave there under a dotted name (a store, checkpoints) stays home."""
        root = Path(self.root)
        found = (path.relative_to(root) for path in (root / folder).rglob("*") if path.is_file())
        return [
            path.as_posix() for path in found if not any(part.startswith((".", "__")) for part in path.parts)
        ]
