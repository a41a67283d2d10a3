"""`cxmaturity lab`: the notebooks in a folder of one's own, brought up to date, never over somebody's work."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from cxmaturity.cli import _notebooks, main
from cxmaturity.resources import resource


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")


def notebook(*cells, outputs=()):
    """Return a notebook of code cells."""
    made = [
        {
            "cell_type": "code",
            "source": cell,
            "metadata": {},
            "outputs": list(outputs),
            "execution_count": None,
        }
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Return a folder that stands for the shipped notebooks."""
    place = tmp_path / "shipped"
    place.mkdir()
    (place / "self_test.ipynb").write_bytes(notebook("one"))
    (place / "business_case.ipynb").write_bytes(notebook("two"))
    example = tmp_path / "example"
    example.mkdir()
    (example / "engagement.yaml").write_text("an example", encoding="utf-8")
    known = {"notebooks": place, "examples/maison-lavande": example}
    monkeypatch.setattr(_notebooks, "resource", known.__getitem__)
    return place


def test_the_shipped_notebooks_are_copied_beside_the_engagement(tmp_path, capsys):
    """`lab PATH` writes the real notebooks into PATH/notebooks and prints them."""
    folder = tmp_path / "acme"
    assert 0 == main(["new", str(folder)])
    capsys.readouterr()

    assert 0 == main(["lab", str(folder), "--no-start"])

    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert {folder / "notebooks"} == {path.parent for path in written}
    assert {path.name for path in written} == {path.name for path in resource("notebooks").glob("*.ipynb")}
    assert {"self_test.ipynb", "business_case.ipynb"} <= {path.name for path in written}


def test_the_copies_work_on_the_engagement_or_on_a_copy_of_the_example(tmp_path):
    """The builder's notebook names an engagement that exists from where it stands, never the package's own."""
    folder = tmp_path / "acme"
    main(["new", str(folder)])

    main(["lab", str(folder), "--no-start"])
    main(["lab", "--to", str(tmp_path / "mine"), "--no-start"])

    for place, wanted in ((folder / "notebooks", ".."), (tmp_path / "mine", "maison-lavande")):
        text = "".join(json.loads((place / "business_case.ipynb").read_text("utf-8"))["cells"][1]["source"])
        named = re.search(r'engagement: str = "([^"]+)"', text)
        assert named
        assert wanted == named[1]
        assert (place / named[1] / "engagement.yaml").is_file()


def test_without_a_path_they_go_into_the_current_folder(shipped, tmp_path, monkeypatch, capsys):
    """`lab` alone writes into ./cxmaturity-notebooks."""
    monkeypatch.chdir(tmp_path)

    assert 0 == main(["lab", "--no-start"])
    assert {"self_test.ipynb", "business_case.ipynb"} == {
        path.name for path in (tmp_path / "cxmaturity-notebooks").glob("*.ipynb")
    }


def test_a_changed_notebook_is_left_alone_and_said(shipped, tmp_path, capsys):
    """Somebody's cells stay, whatever the shipped version becomes, and the person is told."""
    target = tmp_path / "mine"
    main(["lab", "--to", str(target), "--no-start"])
    (target / "self_test.ipynb").write_bytes(notebook("my own work"))
    (shipped / "self_test.ipynb").write_bytes(notebook("one, improved"))
    capsys.readouterr()

    assert 0 == main(["lab", "--to", str(target), "--no-start"])

    said = capsys.readouterr()
    assert (target / "maison-lavande" / "engagement.yaml").is_file()
    assert "my own work" in (target / "self_test.ipynb").read_text(encoding="utf-8")
    assert "self_test.ipynb was changed" in said.err
    assert "" == said.out


def test_a_notebook_that_was_only_run_is_brought_up_to_date(shipped, tmp_path):
    """Outputs are not somebody's work: the newer version takes their place."""
    target = tmp_path / "mine"
    main(["lab", "--to", str(target), "--no-start"])
    printed = {"output_type": "stream", "name": "stdout", "text": "42"}
    (target / "self_test.ipynb").write_bytes(notebook("one", outputs=[printed]))
    (shipped / "self_test.ipynb").write_bytes(notebook("one, improved"))

    main(["lab", "--to", str(target), "--no-start"])

    assert "one, improved" in (target / "self_test.ipynb").read_text(encoding="utf-8")


