"""Our notebooks where consultants open them: a real JupyterLab, started by `cxmaturity lab`, with the kernel that starts warm."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import attrs
import pytest

from cxmaturity.resources import resource
from cxmaturity.warm.starting import can_fork

SECONDS = 90_000
"""Milliseconds before a start is given up; nothing here waits that long by itself."""
CELLS = (
    "import cxmaturity as cx\n\ntest = cx.SelfTest(language='en')\ntest",
    "from cxmaturity.app.widgets.builder import open_builder\n\nbuilder = open_builder('maison-lavande', 'en')\nbuilder",
    "shown = cx.JourneyMap('maison-lavande', language='en')\nshown",
    "import os\n\nprint(test.result.coverage.levels, shown.selected, shown.event.id, 'CXMATURITY_JOB' in os.environ)",
)
RUN = """async (last) => {
  const { shell, commands } = window.jupyterapp;
  const notebook = shell.currentWidget.content;
  await shell.currentWidget.sessionContext.ready;
  for (const [place, cell] of notebook.widgets.entries()) {
    if ((place === notebook.widgets.length - 1) !== last) continue;
    notebook.activeCellIndex = place;
    await commands.execute("notebook:run-cell");
  }
  return notebook.activeCell.model.outputs.toJSON();
}"""
OPEN = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
PUT_IN_SIGHT = "(place) => window.jupyterapp.shell.currentWidget.content.scrollToItem(place, 'start')"


@attrs.frozen
class Lab:
    """A JupyterLab of its own, and the folder that `cxmaturity lab` filled."""

    folder: Path
    address: str

    def write(self, name, cells):
        """Write a notebook for the warm kernel; return its address."""
        empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        made = [{**empty, "id": f"c{number}", "source": text} for number, text in enumerate(cells)]
        spec = {"name": "cxmaturity", "display_name": "warm", "language": "python"}
        notebook = {"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
        (self.folder / name).write_text(json.dumps(notebook), encoding="utf-8")
        return f"{self.address}/lab/tree/{name}?token=of-this-test"


def settings_of(root):
    """Write the settings of a JupyterLab that shares nothing with its user's; return its environment."""
    kernel = json.loads(
        (resource("templates/jupyter/kernels/cxmaturity") / "kernel.json").read_text(encoding="utf-8")
    )
    kernel["metadata"]["kernel_provisioner"]["config"]["idle_seconds"] = 2.0
    access = {"ServerApp": {"allow_root": True}, "IdentityProvider": {"token": "of-this-test"}}
    for name, value in (
        ("config/jupyter_server_config.json", access),
        ("config/jupyter_lab_config.json", {"LabApp": {"expose_app_in_browser": True}}),
        ("data/kernels/cxmaturity/kernel.json", kernel),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(value), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY"))}
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    return {
        **kept,
        **{name: str(root / folder) for name, folder in own.items()},
        "IPYTHONDIR": str(root / "ipython"),
        "CXMATURITY_LANGUAGE": "en",
    }


@pytest.fixture
def lab(tmp_path, free_port):
    """Return a running JupyterLab, and end it with the kernels that it started."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    words = ("--to", str(tmp_path / "notebooks"), "--no-open", "--port", str(port))
    said, up = [], threading.Event()

    def listen(stream):
        for line in stream:
            said.append(line)
            if "is running at" in line:
                up.set()
        up.set()

    with subprocess.Popen(
        (sys.executable, "-m", "cxmaturity", "lab", *words),
        env=settings_of(tmp_path),
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        listener = threading.Thread(target=listen, args=(process.stderr,))
        listener.start()
        try:
            assert up.wait(SECONDS / 1000)
            assert process.poll() is None, "".join(said)[-3000:]
            yield Lab(tmp_path / "notebooks", address)
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # JupyterLab then ends its kernels
            listener.join(60)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            listener.join()


@pytest.mark.skipif(not can_fork(), reason="no fork server on this platform")
def test_the_three_widgets_live_in_jupyterlab_and_python_hears_them(chromium, lab):
    """In a real JupyterLab with the warm kernel all three are drawn in our letters, and a choice on screen is a Python value.

    Nothing is complained of in the console and nothing is asked of anybody else.
    """
    complaints, requests = [], []
    with contextlib.closing(chromium.new_context(viewport={"width": 1400, "height": 900})) as context:
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(lab.write("three.ipynb", CELLS))
        page.wait_for_function(OPEN)

        page.evaluate(RUN, False)

        page.evaluate(PUT_IN_SIGHT, 0)
        page.locator(".cxm-test .cxm-panel[data-current] .cxm-choice").nth(2).click()
        page.locator('.cxm-test .cxm-step[data-state="level"]').first.wait_for()
        page.evaluate(PUT_IN_SIGHT, 1)
        page.locator(".cxm-builder .cxm-value").first.wait_for()
        page.locator('.cxm-builder [data-chart="waterfall"] svg').wait_for()
        page.evaluate(PUT_IN_SIGHT, 2)
        event = page.locator(".cxm-journey svg [role=button]").nth(3)
        chosen = event.get_attribute("data-event")
        event.click()
        page.locator(".cxm-journey .cxm-panel-head").wait_for()

        assert f"1 {chosen} {chosen} True" == printed(page.evaluate(RUN, True))
        assert page.evaluate("document.fonts.check('600 12px Inter') && [...document.fonts].length >= 3")
        assert [False] * 3 == [note.is_visible() for note in page.locator(".cxm-asleep").all()]
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    own = (f"{lab.address}/", "data:", "blob:")
    assert [] == [url for url in requests if not url.startswith(own)]
    assert [] == complaints


def printed(outputs):
    """Return what a cell printed; an error shows itself."""
    return "".join(output.get("text", json.dumps(output)) for output in outputs).strip()
