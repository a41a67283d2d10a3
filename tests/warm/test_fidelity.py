"""A notebook run without sockets has the outputs that nbclient gets from a spawned kernel, cell by cell."""

from __future__ import annotations

import json
import os
import re
import sys

import pytest

from cxmaturity.warm import JobContext, Limits

# Each text is one cell; all of them run in one notebook, errors allowed, in this order.
CELLS = (
    # values
    "1 + 1",
    "1 + 1;",
    "None",
    "x = 40",
    "x + 2",
    "'text'",
    "[1, (2,), {3: {4}}]",
    "float('nan'), float('inf'), -0.0",
    "b'\\x00\\xff'",
    "_ , __",
    "Out[5], In[2]",
    "list(range(2000))",
    # streams
    "print('one'); print('two')",
    "print('no newline', end='')",
    "import sys; print('out'); print('err', file=sys.stderr); print('out again')",
    "print('a', flush=True); print('b', flush=True)",
    "print('before'); 7",
    "sys.stderr.write('only errors\\n')",
    "sys.stdout.write('é ☃ \U0001f600\\n')",
    "print('bar\\rover'); print('x\\by')",
    "import os; n = os.write(1, b'from C\\n')",
    "n = os.write(2, b'error from C\\n')",
    "import subprocess; done = subprocess.run(['echo', 'a child'])",
    "!echo from a shell",
    "files = !printf 'a\\nb'\nfiles",
    "print(sys.stdout.isatty(), sys.stdout.encoding, type(sys.stdout.name).__name__)",
    # displays
    "from IPython.display import *\ndisplay(1, 'two')",
    "HTML('<b>bold</b>')",
    "display(Markdown('# title'), metadata={'m': 1})",
    "display({'text/plain': 'raw', 'application/x-own+json': {'a': [1, None]}}, raw=True)",
    "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 30)",
    "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
    "JSON({'a': [1, 2.5, True]})",
    "Latex('$x^2$'), Math('x')",
    "print('first'); display('middle'); print('last'); 'end'",
    "handle = display('version 1', display_id='kept')",
    "handle.update('version 2'); update_display(HTML('<i>3</i>'), display_id='kept')",
    "display('here too', display_id='kept'); handle.update('both')",
    "print('gone'); clear_output(); print('stays')",
    "print('gone'); clear_output(wait=True); print('stays')",
    "display('gone', display_id='c'); clear_output(); display('new', display_id='c')\nupdate_display('newer', display_id='c')",
    (
        "class Rich:\n    def __repr__(self): return 'plain'\n    def _repr_html_(self): return '<p>rich</p>'\n"
        "    def _repr_latex_(self): return None\nRich()"
    ),
    (
        "class Bundle:\n    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/html': '<p/>'}, "
        "{'text/html': {'isolated': True}}\nBundle()"
    ),
    "class Bad:\n    def __repr__(self): return 'fine'\n    def _repr_html_(self): raise ValueError('in a formatter')\nBad()",
    "get_ipython().display_formatter.formatters['text/plain'].for_type(complex, lambda c, p, y: p.text('a complex'))\n1j",
    # errors
    "1 / 0",
    "print('said before'); raise KeyError('k')",
    "def f():\n    g()\ndef g():\n    raise RuntimeError('deep')\nf()",
    "this is not python",
    "x = (",
    "undefined_name",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('outer') from e",
    "raise SystemExit(3)",
    "raise KeyboardInterrupt",
    "class Odd(Exception):\n    def __str__(self): return 'é\\n  two lines'\nraise Odd",
    "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])",
    "import warnings; warnings.warn('mind')",
    "input('name? ')",
    "import getpass; getpass.getpass()",
    "x  # still here",
    # magics
    "%pwd",
    "%time y = 1",
    "%%capture kept\nprint('hidden')\ndisplay('hidden too')",
    "kept.stdout, len(kept.outputs)",
    "%%bash\necho from bash; echo err >&2",
    "%%writefile made.txt\nhello",
    "%cat made.txt",
    "%who int",
    "%history -n 2-3",
    "%%javascript\n1",
    "%%html\n<u>under</u>",
    "%no_such_magic",
    "%precision 2\n3.14159",
    "%precision",
    "?len",
    "%pinfo x",
    "%%python3 -\nprint('another interpreter')",
    "%alias hello echo hello %s\n%hello you",
    "%env CLIENT=B\nimport os; os.environ['CLIENT']",
    # asynchrony and threads
    "import asyncio; await asyncio.sleep(0.01); 'awaited'",
    "async def later(): print('later'); return 5\nawait later()",
    "task = asyncio.create_task(later())",
    "await task",
    "c = later()\ntry:\n    asyncio.run(c)\nfinally:\n    c.close()",
    "import threading\nt = threading.Thread(target=print, args=('from a thread',)); t.start(); t.join()",
    "async for i in (j async for j in (k for k in range(2))): pass",
    "await asyncio.gather(*(asyncio.sleep(0, i) for i in range(3)))",
    # libraries
    "import pandas as pd; pd.DataFrame({'a': [1, 2.5], 'b': ['x', None]})",
    "pd.Series([1, 2], name='s')",
    "pd.DataFrame({'a': [1, 2]}).style.format('{:.1f}')",
    "pd.options.display.max_rows = 2; pd.DataFrame({'a': range(5)})",
    "import numpy as np; np.arange(3) / 7",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2])",
    "fig, ax = plt.subplots(figsize=(2, 1)); ax.bar(['a'], [1]); plt.show(); print('after')",
    "plt.figure(figsize=(1, 1)); plt.figure(figsize=(1, 1)); None",
    (
        "%config InlineBackend.figure_formats = ['svg']\nplt.rcParams['svg.hashsalt'] = 'x'\n"
        "plt.rcParams['svg.fonttype'] = 'none'\nf = plt.figure(figsize=(1, 1)); f.text(0, 0, 'kept')"
    ),
    "import matplotlib; matplotlib.get_backend()",
    "import logging; logging.warning('logged'); logging.getLogger('a.b').error('named')",
    "from decimal import Decimal; Decimal('1.10')",
    "import multiprocessing as mp\np = mp.get_context('fork').Process(target=print, args=('from a fork',)); p.start(); p.join()",
    "__name__, '__file__' in globals(), get_ipython().__class__.__name__",
    "import __main__; __main__.x",
    "import pickle; pickle.loads(pickle.dumps(Rich())).__class__",
    "sys.argv[0].endswith('ipykernel_launcher.py') or sys.argv",
    "from rich import print as rprint\nrprint('[bold]rich[/bold]', {'a': 1})",
    "from tqdm import tqdm\nlist(tqdm([1], disable=True))",
    "help(abs)",
    "globals().get('__session__')",
    "import faulthandler; faulthandler.enable(); faulthandler.is_enabled()",
    "os.environ['TERM'], os.environ['PAGER'], os.environ['MPLBACKEND']",
    "breakpoint.__name__, sys.displayhook.__class__.__name__",
    "get_ipython().run_cell('print(1)\\n2').result",
    "get_ipython().ast_node_interactivity = 'all'\n1\n2",
    "del x\nx",
)
NOT_COMPARED = {"%time y = 1"}
TIMED = {cell for cell in CELLS if "%%python3" in cell or "multiprocessing" in cell or "%%bash" in cell}
"""Cells whose output comes from another process, piece by piece: a kernel with sockets cuts it at random."""

