"""Runs the real server with a notebook made to be attacked: widgets off screen, hidden, disabled, and one that fails."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from cxmaturity.app.server import application
from cxmaturity.app.server.options import read_arguments
from cxmaturity.app.server.run import main

SOURCE = """
import builtins, os, random, sys, uuid
import numpy
import ipywidgets as w
from IPython.display import display

pressed = w.Label("pressed: ")

def button(name, **more):
    made = w.Button(description=name, **more)
    made.on_click(lambda _: setattr(pressed, "value", pressed.value + name + " "))
    return made

def fail(_):
    raise ZeroDivisionError("a-secret-of-the-code")

def reveal(_):
    box.children = [*box.children, w.Text(description="late", value="revealed")]

def leave(_):
    builtins.left = os.environ["LEFT"] = "somebody-left-this"
    sys.modules["left_behind"] = sys
    random.seed(1), numpy.random.seed(1)
    left.value = "done"

leaving = w.Button(description="leaving")
leaving.on_click(leave)
found = [getattr(builtins, "left", ""), os.environ.get("LEFT", ""), "left_behind" in sys.modules]
left = w.Label(f"{found} {len(w.Widget.widgets) > 40}", description="left")
drawn = w.Label(f"{random.random()} {numpy.random.random()} {uuid.uuid4()}", description="drawn")
failing = w.Button(description="failing")
failing.on_click(fail)
revealing = w.Button(description="revealing")
revealing.on_click(reveal)
slider = w.IntSlider(min=0, max=10, value=3, description="slider")
radio = w.RadioButtons(options=["one", "two"], description="radio")
text = w.Text(description="text", value="mine")
environment = w.Label(" ".join(f"{k}={v}" for k, v in os.environ.items()), description="environment")
off_screen = [button("off-screen"), w.Text(value="somebody-else-secret", description="not-shown")]
ids = w.Label(" ".join(one.model_id for one in off_screen), description="ids")
box = w.VBox([
    ids, slider, radio, text, pressed, environment, leaving, left, drawn, failing, revealing, button("enabled"),
    button("disabled", disabled=True), button("hidden", layout=w.Layout(display="none")),
    w.Text(description="locked", value="locked", disabled=True),
])
display(box)
"""  # fmt: skip


def notebook(source: str) -> dict[str, object]:
    """Return a notebook of one cell."""
    cell = {
        "cell_type": "code",
        "id": "one",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name in application.NOTEBOOKS.values():
            (Path(folder) / name).write_text(json.dumps(notebook(SOURCE)), encoding="utf-8")
        (Path(folder) / "client-radar.png").write_bytes(b"\x89PNG a client's chart")
        application.resource = lambda _name: Path(folder)
        sys.exit(main(read_arguments(sys.argv[1:])))
