"""The samples of the how-to for schedulers do what the page says, without the schedulers: stand-ins for their few words."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml

from cxmaturity.cli import main
from cxmaturity.reporting.batch import doors

PAGES = [
    Path(__file__).parents[3] / "docs" / "how-to" / name for name in ("schedulers.md", "schedulers.fr.md")
]


def blocks(page, language):
    """Return the code blocks of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def sample(page, word):
    """Return the one Python sample of a page that imports from `word`."""
    (found,) = [block for block in blocks(page, "python") if f"from {word}" in block]
    return found


def run_ours(words, **_):
    """Run our command in this process as `subprocess.run` would; no shell, so a star is spread here."""
    assert "cxmaturity" == words[0]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["--lang", "en", *words[1:]])
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


class FailureError(Exception):
    """Stand-in for Dagster's failure."""

    def __init__(self, description):
        super().__init__(description)


@pytest.fixture
def data(tmp_path, write_client, jobs, monkeypatch):
    """Return a folder that stands for /data: two clients, the table of both, and quick jobs; and the samples' stand-ins."""
    for name in ("acme", "brio"):
        write_client(tmp_path / "clients" / name, name.title())
    (tmp_path / "portfolio.csv").write_text("client\nclients/acme\nclients/brio\n", encoding="utf-8")
    monkeypatch.setattr(doors, "WarmDoor", lambda bounds, few: jobs.HereDoor())  # noqa: ARG005
    monkeypatch.setattr(subprocess, "run", run_ours)
    words = {
        "prefect": {"flow": lambda made: made, "task": lambda **_: lambda made: made},
        "dagster": {
            "asset": lambda made: made,
            "Failure": FailureError,
            "MaterializeResult": SimpleNamespace,
        },
    }
    for name, offered in words.items():
        module = ModuleType(name)
        vars(module).update(offered)
        monkeypatch.setitem(sys.modules, name, module)
    return tmp_path


def carried_out(text, data):
    """Run a sample with another folder for /data; return what it defined."""
    scope = {"__name__": "sample"}
    exec(compile(text.replace("/data/", f"{data.as_posix()}/"), "sample", "exec"), scope)  # noqa: S102  # our own page
    return scope


def test_both_pages_have_the_same_samples():
    """The French page has the Python and JSON of the English one, to the letter."""
    for language in ("python", "json"):
        assert blocks(PAGES[0], language) == blocks(PAGES[1], language)


def test_prefect(data):
    """The flow returns when all are done, and raises the sentence of what is wrong when somebody failed."""
    scope = carried_out(sample(PAGES[0], "prefect"), data)
    scope["evening"]()
    assert (data / "reports" / "brio" / "en" / "report.html").is_file()
    counts = scope["reports"]([str(data / "clients" / "acme")], str(data / "reports"))
    assert 1 == counts["cached"]
    (data / "clients" / "brio" / "engagement.yaml").write_text("client: [", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"brio.engagement\.yaml:"):
        scope["evening"]()


def test_dagster(data):
    """The asset gives the counts as metadata, and fails with the sentence of what is wrong, a wrong table too."""
    scope = carried_out(sample(PAGES[0], "dagster"), data)
    assert 2 == scope["client_reports"]().metadata["done"]
    (data / "portfolio.csv").write_text("client,colour\nclients/acme,blue\n", encoding="utf-8")
    with pytest.raises(FailureError, match="unknown column 'colour'"):
        scope["client_reports"]()


def test_airflow(data, monkeypatch):
    """The task's command line makes both clients, and its summary goes to a folder that is there before the first run."""
    given = {}

    class Dag:
        def __init__(self, name, **_):
            given["dag"] = name

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    names = {"airflow.providers.standard.operators.bash": {"BashOperator": lambda **said: given.update(said)}}
    names |= {"airflow.sdk": {"DAG": Dag}}
    for name, offered in names.items():
        module = ModuleType(name)
        vars(module).update(offered)
        monkeypatch.setitem(sys.modules, name, module)
    carried_out(sample(PAGES[0], "airflow.sdk"), data)
    command, _, file = given["bash_command"].partition(" > ")
    words = [
        path
        for word in shlex.split(command)
        for path in (sorted(map(str, (data / "clients").iterdir())) if word.endswith("*") else [word])
    ]
    done = run_ours(words)

    assert "client_reports" == given["dag"]
    assert data == Path(file).parent
    assert (0, 2) == (done.returncode, json.loads(done.stdout)["counts"]["done"])


@pytest.mark.parametrize("page", PAGES, ids=["en", "fr"])
def test_kubernetes(page, data):
    """The job's command, once for each index, takes every client once; the run after them finds nothing to do."""
    (text,) = blocks(page, "yaml")
    job = yaml.safe_load(text)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert ["sh", "-c"] == container["command"]
    assert ("Indexed", "Never") == (
        job["spec"]["completionMode"],
        job["spec"]["template"]["spec"]["restartPolicy"],
    )
    (command,) = container["args"]
    taken = []
    for index in range(job["spec"]["completions"]):
        words = shlex.split(command.replace("$((JOB_COMPLETION_INDEX + 1))", str(index + 1)))
        assert "exec" == words.pop(0)
        done = run_ours([word.replace("/data/", f"{data.as_posix()}/") for word in words])
        assert 0 == done.returncode
        taken += [Path(client["source"]).name for client in json.loads(done.stdout)["clients"]]
    assert ["acme", "brio"] == taken
    whole = [
        word.replace("/data/", f"{data.as_posix()}/") for word in words if word not in {"--slice", "5/5"}
    ]
    assert 2 == json.loads(run_ours(whole).stdout)["counts"]["cached"]
    assert (data / "reports" / "index.html").is_file()
