"""A widget's two halves joined without Jupyter: its script in Chromium, its Python class here, messages between them."""

from __future__ import annotations

import json

import attrs
import pytest

HOST = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>%(css)s</style></head>
<body data-jp-theme-light="%(light)s" style="margin:0;background:%(ground)s"><main style="padding:8px">
<h1 style="position:absolute;clip-path:inset(50%%)">Host</h1>
<div id="one"></div><div id="two"></div></main></body></html>"""
MODEL = """async ([script, state]) => {
  const listeners = {};
  let pending = {};
  const fire = (name) => [...(listeners[`change:${name}`] ?? [])].forEach((call) => call());
  const apply = (next) => {
    const differs = (name) => JSON.stringify(state[name]) !== JSON.stringify(next[name]);
    const changed = Object.keys(next).filter((name) => !(name in pending) && differs(name));
    changed.forEach((name) => (state[name] = next[name]));
    changed.forEach(fire);
  };
  const model = {
    get: (name) => state[name],
    set: (name, value) => { pending[name] = state[name] = value; fire(name); },
    save_changes: async () => {
      const sent = pending;
      pending = {};
      apply(JSON.parse(await window.toPython(JSON.stringify(sent))));
    },
    send: (content) => window.sayToPython(JSON.stringify(content)).then((next) => apply(JSON.parse(next))),
    on: (name, call) => (listeners[name] ??= new Set()).add(call),
    off: (name, call) => listeners[name]?.delete(call),
  };
  const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  window.host = { model, apply, show: (id) => module.default.render({ model, el: document.getElementById(id) }) };
  await window.host.show("one");
}"""


@attrs.define
class Stage:
    """One widget on one page; `complaints` is everything that the browser complained of or asked of the network."""

    page: object
    widget: object
    complaints: list[str]

    def push(self):
        """Bring to the browser what Python changed."""
        self.page.evaluate("state => window.host.apply(state)", self.state())

    def state(self):
        """Return what the widget sends, as JSON values."""
        return json.loads(
            json.dumps({name: value for name, value in self.widget.get_state().items() if name != "layout"})
        )

    def settled(self):
        """Wait until all messages sent so far came back."""
        self.page.evaluate("() => window.host.model.save_changes()")


@pytest.fixture
def stage(chromium):
    """Return a function that shows a widget."""
    opened = []

    def show(widget, *, width=1000, height=900, dark=False):
        context = chromium.new_context(viewport={"width": width, "height": height})
        opened.append(context)
        page = context.new_page()
        complaints = []
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(("blob:", "data:")) else complaints.append(asked.url),
        )

        def to_python(sent):
            state = {"method": "update", "state": json.loads(sent), "buffer_paths": []}
            if state["state"]:
                widget._handle_msg({"content": {"data": state}, "buffers": []})
            return json.dumps(made.state())

        made = Stage(page=page, widget=widget, complaints=complaints)

        def say_to_python(content):
            told = {"method": "custom", "content": json.loads(content)}
            widget._handle_msg({"content": {"data": told}, "buffers": []})
            return json.dumps(made.state())

        page.expose_function("toPython", to_python)
        page.expose_function("sayToPython", say_to_python)
        page.set_content(
            HOST
            % {"css": str(widget._css), "light": str(not dark).lower(), "ground": "#111" if dark else "#fff"}
        )
        page.evaluate(MODEL, [str(widget._esm), made.state()])
        return made

    yield show
    for context in opened:
        context.close()
