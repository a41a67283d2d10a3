"""Notebooks as jobs: parameters, errors, the cell at fault, widgets, and the way through a kernel behind sockets."""

from __future__ import annotations

import json
import os
import sys

import pytest

from cxmaturity import i18n
from cxmaturity.warm import JobContext, Limits


def notebook(*cells, **metadata):
    """Return a notebook of code cells as JSON has it; a cell may be (source, tags)."""
    made = [(cell, []) if isinstance(cell, str) else cell for cell in cells]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{i}",
                "metadata": {"tags": tags},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for i, (source, tags) in enumerate(made)
        ],
    }


def test_parameters_are_injected_after_their_cell(server, texts):
    """Parameters go where papermill puts them, and the notebook holds them once, in the injected cell."""
    given = notebook(("client = 'nobody'\nn = 1", ["parameters"]), "client, n")
    run = server.run_notebook(given, {"client": "Orée « é »"})

    assert ["('Orée « é »', 1)"] == texts(run)
    assert ["parameters"] == run.notebook["cells"][0]["metadata"]["tags"]
    assert ["injected-parameters"] == run.notebook["cells"][1]["metadata"]["tags"]
    assert "papermill" not in run.notebook["metadata"]


def test_a_notebook_without_a_cell_for_parameters_gets_them_first(server, texts):
    """Without a parameters cell the values stand in a cell of their own before all others, and nothing is lost."""
    run = server.run_notebook(notebook("n", "n + 1"), {"n": 4})

    assert ["4", "5"] == texts(run)
    assert [["injected-parameters"], [], []] == [
        cell["metadata"].get("tags", []) for cell in run.notebook["cells"]
    ]


def test_error_names_its_cell(server, texts):
    """The run stops at the cell that fails; outputs until there are kept, the failure says where and what."""
    run = server.run_notebook(notebook("print('done')", "1 / 0", "print('never')"))
    failure = run.failure

    assert ["done\n", "ZeroDivisionError"] == texts(run)
    assert ("cell", 1, "ZeroDivisionError", "division by zero") == (
        failure.kind,
        failure.cell,
        failure.name,
        failure.said,
    )
    assert "c1" in i18n.describe(failure.problem, "fr")


@pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")
@pytest.mark.parametrize(
    ("source", "kind", "limits"),
    [
        ("import ctypes; ctypes.string_at(0)", "crash", Limits(wall_seconds=120)),
        ("import os; os._exit(5)", "exit", Limits(wall_seconds=120)),
        ("import os; os.kill(os.getpid(), 9)", "killed", Limits(wall_seconds=120)),
        ("while True: pass", "timeout", Limits(wall_seconds=5)),
        ("# too long\nwhile True: pass", "timeout", Limits(wall_seconds=120)),
        ("while True: pass", "cpu", Limits(wall_seconds=120, cpu_seconds=2)),
        ("x = bytearray(9 << 30)", "memory", Limits(wall_seconds=120, memory_bytes=1 << 30)),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_every_end_names_its_cell(forked, source, kind, limits):
    """Crash, exit, kill, endless loop, processor time, memory: the failure has its kind and the cell that ran."""
    options = {"cell_seconds": 2} if source.startswith("# too long") else {}
    run = forked.run_notebook(notebook("1", source, "2"), limits=limits, options=options)

    assert (kind, 1) == (run.failure.kind, run.failure.cell)


def test_cells_are_told(server):
    """The asker hears each cell begin and end, with its time and, if asked for, its outputs."""
    heard: list[dict] = []
    server.run_notebook(notebook("1", "raise ValueError"), on_cell=heard.append, options={"outputs": True})

    assert [(0, "start"), (0, "end"), (1, "start"), (1, "end")] == [
        (said["cell"], said["event"]) for said in heard
    ]
    assert [False, True] == [said["failed"] for said in heard if said["event"] == "end"]
    assert "1" == heard[1]["outputs"][0]["data"]["text/plain"]


def test_notebook_that_leaves(forked, texts):
    """A notebook that calls exit() and goes on has ended its kernel: said, with the cell that was not run."""
    run = forked.run_notebook(notebook("print(1)", "exit()", "print(2)"))

    assert ("exit", 2, ["1\n"]) == (run.failure.kind, run.failure.cell, texts(run))


def test_equal_seed_equal_notebook(forked):
    """Without times, two runs of the same notebook with the same seed are equal to the last byte."""
    given = notebook("import random, numpy\nrandom.random(), numpy.random.normal(), hash('text')")
    runs = [
        forked.run_notebook(given, context=JobContext(seed=seed), options={"record_timing": False}).notebook
        for seed in ("a", "a", "b")
    ]

    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_skipped_and_expected_errors(forked, texts):
    """Nbclient's tags hold: a cell may be skipped, and one may be expected to raise."""
    run = forked.run_notebook(notebook(("1", ["skip-execution"]), ("1 / 0", ["raises-exception"]), "'after'"))

    assert (None, ["ZeroDivisionError", "'after'"]) == (run.failure, texts(run))


def test_old_notebooks_are_read(forked, texts):
    """A notebook of format 4.0, without cell ids, runs too."""
    given = notebook("1 + 1")
    del given["cells"][0]["id"]
    run = forked.run_notebook(json.dumps({**given, "nbformat_minor": 0}).encode())

    assert ["2"] == texts(run)


def test_user_modules_are_seen_when_asked(forked, tmp_path, texts):
    """Modules beside the notebook are found as in JupyterLab, and only if asked."""
    (tmp_path / "beside.py").write_text("value = 7", encoding="utf-8")
    runs = [
        forked.run_notebook(
            notebook("from beside import value; value"),
            context=JobContext(cwd=tmp_path),
            options={"search_cwd": asked},
        )
        for asked in (True, False)
    ]

    assert (["7"], "ModuleNotFoundError") == (texts(runs[0]), runs[1].failure.name)


def test_libraries_find_their_grammar(forked, texts):
    """Somebody's own jsonschema is whole, although the server loaded one without the slow grammar."""
    if "rfc3987_syntax" not in sys.modules:
        pytest.importorskip("rfc3987_syntax")
    run = forked.run_notebook(
        notebook("import jsonschema\n'iri' in jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers")
    )

    assert ["True"] == texts(run)


WIDGETS = (
    "import ipywidgets as w\nfrom IPython.display import display\nslider = w.IntSlider(3, description='n')\nslider",
    "out = w.Output()\ndisplay(out)\nwith out:\n    print('inside'); display('shown inside')",
    "slider.value = 9",
    "print('outside')",
    "w.HBox([slider, w.Label('x')])",
    "w.interactive(lambda n: n + 1, n=slider)",
)


def widget_state(run_notebook):
    """Return widget states in the order made, without random ids."""
    text = json.dumps(run_notebook, sort_keys=True)
    state = run_notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    for i, name in enumerate(state):
        text = text.replace(name, f"MODEL{i}")
    made = json.loads(text)
    return made["metadata"]["widgets"], [
        [(o["output_type"], o.get("data"), o.get("text")) for o in cell["outputs"]] for cell in made["cells"]
    ]


@pytest.mark.slow
def test_widgets_equal_those_of_a_kernel(forked):
    """Widgets keep their state in the notebook, Output widgets catch their outputs, as through a kernel."""
    plain = forked.run_notebook(notebook(*WIDGETS))
    full = forked.run_notebook(notebook(*WIDGETS, cxmaturity={"kernel": "full"}))

    assert ("plain", "kernel", None, None) == (plain.how, full.how, plain.failure, full.failure)
    assert widget_state(full.notebook) == widget_state(plain.notebook)


@pytest.mark.parametrize("way", ["metadata", "tag"])
def test_full_kernel_is_chosen(forked, way, texts):
    """Metadata of the notebook or the tag of a cell bring a kernel behind sockets, in the same surroundings."""
    source = "import os; from ipykernel.kernelapp import IPKernelApp\nprint(IPKernelApp.instance().transport, os.environ['KEY'])"
    given = (
        notebook(source, cxmaturity={"kernel": "full"})
        if way == "metadata"
        else notebook((source, ["full-kernel"]))
    )
    run = forked.run_notebook(given, context=JobContext(environment={**os.environ, "KEY": "v"}))

    assert ("kernel", ["ipc v\n"]) == (run.how, texts(run))


def test_full_kernel_is_limited(forked):
    """Limits and failures hold for a kernel behind sockets: its time, its memory, its errors."""
    full = {"cxmaturity": {"kernel": "full"}}
    late = forked.run_notebook(notebook("while True: pass", **full), limits=Limits(wall_seconds=10))
    large = forked.run_notebook(
        notebook("x = bytearray(9 << 30)", **full), limits=Limits(wall_seconds=120, memory_bytes=1 << 30)
    )
    dead = forked.run_notebook(notebook("import os", "os._exit(1)", **full), limits=Limits(wall_seconds=120))

    assert ["timeout", "memory", "exit"] == [run.failure.kind for run in (late, large, dead)]
    assert [0, 0, 1] == [run.failure.cell for run in (late, large, dead)]
