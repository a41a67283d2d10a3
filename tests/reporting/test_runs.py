"""From a folder to documents: the same bytes twice, nothing half written, failures said plainly."""

from __future__ import annotations

import json
import shutil

import nbformat
import pytest

from cxmaturity.core.problems import CxMaturityError, InputError
from cxmaturity.reporting.deliverable import check_pdf
from cxmaturity.reporting.document import MIME
from cxmaturity.reporting.runs import PHASES, execute, make_report
from cxmaturity.reporting.session import open_report
from cxmaturity.resources import resource

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, samples):
    """Return a copy of a bundled engagement whose client has a name full of markup."""
    folder = tmp_path_factory.mktemp("clients") / "hostile é"
    shutil.copytree(resource("examples/northgate-advisory"), folder)
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8").replace("Northgate Advisory", "NAME", 1)
    assert "NAME" in text
    lines = [
        f"  name: {json.dumps(samples.HOSTILE, ensure_ascii=False)}"
        if "name:" in line and "NAME" in line
        else line
        for line in text.splitlines()
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def two_runs(hostile, tmp_path_factory):
    """Run the same report twice, into two folders."""
    told = []
    runs = []
    for _ in range(2):
        out = tmp_path_factory.mktemp("out")
        outcomes = make_report(
            hostile,
            out=out,
            languages=("fr",),
            sections=("summary", "profile"),
            progress=lambda *what: told.append(what),
            keep_notebook=True,
        )
        runs.append((out, outcomes))
    return runs, told


@pytest.mark.slow
def test_files_where_they_belong(two_runs):
    """A run writes its documents under the client's id and the language, and says whose they are, no more."""
    (out, (outcome,)), _ = two_runs[0]

    assert "done" == outcome.status, [str(problem) for problem in outcome.problems]
    assert ["report.html", "report.pdf", "report.ipynb"] == [path.name for path in outcome.paths]
    assert all(path.parent.name == "fr" and path.is_file() for path in outcome.paths)
    inside = {
        str(path.relative_to(out / path.relative_to(out).parts[0]))
        for path in out.rglob("*")
        if path.is_file()
    }
    assert {"client.json", "fr/report.html", "fr/report.pdf", "fr/report.ipynb"} == inside


@pytest.mark.slow
def test_no_warning_and_every_second_told(two_runs):
    """A run has no warning, says where its time went, and tells each phase as it begins."""
    runs, told = two_runs
    (outcome,) = runs[0][1]

    assert () == outcome.problems
    assert PHASES == tuple(outcome.seconds)
    assert all(seconds >= 0 for seconds in outcome.seconds.values())
    assert ["kernel", "html", "pdf"] == [phase for _, _, phase in told[:3]]


@pytest.mark.slow
def test_same_bytes_twice(two_runs):
    """Two runs of the same inputs give byte-identical page and PDF."""
    (_, (one,)), (_, (other,)) = two_runs[0]

    assert [path.read_bytes() for path in one.paths[:2]] == [path.read_bytes() for path in other.paths[:2]]


@pytest.mark.slow
def test_hostile_name_everywhere(two_runs, samples, read_pdf):
    """The client's name stands as text in the page, in the PDF and in the notebook, and the PDF is whole."""
    (_, (outcome,)), _ = two_runs[0]
    page, pdf, notebook = (path.read_bytes() for path in outcome.paths)
    executed = nbformat.reads(notebook.decode(), as_version=4)
    shown = [
        json.loads(output.data[MIME])
        for cell in executed.cells
        for output in cell.get("outputs", ())
        if MIME in output.data
    ]

    assert samples.HOSTILE == outcome.client
    assert b"<script" not in page
    assert samples.HOSTILE.replace(" ", "").removesuffix("שלום") in read_pdf(pdf).letters
    assert [] == check_pdf(pdf)
    assert [samples.HOSTILE] * 3 == [payload["identity"]["client"] for payload in shown]
    assert ["cover", "summary", "profile"] == [payload["section"] for payload in shown]


@pytest.mark.slow
def test_failing_section_is_named(tmp_path):
    """A cell that fails gives one problem with its section and the error's own words, no traceback."""
    notebook = nbformat.v4.new_notebook(metadata=KERNEL)
    notebook.cells = [
        nbformat.v4.new_code_cell("x: int = 1", id="parameters", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("raise ValueError(f'no {x}')", id="case"),
    ]
    path = tmp_path / "failing.ipynb"
    nbformat.write(notebook, path)
    with pytest.raises(InputError) as caught:
        execute(path, {"x": 2})

    assert "reporting.section_failed" == caught.value.code
    assert "the section 'case' of the report failed: ValueError: no 2" == str(caught.value)


@pytest.mark.slow
def test_kernel_knows_nothing_of_the_user(tmp_path, monkeypatch):
    """Neither a start-up file nor a module in the working directory reaches the report's kernel."""
    (tmp_path / "startup.py").write_text("leaked = 1\n", encoding="utf-8")
    (tmp_path / "colorsys.py").write_text("leaked = 1\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.v4.new_notebook(metadata=KERNEL)
    source = "import colorsys\nprint('leaked' in globals(), hasattr(colorsys, 'leaked'))"
    notebook.cells = [nbformat.v4.new_code_cell(source, id="look")]
    nbformat.write(notebook, tmp_path / "look.ipynb")
    executed = execute(tmp_path / "look.ipynb", {})

    assert ["False False\n"] == [output.text for output in executed.cells[-1].outputs]


@pytest.mark.slow
def test_failed_run_leaves_the_old_report(hostile, tmp_path, monkeypatch):
    """When a run fails, its outcome says so and the documents of the run before stay as they were."""
    old = tmp_path / "standing"
    monkeypatch.setattr("cxmaturity.reporting.runs.execute", lambda *_: _fail())
    outcomes = make_report(hostile, out=old, languages=("fr", "en"))

    assert ["failed", "failed"] == [outcome.status for outcome in outcomes]
    assert [(), ()] == [outcome.paths for outcome in outcomes]
    assert ["reporting.kernel"] * 2 == [outcome.problems[0].code for outcome in outcomes]
    assert not list(old.rglob("report.*"))


def _fail():
    raise InputError.of("reporting.kernel", "the kernel of the report stopped: {reason}", reason="killed")


@pytest.mark.slow
def test_session_shows_only_what_was_chosen():
    """A section not chosen shows nothing, an unknown one is refused, a cell shows HTML and our JSON."""
    report = open_report(resource("examples/northgate-advisory"), sections=["summary"])
    shown = report.summary()._repr_mimebundle_()

    assert report.case() is None
    assert {"text/plain", "text/html", MIME} == set(shown)
    assert {"text/html"} == set(report.summary()._repr_mimebundle_(include={"text/html"}))
    assert "cxm-cell" in shown["text/html"]
    assert ["cover", "summary"] == [part.id for part in report.document().parts]
    with pytest.raises(CxMaturityError):
        report.show("sumary")