def test_a_deleted_notebook_comes_back_and_an_equal_one_is_not_touched(shipped, tmp_path, capsys):
    """Deleting is the way to get the shipped one again; what is the same is not written."""
    target = tmp_path / "mine"
    main(["lab", "--to", str(target), "--no-start"])
    (target / "self_test.ipynb").unlink()
    before = (target / "business_case.ipynb").stat().st_mtime_ns
    capsys.readouterr()

    main(["lab", "--to", str(target), "--no-start"])

    assert [str(target / "self_test.ipynb")] == capsys.readouterr().out.split()
    assert before == (target / "business_case.ipynb").stat().st_mtime_ns


def test_a_notebook_that_is_no_notebook_counts_as_changed(shipped, tmp_path, capsys):
    """A torn file is somebody's problem to look at, not ours to write over."""
    target = tmp_path / "mine"
    target.mkdir()
    (target / "self_test.ipynb").write_text("{torn", encoding="utf-8")

    assert 0 == main(["lab", "--to", str(target), "--no-start"])
    assert "{torn" == (target / "self_test.ipynb").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_said(shipped, tmp_path, capsys):
    """A file where the folder should be gives a sentence and exit 1."""
    (tmp_path / "mine").write_text("a file", encoding="utf-8")

    assert 1 == main(["lab", "--to", str(tmp_path / "mine" / "deeper"), "--no-start"])
    assert "cannot be written" in capsys.readouterr().err


def test_the_workspace_opens_both_notebooks_and_is_found_by_jupyterlab(shipped, tmp_path):
    """JupyterLab's own naming leads to our file, which holds both notebooks; the user's layout is kept afterwards."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    target = tmp_path / "mine"
    _notebooks.copy_to(target)
    place = _notebooks.workspaces(target, ("self_test.ipynb", "business_case.ipynb"))

    loaded = WorkspacesManager(str(place)).load(_notebooks.WORKSPACE)
    assert ["notebook:self_test.ipynb", "notebook:business_case.ipynb"] == loaded["data"][
        "layout-restorer:data"
    ]["main"]["dock"]["widgets"]
    file = next(place.glob("*.jupyterlab-workspace"))
    file.write_text("{}", encoding="utf-8")
    _notebooks.workspaces(target, ())
    assert "{}" == file.read_text(encoding="utf-8")


def test_jupyterlab_is_started_on_the_folder(shipped, tmp_path, monkeypatch):
    """The child is our own interpreter, with the folder, the port, without a browser when asked, and asks for no news."""
    from cxmaturity.cli._commands import lab

    started, settings = [], []

    class Child:
        def __init__(self, words, *, env):
            started.extend(words)
            settings.append(Path(env["JUPYTER_CONFIG_PATH"]))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def wait(self):
            return 0

    monkeypatch.setattr(lab.subprocess, "Popen", Child)

    assert 0 == main(["lab", "--to", str(tmp_path / "mine"), "--port", "9123", "--no-open"])
    assert f"--ServerApp.root_dir={(tmp_path / 'mine').resolve()}" in started
    assert {"--ServerApp.port=9123", "--ServerApp.open_browser=False"} <= set(started)
    defaults = json.loads((settings[0] / "labconfig" / "default_setting_overrides.json").read_text("utf-8"))
    assert "false" == defaults["@jupyterlab/apputils-extension:notification"]["fetchNews"]


def test_digest_ignores_what_was_printed():
    """Two notebooks with the same cells are the same, whatever they printed; a cell more is a change."""
    one = notebook("a", outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}])

    assert _notebooks._cells(one) == _notebooks._cells(notebook("a"))
    assert _notebooks._cells(one) != _notebooks._cells(notebook("a", "b"))
    assert hashlib.sha256(b"[]").hexdigest() == _notebooks._cells(b"[]")
