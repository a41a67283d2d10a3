"""`cxmaturity lab [PATH]`: the notebooks, in a folder of one's own, in JupyterLab."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import click

from cxmaturity.cli import _notebooks, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Desk
from cxmaturity.core.problems import FileError

FIRST = ("self_test.ipynb", "business_case.ipynb")


@click.command("lab", cls=LocalCommand)
@click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path, file_okay=False), default=None)
@click.option("--port", type=click.IntRange(1, 65535), default=None)
@click.option("--open/--no-open", "show", default=True)
@click.option("--start/--no-start", default=True)
def command(*, path: Path | None, target: Path | None, port: int | None, show: bool, start: bool) -> int:
    """Copy what is missing or out of date, say what was left alone, start JupyterLab."""
    engagement = None if path is None else Desk.at(path, None).folder
    folder = target or (Path("cxmaturity-notebooks") if engagement is None else engagement / "notebooks")
    copied = _notebooks.copy_to(folder, engagement)
    for file in copied.written:
        click.echo(file)
    for file in copied.kept:
        _output.say(_output.t("lab.kept", file=file))
    if not start:
        return 0
    if importlib.util.find_spec("jupyterlab") is None:
        raise FileError.of(
            "cli.no_jupyterlab",
            "JupyterLab is not installed.",
            hint="Install it with: pip install jupyterlab",
        )
    _output.say(_output.t("lab.start", folder=folder, files=", ".join(FIRST)))
    return _start(folder, port, show=show)


def _start(folder: Path, port: int | None, *, show: bool) -> int:
    words = [
        *("-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"),
        f"--LabApp.workspaces_dir={_notebooks.workspaces(folder, FIRST)}",
        f"--LabApp.default_url=/lab/workspaces/{_notebooks.WORKSPACE}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",  # nothing is asked of another site
        "--LabApp.news_url=None",
        *((f"--ServerApp.port={port}", "--ServerApp.port_retries=0") if port else ()),
        *(() if show else ("--ServerApp.open_browser=False",)),
    ]
    where = (str(_notebooks.quiet_settings(folder)), os.environ.get("JUPYTER_CONFIG_PATH"))
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, where))}
    with subprocess.Popen([sys.executable, *words], env=environment) as child:  # noqa: S603  # our own interpreter
        stopped = False
        while True:
            try:
                return 0 if child.wait() == 0 or stopped else 1
            except KeyboardInterrupt:  # JupyterLab was told by the same keys, and asks before it ends
                stopped = True