LATE = tuple(i for i, cell in enumerate(CELLS) if "os.write(" in cell or "subprocess.run" in cell)
"""Neighbours that write past Python: in a kernel with sockets a thread reads them, sometimes after the next cell began."""


def notebook(cells, **metadata):
    """Return a notebook of code cells."""
    from nbformat import v4

    made = [v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(cells)]
    return v4.new_notebook(cells=made, metadata=metadata)


def peer(cells, folder, monkeypatch, **options):
    """Return the notebook as nbclient executes it in a spawned kernel of this interpreter."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class Manager(AsyncKernelManager):
        kernel_spec = KernelSpec(
            argv=[
                *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
                "--InteractiveShellApp.ignore_cwd=True",
            ],
            language="python",
        )

    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.delenv(
        "PYTEST_CURRENT_TEST", raising=False
    )  # ipykernel captures no C output when it sees this
    made = notebook(cells)
    manager = Manager(transport="ipc", connection_file=str(folder / "k.json"))
    client = NotebookClient(made, km=manager, resources={"metadata": {"path": str(folder)}}, **options)
    client.owns_km = True  # it ends the kernel then
    client.execute(env={name: value for name, value in os.environ.items() if "PYTEST" not in name})
    return json.loads(json.dumps(made))


def settled(outputs, folder):
    """Return outputs without what differs from run to run: addresses, process ids, times, random ids, folders."""
    text = json.dumps(outputs, ensure_ascii=False, sort_keys=True)
    for pattern, instead in (
        (re.escape(str(folder)), "FOLDER"),
        (r"[^\s\"']*ipykernel_\d+/\d+\.py", "CELL"),
        (r"0x[0-9a-f]{6,}", "0xADDRESS"),
        (r"T_[0-9a-f]{5}", "T_ID"),
        (r"<dc:date>[^<]*", "DATE"),
        (r"ForkProcess-\d+|pid=\d+", "PROCESS"),
    ):
        text = re.sub(pattern, instead, text)
    return json.loads(text)


def pieced(outputs):
    """Return outputs with neighbouring pieces of one stream joined: a thread of a spawned kernel cuts them by the clock."""
    whole = []
    for output in outputs:
        if whole and output["output_type"] == "stream" and whole[-1].get("name") == output["name"]:
            whole[-1] = {**whole[-1], "text": whole[-1]["text"] + output["text"]}
        else:
            whole.append(output)
    return whole


def joined(outputs):
    """Return the text of each stream, put together, and the other outputs."""
    streams = {
        name: "".join(o["text"] for o in outputs if o.get("name") == name) for name in ("stdout", "stderr")
    }
    return streams, [o for o in outputs if o["output_type"] != "stream"]


@pytest.fixture(scope="module")
def both(forked, tmp_path_factory):
    """Return (cells by nbclient, cells by the warm start) of the whole corpus."""
    patch = pytest.MonkeyPatch()
    folders = [tmp_path_factory.mktemp("peer"), tmp_path_factory.mktemp("ours")]
    theirs = peer(CELLS, folders[0], patch, allow_errors=True, timeout=120)["cells"]
    patch.undo()
    run = forked.run_notebook(
        json.loads(json.dumps(notebook(CELLS))),
        limits=Limits(wall_seconds=120),
        context=JobContext(cwd=folders[1], umask=0o022, own_home=False),
        options={"allow_errors": True},
    )
    assert run.failure is None, run.failure
    return [
        [(settled(cell["outputs"], folder), cell["execution_count"]) for cell in cells]
        for cells, folder in ((theirs, folders[0]), (run.notebook["cells"], folders[1]))
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "index", range(len(CELLS)), ids=[f"{i} {cell[:30]!r}" for i, cell in enumerate(CELLS)]
)
def test_outputs_equal_nbclient(both, index):
    """Types, order, texts, metadata, tracebacks and execution counts are the same, cell by cell."""
    theirs, ours = ((pieced(outputs), count) for outputs, count in (cells[index] for cells in both))
    if index in LATE:
        theirs, ours = (
            (joined([output for i in LATE for output in cells[i][0]]), cells[index][1]) for cells in both
        )
    if CELLS[index] in TIMED:
        theirs, ours = ((joined(outputs), count) for outputs, count in (theirs, ours))
    if CELLS[index] in NOT_COMPARED:
        theirs, ours = theirs[1], ours[1]

    assert theirs == ours


def test_corpus_is_large_enough():
    """At least sixty cells are compared, and hardly any is left out."""
    assert len(CELLS) - len(NOT_COMPARED) >= 60
