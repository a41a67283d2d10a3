"""The standard doors, by their own commands: papermill's engine and kernel, nbconvert's --execute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cxmaturity.resources import resource
from cxmaturity.warm.starting import can_fork

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="no fork server on this platform"),
]
GROUPS = ("papermill.engine", "jupyter_client.kernel_provisioners")


@pytest.fixture(scope="module")
def surroundings_of_commands(tmp_path_factory):
    """Return an environment where this checkout's entry points and kernelspec are installed."""
    folder = tmp_path_factory.mktemp("site")
    info = folder / "cxmaturity_checkout-0.dist-info"
    info.mkdir()
    points = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    said = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in points[group].items()) for group in GROUPS]
    (info / "entry_points.txt").write_text("\n".join(said), encoding="utf-8")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: cxmaturity-checkout\nVersion: 0\n", encoding="utf-8"
    )
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "src"), os.environ["PYTHONPATH"]]),
        "JUPYTER_PATH": str(resource("templates/jupyter")),
    }


@pytest.fixture
def command(surroundings_of_commands, tmp_path):
    """Return a function that runs a module as a command in a folder of its own."""

    def run(*arguments, check=True):
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            env=surroundings_of_commands,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not (check and done.returncode), done.stderr
        return done

    return run


def write(path, *cells, **parameters):
    """Write a notebook of code cells, with a parameters cell."""
    from nbformat import v4
    from nbformat import write as save

    first = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    made = [v4.new_code_cell(first, metadata={"tags": ["parameters"]}), *map(v4.new_code_cell, cells)]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    save(v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)


def outputs(path):
    """Return the outputs of an executed notebook."""
    return [cell.get("outputs") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


PARENT = "import os\nprint(open(f'/proc/{os.getppid()}/cmdline').read().count('cxmaturity.warm.server'), n)"


@pytest.mark.parametrize("door", ["--engine", "-k"])
def test_papermill(command, tmp_path, door):
    """Papermill runs the notebook in a forked process, with its parameters, metadata and progress as ever."""
    write(tmp_path / "in.ipynb", PARENT, "from here import value; value", n=1)
    (tmp_path / "here.py").write_text("value = 'beside'", encoding="utf-8")
    command("papermill", door, "cxmaturity", "in.ipynb", "out.ipynb", "-p", "n", "2")
    made = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))
    texts = [output for cell in made["cells"] for output in cell["outputs"]]

    assert ["1 2\n"] == texts[0]["text"]
    assert ["'beside'"] == texts[1]["data"]["text/plain"]
    assert {"n": 2} == made["metadata"]["papermill"]["parameters"]
    assert {"completed"} == {cell["metadata"]["papermill"]["status"] for cell in made["cells"]}


def test_papermill_engine_fails_as_papermill_does(command, tmp_path):
    """A failing cell leaves a saved notebook, papermill's own error, its exit status, and later cells unrun."""
    write(tmp_path / "in.ipynb", "print('kept')", "1 / 0", "print('never')")
    said = {}
    for name, arguments in (("ours", ["--engine", "cxmaturity"]), ("theirs", [])):
        done = command("papermill", *arguments, "in.ipynb", f"{name}.ipynb", check=False)
        made = json.loads((tmp_path / f"{name}.ipynb").read_text(encoding="utf-8"))
        said[name] = (
            done.returncode,
            done.stderr.strip().splitlines()[-1],
            [cell["metadata"].get("papermill", {}).get("status") for cell in made["cells"]],
            [cell["metadata"].get("papermill", {}).get("exception") for cell in made["cells"]],
            [[output.get("ename") for output in cell.get("outputs", [])] for cell in made["cells"]],
        )

    assert said["theirs"] == said["ours"]


def test_papermill_engine_says_a_crash(command, tmp_path):
    """A process that crashes is papermill's dead kernel, and the saved notebook shows which cell ran."""
    write(tmp_path / "in.ipynb", "print('kept')", "import os; os.kill(os.getpid(), 11)")
    done = command("papermill", "--engine", "cxmaturity", "in.ipynb", "out.ipynb", check=False)
    made = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))

    assert "DeadKernelError" in done.stderr
    assert ["completed", "completed", "failed"] == [
        c["metadata"]["papermill"]["status"] for c in made["cells"]
    ]
    assert [["kept\n"]] == [output["text"] for output in made["cells"][1]["outputs"]]


def test_nbconvert_execute(command, tmp_path):
    """Nbconvert --execute uses a forked kernel by the kernelspec's name."""
    write(tmp_path / "in.ipynb", PARENT, n=3)
    command(
        *("nbconvert", "--execute", "--to", "notebook", "in.ipynb", "--output", "out.ipynb"),
        "--ExecutePreprocessor.kernel_name=cxmaturity",
    )

    assert ["1 3\n"] == outputs(tmp_path / "out.ipynb")[1][0]["text"]


def test_kernelspec_is_listed(command):
    """JupyterLab and Voilà see the kernel."""
    done = command("jupyter_client.kernelspecapp", "list", "--json")

    assert "cxmaturity" in json.loads(done.stdout)["kernelspecs"]


def test_engine_costs_nothing_to_import():
    """What papermill imports at every start takes no heavy library, and cannot fail for the lack of one."""
    program = (
        "import sys\n"
        "for name in ('papermill', 'nbclient', 'ipykernel', 'jupyter_client', 'zmq', 'attrs'):\n"
        "    sys.modules[name] = None\n"
        "from cxmaturity.warm.engine import CxMaturityEngine\n"
        "print(len(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 120
