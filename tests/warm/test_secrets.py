"""Secrets of a notebook: the cells have the value, and no byte that is written or shown has it."""

from __future__ import annotations

import contextlib
import copy
import html
import json
import os
import pickle
import urllib.parse
from pathlib import Path

import pytest

from cxmaturity import i18n
from cxmaturity.core.problems import InputError
from cxmaturity.warm import JobContext, Limits, Secret
from cxmaturity.warm.secret import Secrets
from cxmaturity.warm.starting import can_fork

START = f"tok-{os.getpid():07x}"
TOKEN = START + "'9\"<é&\\q"
"""Every way of quoting writes it differently; tests that run beside these have another one."""
LETTERS = list(TOKEN)
MARK = "<secret crm_token>"
WRITTEN = (
    TOKEN,
    repr(TOKEN)[1:-1],
    json.dumps(TOKEN)[1:-1],
    json.dumps(TOKEN, ensure_ascii=False)[1:-1],
    START,
)
"""What no byte may say; the last is the beginning that no way of quoting changes."""
QUICK = Limits(wall_seconds=60)


def notebook(*cells, **metadata):
    """Return a notebook of code cells, the first of which has the default parameters."""
    made = [{"tags": ["parameters"]}, *({"tags": []} for _ in cells)]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{i}",
                "metadata": each,
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for i, (source, each) in enumerate(zip(("crm_token = ''", *cells), made, strict=True))
        ],
    }


def traces(said):
    """Return which ways of writing the token stand in bytes or text."""
    whole = said if isinstance(said, bytes) else str(said).encode()
    return [each for each in WRITTEN if each.encode() in whole]


SHOWS = (
    "print(crm_token, f'{crm_token}', repr(crm_token)); crm_token",
    "token = crm_token.reveal(); print(token); import sys; print(token, file=sys.stderr); [token]",
    "from urllib.parse import quote\n['is: \"' + token, ascii(token), token.encode(), ascii([token]), quote(token)]",
    "from IPython.display import HTML, SVG, JSON; import html\nHTML(f'<p>{html.escape(token)}</p>')",
    "JSON({token: [token]})",
    "import os; os.write(1, token.encode()); os.system('echo \"$TOKEN\"')",
    "raise ValueError(f'no access with {token}')",
)


@pytest.mark.parametrize("full", [False, True], ids=["plain", "kernel"])
def test_no_byte_has_the_value(forked, tmp_path, full, texts):
    """The cells compare the right value; what they show, told live or at the end, has the marker in its place."""
    right = f"crm_token.reveal() == ''.join({LETTERS!r})"
    given = notebook(right, *SHOWS, **({"cxmaturity": {"kernel": "full"}} if full else {}))
    heard = []
    run = forked.run_notebook(
        given,
        {"n": 1, "other": Secret("other", TOKEN[::-1])},
        secrets={"crm_token": TOKEN},
        limits=QUICK,
        context=JobContext(cwd=tmp_path),
        on_cell=heard.append,
        options={"outputs": True},
    )
    said = texts(run)

    assert ("True", "kernel" if full else "plain") == (said[0], run.how)
    assert f"{MARK} {MARK} {MARK}\n" == said[1]
    assert ("ValueError", f"no access with {MARK}") == (run.failure.name, run.failure.said)
    assert f'n = 1\nother = "<secret other>"\ncrm_token = "{MARK}"\n' in run.notebook["cells"][1]["source"]
    shown = run.notebook["cells"][6]["outputs"][0]["data"]
    assert "<p>&lt;secret crm_token&gt;</p>" == shown["text/html"]
    assert [] == traces(json.dumps(run.notebook)) + traces(heard) + traces(run)
    assert [] == [name for name in tmp_path.rglob("*") if name.is_file() and traces(name.read_bytes())]
    assert ["Le carnet a montré le secret « crm_token » ; <secret crm_token> en remplace la valeur."] == [
        i18n.describe(problem, "fr").replace("\u202f", " ").replace("\u00a0", " ") for problem in run.warnings
    ]


WAITS = "import os\nwith open(os.environ['GATE']) as gate:\n    gate.read()"


