"""Run the report notebook in the process that stands here, which serves this one client and then ends.

The outputs are those that nbclient gives with a kernel (`cxmaturity.warm` holds them to a corpus); what is saved is the kernel's
start, its sockets and its shutdown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from cxmaturity.core.problems import InputError


@attrs.define
class _Clock:
    """Notes how long each cell took; the only part of a teller that the run of a notebook needs."""

    seconds: dict[int, float] = attrs.field(factory=dict)

    def __call__(self, said: bytes) -> None:
        """Hear what a job says; a notebook says nothing."""

    def cell(self, said: Mapping[str, Any]) -> None:
        """Note the end of a cell."""
        if said["event"] == "end":
            self.seconds[said["cell"]] = said["seconds"]


def execute_here(notebook: Path, parameters: Mapping[str, Any]) -> Any:
    """Run a report notebook with parameters in this process, and return it executed.

    Raises
    ------
    InputError
        ``reporting.section_failed`` when a cell fails.
    """
    import nbformat

    from cxmaturity.warm import notebook_child

    clock = _Clock()
    asked = {
        "notebook": json.loads(notebook.read_bytes()),
        "parameters": dict(parameters),
        "options": {},
        "kernel": False,
        "limits": {"memory_bytes": None, "cpu_seconds": None},
    }
    answer = json.loads(notebook_child.execute(json.dumps(asked).encode(), clock))  # type: ignore[arg-type]  # all that a run of cells needs of a teller
    executed: Any = nbformat.from_dict(answer["notebook"])  # type: ignore[no-untyped-call]  # nbformat has no types
    for index, seconds in clock.seconds.items():
        executed.cells[index].metadata["papermill"] = {"duration": seconds}
    failure = answer["failure"]
    if failure is not None:
        raise InputError.of(
            "reporting.section_failed",
            "the section '{section}' of the report failed: {name}: {said}",
            section=executed.cells[failure["cell"]].get("id", "parameters"),
            name=failure["name"],
            said=failure["said"].strip()[:500],
        )
    return executed
