"""Put the notebooks, templates and examples inside the wheel, so that an installed cxmaturity is whole.

An editable install gets nothing extra: there `cxmaturity._resources` finds the folders in the checkout, and a
second copy would go stale.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("notebooks", "templates", "examples")


class ResourcesHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling does not say what its config is
    """Map the top-level folders into `cxmaturity/_resources` of a real wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folders to the wheel, unless it is an editable one."""
        if version != "editable":
            build_data["force_include"].update(
                {folder: f"cxmaturity/_resources/{folder}" for folder in FOLDERS}
            )