def looked_up(*folders):
    """Return the places outside the child where the token stands: processes of this user, files of these folders."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                found += [f"{process}/{name}" for _ in traces((process / name).read_bytes())]
            except OSError:  # ended, or somebody else's
                continue
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                found += [str(path) for _ in traces(path.read_bytes())]
    return found


@pytest.mark.skipif(not can_fork(), reason="reads /proc")
@pytest.mark.parametrize("full", [False, True], ids=["plain", "kernel"])
def test_nothing_outside_has_the_value_while_it_runs(forked, tmp_path, full, texts):
    """With the value in the child, no command line, environment, log or file of any process of ours has it."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    found = []

    def heard(said):
        if said["event"] == "end" and "scratch" in str(said["outputs"]):
            scratch = Path(said["outputs"][0]["text"].split()[1])
            assert scratch.is_dir()
            found.extend(looked_up(scratch, Path(os.environ["CXMATURITY_RUNTIME_DIR"])))
        if (said["cell"], said["event"]) == (3, "start"):
            found.extend(looked_up())
            gate.write_text("go", encoding="ascii")

    first = "import os, subprocess; subprocess.Popen(['sleep', '50'])\nprint('scratch', os.path.dirname(os.environ['TMPDIR']))"
    run = forked.run_notebook(
        notebook(
            first,
            WAITS,
            f"crm_token.reveal() == ''.join({LETTERS!r})",
            cxmaturity={"kernel": "full"} if full else {},
        ),
        secrets={"crm_token": TOKEN},
        limits=QUICK,
        context=JobContext(environment={**os.environ, "GATE": str(gate), "CRM_TOKEN": TOKEN}),
        on_cell=heard,
        options={"outputs": True},
    )

    assert (None, "True", []) == (run.failure, texts(run)[-1], found)
    assert () == run.warnings


def test_next_client_has_nothing(server, monkeypatch, texts):
    """The variable leaves the environment of the job that reads it; the next job has neither it nor the secret."""
    monkeypatch.setenv("CRM_TOKEN", TOKEN)
    look = "import os\n[type(globals().get('crm_token')).__name__, os.environ.get('CRM_TOKEN')]"
    one = server.run_notebook(notebook(look), {"crm_token": "secret:env:CRM_TOKEN"}, limits=QUICK)
    monkeypatch.delenv("CRM_TOKEN")
    two = server.run_notebook(notebook(look), limits=QUICK)

    assert ["['Secret', None]"] == texts(one)
    assert ["['str', None]"] == texts(two)
    assert 'crm_token = "secret:env:CRM_TOKEN"' in one.notebook["cells"][1]["source"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_last_words_of_a_crash_have_no_secret(forked):
    """What a process printed before it died reaches the asker without the value."""
    source = "import os, sys\nos.write(sys.stderr._original_stdstream_copy, crm_token.reveal().encode()); os.abort()"
    run = forked.run_notebook(notebook(source), secrets={"crm_token": TOKEN}, limits=QUICK)

    assert "crash" == run.failure.kind
    assert MARK in run.failure.printed
    assert [] == traces(run)


def test_a_file_of_several_lines(forked, tmp_path, texts):
    """A key in a file reaches the cell without its last line break, and each of its lines is hidden, also stripped."""
    (tmp_path / "key.pem").write_text("-----BEGIN KEY-----\n MIIEvQIBADA \nBgkqhkiG9w0B\n", encoding="ascii")
    run = forked.run_notebook(
        notebook("len(crm_token.reveal()), [line.strip() for line in crm_token.reveal().splitlines()]"),
        secrets={"crm_token": f"secret:file:{tmp_path / 'key.pem'}"},
        limits=QUICK,
    )

    assert [f"(46, ['{MARK}', '{MARK}', '{MARK}'])"] == [" ".join(texts(run)[0].split())]


WRITERS = {
    "plain": str,
    "python": repr,
    "ascii": ascii,
    "bytes": lambda text: repr(text.encode()),
    "json": json.dumps,
    "json twice": lambda text: json.dumps(json.dumps(text)),
    "html": html.escape,
    "html of python": lambda text: html.escape(repr(text)),
    "xml": lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
    "address": urllib.parse.quote,
    "form": urllib.parse.quote_plus,
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
@pytest.mark.parametrize("value", ["tok-0123", "p4ss'\"<&>\\/=", "été à 20 €, 😀", "k3y line\n\tline 2 \\n"])
def test_a_quoted_value_is_found(writer, value):
    """Whichever way a value is quoted inside a longer text, all of it is replaced, and nothing around it."""
    hidden = Secrets({"crm_token": Secret("crm_token", value)})

    assert writer("ab PLACE yz").replace("PLACE", MARK) == hidden.text(writer(f"ab {value} yz"))


def test_values_of_json_are_found():
    """Names, texts and numbers of JSON are searched; what holds no secret stays as it is."""
    hidden = Secrets({"pin": Secret("pin", "1234567890")})
    given = {"1234567890": [1234567890, "is 1234567890", 12345, True, None, 1.5], "text/html": ["1234567890"]}

    assert {
        "<secret pin>": ["<secret pin>", "is <secret pin>", 12345, True, None, 1.5],
        "text/html": ["&lt;secret pin&gt;"],
    } == hidden.tree(given)


class Nobody:
    """A server that must not be asked."""

    def run(self, *_: object, **__: object):
        """Fail."""
        raise AssertionError


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("secret:env:NO_SUCH_VARIABLE", "warm.secret_no_variable", "NO_SUCH_VARIABLE"),
        ("secret:file:no/such/file", "warm.secret_no_file", "no/such/file"),
        ("secret:vault:crm", "warm.secret_kind", "vault:crm"),
        (["secret:env:HOME"], "warm.secret_inside", "crm_token"),
        ({"a": {"b": "secret:env:HOME"}}, "warm.secret_inside", "crm_token"),
        (Secret("crm_token", "1234567"), "warm.secret_short", "8"),
    ],
)
def test_what_cannot_be_read_is_said_before_anything_runs(value, code, words):
    """Each problem names its parameter, in both languages, and no process is asked."""
    from cxmaturity.warm import run_notebook

    given = {"parameters": {"crm_token": value}}
    with pytest.raises(InputError) as raised:
        run_notebook(Nobody(), notebook(), **given, limits=QUICK, context=JobContext())

    assert [code] == [problem.code for problem in raised.value.problems]
    for language in ("en", "fr"):
        said = i18n.describe(raised.value.problems[0], language)
        assert "crm_token" in said
        assert words in said


