"""What is shipped: the lock names no place, environment.yml follows pyproject, licences allow it, the wheel is whole."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")


def canonical(name: str) -> str:
    """Return a distribution name as the packaging standard compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def bounds(lines: list[str]) -> dict[str, str]:
    """Return name -> lower bound of requirement lines."""
    return {canonical(name): bound for name, _, bound in (line.partition(">=") for line in lines)}


def test_every_dependency_has_a_lower_bound_and_no_upper_one():
    """A requirement is a name and `>=`, nothing else."""
    lines = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]

    assert [] == [line for line in lines if not re.fullmatch(r"[A-Za-z0-9-]+>=[0-9.]+", line)]


def test_lock_has_hashes_and_no_address():
    """The lock names no host and no path, and every pin carries a hash."""
    pins = re.findall(r"^[a-z0-9].*==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", LOCK, flags=re.MULTILINE)

    assert not re.search(r"://|^/|[A-Za-z]:\\\\|file:", LOCK, flags=re.MULTILINE)
    assert len(re.findall(r"^[a-z0-9]\S*==", LOCK, flags=re.MULTILINE)) == len(pins) > 100


def test_lock_covers_pyproject():
    """Every dependency of pyproject is locked, at or above its lower bound."""
    locked = dict(re.findall(r"^([a-z0-9-]+)==([0-9][^ \\]*)", LOCK, flags=re.MULTILINE))
    wanted = bounds([*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]])

    def numbers(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", version)[:3])

    assert [] == [name for name, bound in wanted.items() if numbers(locked.get(name, "0")) < numbers(bound)]


def test_environment_yml_follows_pyproject():
    """environment.yml lists the same names with the same bounds as pyproject, pip's own part included."""
    renamed = {"ruamel.yaml": "ruamel-yaml", "jupyter_client": "jupyter-client"}
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    listed = re.findall(r"^ +- ([A-Za-z0-9_.-]+)>=([0-9.]+)$", text, flags=re.MULTILINE)
    found = {canonical(renamed.get(name, name)): bound for name, bound in listed}
    wanted = bounds([*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]])

    assert wanted | {"python": PROJECT["project"]["requires-python"].removeprefix(">=")} == found


def _requirements_of(name: str, seen: set[str]) -> set[str]:
    from importlib.metadata import PackageNotFoundError

    key = canonical(name)
    if key in seen:
        return seen
    try:
        required = importlib.metadata.requires(name) or []
    except PackageNotFoundError:
        return seen
    seen.add(key)
    for line in required:
        if "extra ==" not in line:
            _requirements_of(re.split(r"[ ;<>=!~\[(]", line, maxsplit=1)[0], seen)
    return seen


def test_no_copyleft_at_run_time():
    """Nothing that a user must install to run cxmaturity is under the GPL or AGPL."""
    names = _requirements_of("cxmaturity", set()) - {"cxmaturity"}
    guilty = []
    for name in sorted(names):
        data = importlib.metadata.metadata(name)
        said = " ".join([data.get("License-Expression") or "", *(data.get_all("Classifier") or [])])
        own = (
            said if "License" in said or data.get("License-Expression") else (data.get("License") or "")[:200]
        )
        if re.search(r"\bA?GPL|GNU (Affero )?General Public", own) and not re.search(r"LGPL|Lesser", own):
            guilty.append(name)

    assert len(names) > 50
    assert [] == guilty


def test_no_machine_path_and_no_registry_address_is_tracked():
    """No tracked file names a home folder, a package index or a file of one."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    needle = re.compile(r"/root/|/home/[a-z]|/work/[a-z]+/|index-url|find-links|://[^ ]+\.(?:whl|tar\.gz)")
    allowed = {"tests/test_packaging.py", "run.py"}
    guilty = []
    for name in listed:
        path = ROOT / name
        if (
            not name
            or name in allowed
            or path.suffix in {".svg", ".png", ".ttf", ".otf", ".woff2", ".xlsx"}
            or not path.is_file()
        ):
            continue
        if found := needle.search(path.read_text(encoding="utf-8", errors="replace")):
            guilty.append(f"{name}: {found[0]}")

    assert [] == guilty


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once, offline."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
    )
    return next(target.glob("*.whl"))


@pytest.mark.slow
def test_wheel_holds_what_it_needs(wheel):
    """The wheel carries the content, notebooks, templates, fonts and examples, and no test."""
    names = set(zipfile.ZipFile(wheel).namelist())

    for wanted in (
        "cxmaturity/py.typed",
        "cxmaturity/content/questions.yaml",
        "cxmaturity/_resources/notebooks/client_report.ipynb",
        "cxmaturity/_resources/templates/nbconvert/cxmaturity/conf.json",
        "cxmaturity/_resources/templates/engagement/fr/engagement.yaml",
        "cxmaturity/_resources/examples/maison-lavande/engagement.yaml",
    ):
        assert wanted in names
    assert [] == [name for name in names if "/tests/" in name or name.startswith("tests/")]
    assert any(re.search(r"_resources/templates/fonts/.+\.(ttf|otf)$", name) for name in names)


@pytest.mark.slow
def test_wheel_works_outside_the_checkout(wheel, tmp_path):
    """Unpacked anywhere, with no checkout near, `new`, `check` and `score` work."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "import cxmaturity; assert cxmaturity.__file__.startswith(sys.path[0]), cxmaturity.__file__\n"
        "from cxmaturity.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    for arguments in (["new", "acme", "--language", "fr"], ["check", "acme"], ["score", "acme", "--json"]):
        done = subprocess.run(
            [sys.executable, "-c", program, str(site), *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
