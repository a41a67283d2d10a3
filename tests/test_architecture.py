"""The house stands as drawn in docs/explanation/house.md: imports point down, each floor uses only its own tools."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cxmaturity

SOURCE = Path(cxmaturity.__file__).parent
DOMAIN = {"assessment", "business_case", "journey"}
NUMERIC = {"attrs", "numpy", "scipy"}

# room -> (rooms it may import, third parties it may import)
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "core": (set(), {"attrs"}),
    "catalog": ({"core"}, {"attrs"}),
    "assessment": ({"core", "catalog"}, NUMERIC),
    "business_case": ({"core", "catalog"}, NUMERIC),
    "journey": ({"core", "catalog"}, NUMERIC),
    "engagement": ({"core", "catalog"} | DOMAIN, NUMERIC),
    "resources": ({"core"}, set()),
    "i18n": ({"core", "catalog"}, {"attrs", "babel", "yaml"}),
    "files": (
        {"core", "catalog", "engagement", "resources"} | DOMAIN,
        {"attrs", "ruamel", "yaml", "openpyxl"},
    ),
    "charts": (
        {"core", "catalog", "engagement", "i18n", "resources"} | DOMAIN,
        {"attrs", "numpy", "matplotlib", "seaborn", "pandas"},
    ),
    "warm": (
        {"core"},
        {"attrs", "ipykernel", "jupyter_client", "nbclient", "nbformat", "papermill", "traitlets"},
    ),
    "reporting": (
        {"core", "catalog", "engagement", "i18n", "charts", "files", "resources", "warm"} | DOMAIN,
        {
            "attrs",
            "distributed",
            "papermill",
            "nbconvert",
            "nbclient",
            "nbformat",
            "lxml",
            "jupyter_client",
            "typst",
            "traitlets",
            "jinja2",
            "xlsxwriter",
            "pptx",
        },
    ),
    "store": (
        {"core", "catalog", "assessment", "files", "resources"},
        {"attrs", "numpy", "sqlalchemy", "alembic", "itsdangerous", "pg8000"},
    ),
    "app": (
        {
            "core",
            "catalog",
            "engagement",
            "i18n",
            "charts",
            "files",
            "reporting",
            "store",
            "resources",
            "warm",
        }
        | DOMAIN,
        {
            "attrs",
            "IPython",
            "anywidget",
            "babel",
            "ipywidgets",
            "jinja2",
            "jupyter_client",
            "jupyter_server",
            "numpy",
            "segno",
            "tornado",
            "traitlets",
            "voila",
        },
    ),
    "cli": (
        {"core", "catalog", "engagement", "i18n", "files", "reporting", "store", "resources", "warm"}
        | DOMAIN,
        {"attrs", "click", "rich", "jupyterlab"},
    ),
    "__init__": ({"core", "catalog", "engagement", "files", "reporting", "app"} | DOMAIN, set()),
    "__main__": ({"cli"}, set()),
}
FORBIDDEN_IN_DOMAIN = {
    "datetime.now",
    "date.today",
    "datetime.today",
    "time.time",
    "open",
    "print",
    "os.environ",
}
PURE = ("core", "catalog", "assessment", "business_case", "journey", "engagement")


def modules() -> Iterator[tuple[str, Path]]:
    """Yield (room, file) for every module."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        yield (parts[0] if len(parts) > 1 else path.stem), path


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every import, those inside functions included, TYPE_CHECKING ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "cxmaturity":
                yield from ((node.lineno, f"cxmaturity.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module


ALL_MODULES = list(modules())


@pytest.mark.parametrize(
    ("room", "path"), ALL_MODULES, ids=[str(p.relative_to(SOURCE)) for _, p in ALL_MODULES]
)
def test_imports_point_down(room, path):
    """A module imports only rooms below its own and only the third parties of its floor."""
    rooms, third_parties = ROOMS[room]
    wrong = []
    for line, name in imports(path):
        top, _, rest = name.partition(".")
        if top == "cxmaturity":
            target = rest.split(".")[0] or "__init__"
            if target not in rooms | {room}:
                wrong.append(f"{path.name}:{line}: {room} must not import {name}")
        elif top not in sys.stdlib_module_names and top not in third_parties:
            wrong.append(f"{path.name}:{line}: {room} must not use {name}")

    assert [] == wrong


@pytest.mark.parametrize(
    "path",
    [p for r, p in ALL_MODULES if r in PURE],
    ids=[str(p.relative_to(SOURCE)) for r, p in ALL_MODULES if r in PURE],
)
def test_domain_never_looks_outside(path):
    """Floors 1 and 2 read no file, no clock and no environment: everything arrives as an argument."""
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    outside = {
        call
        for call in calls
        if call in FORBIDDEN_IN_DOMAIN or any(call.endswith(f".{bad}") for bad in FORBIDDEN_IN_DOMAIN)
    }

    assert set() == outside


@pytest.mark.parametrize(
    "path", [p for _, p in ALL_MODULES], ids=[str(p.relative_to(SOURCE)) for _, p in ALL_MODULES]
)
def test_rooms_stay_small(path):
    """A module has at most 500 lines and says in its first lines why it exists."""
    text = path.read_text(encoding="utf-8")

    assert text.count("\n") <= 500
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize(
    "room", ["core", "catalog", "assessment", "business_case", "engagement", "files", "i18n", "charts"]
)
def test_print_only_in_the_command_line(room):
    """Nothing but the command line prints."""
    printing = [
        f"{path.name}:{node.lineno}"
        for path in (SOURCE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]

    assert [] == printing


HEAVY = {"pandas", "seaborn", "matplotlib", "papermill", "ipywidgets", "nbconvert", "typst", "IPython"}
SCREENS = {
    "sqlalchemy",
    "alembic",
    "itsdangerous",
    "tornado",
    "voila",
    "jupyter_server",
    "jupyterlab",
    "jinja2",
}


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        ([], HEAVY | {"numpy", "scipy", "click"}),
        (["--help"], HEAVY | {"numpy", "scipy"}),
        (["campaign", "--help"], HEAVY | SCREENS | {"numpy", "scipy"}),
        (["campaign", "new", "--help"], HEAVY | SCREENS | {"numpy", "scipy"}),
        (["app", "--help"], HEAVY | SCREENS | {"numpy", "scipy"}),
        (["lab", "--help"], HEAVY | SCREENS | {"numpy", "scipy"}),
        (["check", "{example}"], HEAVY | {"numpy", "scipy"}),
        (["score", "{example}"], HEAVY),
        (["score", "{example}", "--json"], HEAVY),
        (["case", "{example}"], HEAVY),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_light_commands_stay_light(arguments, forbidden):
    """`import cxmaturity`, `--help`, `check`, `score` and `case` load none of the heavy libraries."""
    example = str(SOURCE.parents[1] / "examples" / "maison-lavande")
    told = [argument.format(example=example) for argument in arguments]
    program = (
        "import sys, cxmaturity\n"
        "if sys.argv[1:]:\n"
        "    from cxmaturity.cli import main\n"
        "    code = main(sys.argv[1:])\n"
        "    assert code == 0, code\n"
        f"loaded = sorted(set({sorted(forbidden)!r}) & sys.modules.keys())\n"
        "print('LOADED', loaded)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *told], capture_output=True, text=True, check=False, encoding="utf-8"
    )

    assert (0, "LOADED []") == (done.returncode, done.stdout.strip().splitlines()[-1]), done.stderr


def test_no_test_takes_the_time():
    """Tests read no stopwatch, whose answer is another on another machine: benchmarks/ do, beside a baseline."""
    watches = {
        "perf_counter",
        "perf_counter_ns",
        "process_time",
        "process_time_ns",
        "thread_time",
        "getloadavg",
        "timeit",
    }
    found = [
        f"{path.name}:{node.lineno}"
        for path in Path(__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if {getattr(node, "attr", None), getattr(node, "name", None)} & watches
    ]

    assert [] == found