def test_a_secret_shows_itself_to_nobody():
    """Text, format, attributes, copies, pickle and JSON of a secret never have its value."""
    secret = Secret("crm_token", TOKEN)

    assert [MARK] * 4 == [str(secret), repr(secret), f"{secret}", str(copy.deepcopy([secret])[0])]
    assert not hasattr(secret, "__dict__")
    assert not isinstance(secret, str)
    for write in (pickle.dumps, json.dumps):
        with pytest.raises(TypeError) as raised:
            write(secret)
        assert [] == traces(raised.value)


def test_ordinary_parameters_are_untouched(forked, texts):
    """Without a secret nothing is searched or changed: a text that begins alike stays a text."""
    run = forked.run_notebook(notebook("crm_token"), {"crm_token": "secret: of success"}, limits=QUICK)

    assert (["'secret: of success'"], ()) == (texts(run), run.warnings)


@pytest.fixture
def papermill(forked, monkeypatch, tmp_path):
    """Return a function that runs a notebook as ``papermill --engine cxmaturity`` does, on the server of the room."""
    from nbformat import v4, write
    from papermill import execute_notebook
    from papermill.engines import papermill_engines

    from cxmaturity.warm import engine_run
    from cxmaturity.warm.engine import CxMaturityEngine

    class Room:
        start_or_connect = staticmethod(lambda _: contextlib.nullcontext(forked))

    monkeypatch.setattr(engine_run, "WarmServer", Room)
    monkeypatch.setenv("CRM_TOKEN", TOKEN)
    monkeypatch.setitem(papermill_engines._engines, "cxmaturity", CxMaturityEngine)

    def run(reference, *cells, language="python"):
        made = [v4.new_code_cell(c["source"], metadata=c["metadata"]) for c in notebook(*cells)["cells"]]
        kernel = {"name": "python3", "language": language, "display_name": "Python 3"}
        write(v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), tmp_path / "in.ipynb")
        given = {"crm_token": reference}
        execute_notebook(
            *(tmp_path / "in.ipynb", tmp_path / "out.ipynb", given), engine_name="cxmaturity", log_output=True
        )

    return run


def test_papermill_engine(papermill, tmp_path, caplog, capfd):
    """Papermill keeps the reference in cell and metadata; no byte that it leaves, logs or raises has the value."""
    from papermill import PapermillExecutionError

    caplog.set_level("INFO", "papermill")
    with pytest.raises(PapermillExecutionError) as raised:
        papermill("secret:env:CRM_TOKEN", f"crm_token.reveal() == ''.join({LETTERS!r})", *SHOWS)
    out = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in out["cells"]]
    (shown,) = (c["outputs"][0]["data"]["text/plain"] for c in out["cells"] if "['t'" in "".join(c["source"]))
    said = capfd.readouterr()

    assert ["True"] == shown
    assert '# Parameters\ncrm_token = "secret:env:CRM_TOKEN"\n' in sources
    assert {"crm_token": "secret:env:CRM_TOKEN"} == out["metadata"]["papermill"]["parameters"]
    assert f"no access with {MARK}" in str(raised.value)
    assert (
        f"the notebook showed the secret 'crm_token'; {MARK} stands in place of its value." in caplog.messages
    )
    assert [] == traces(caplog.text) + traces(said.out) + traces(said.err) + traces(raised.value)
    assert [] == [path for path in tmp_path.rglob("*") if traces(path.read_bytes())]


@pytest.mark.parametrize(
    ("reference", "language", "code"),
    [
        ("secret:env:NO_SUCH_VARIABLE", "python", "warm.secret_no_variable"),
        ("secret:env:CRM_TOKEN", "R", "warm.secret_python"),
    ],
)
def test_papermill_engine_begins_nothing_without_its_secret(papermill, tmp_path, reference, language, code):
    """A secret that cannot be given is said before papermill writes a notebook whose cells never ran."""
    with pytest.raises(InputError) as raised:
        papermill(reference, "1", language=language)

    assert (code, False) == (raised.value.code, (tmp_path / "out.ipynb").exists())
