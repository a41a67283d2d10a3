"""The key of a job: equal for equal inputs, different for any change, and it names the part that changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.reporting.batch import keys
from cxmaturity.reporting.batch.keys import PARTS, file_digests, job_key, standing_parts, tree_digest

INPUTS = st.dictionaries(st.text(min_size=1, max_size=8), st.text("0123456789abcdef", min_size=4), max_size=4)
PARAMETERS = st.fixed_dictionaries(
    {
        "language": st.sampled_from(["", "en", "fr"]),
        "as_of": st.none() | st.dates().map(str),
        "sections": st.none() | st.lists(st.sampled_from(["summary", "case", "risk"])),
    }
)
FORMATS = st.lists(st.sampled_from(["html", "pdf", "xlsx", "pptx"]), unique=True, min_size=1)
JOBS = st.tuples(INPUTS, PARAMETERS, FORMATS, st.integers(0, 9), st.sampled_from(["", "ab" * 32, "cd" * 32]))


def twin(inputs, parameters, formats, seed, slides):
    """Return what a key is of, compared as values rather than as digests."""
    return sorted(inputs.items()), sorted(parameters.items(), key=str), sorted(formats), seed, slides


@given(JOBS, JOBS)
def test_equal_exactly_when_all_that_matters_is_equal(one, other):
    """Two jobs have one key if and only if inputs, parameters, formats, seed and slides are equal; order is nothing."""
    got, again = (job_key(job[0], job[1], formats=job[2], seed=job[3], slides=job[4]) for job in (one, other))

    assert (twin(*one) == twin(*other)) == (got.digest == again.digest)
    assert (got.digest == again.digest) == (not got.changed(again.parts))


@given(JOBS, st.sampled_from(["inputs", "parameters", "formats", "seed", "slides"]))
def test_a_change_is_named(job, part):
    """Changing one part changes the key and names that part alone."""
    inputs, parameters, formats, seed, slides = job
    before = job_key(inputs, parameters, formats=formats, seed=seed, slides=slides)
    changed = {
        "inputs": ({**inputs, "new.csv": "00"}, parameters, formats, seed, slides),
        "parameters": (inputs, {**parameters, "as_of": "1999-01-01x"}, formats, seed, slides),
        "formats": (inputs, parameters, [*formats, "ipynb"], seed, slides),
        "seed": (inputs, parameters, formats, seed + 1, slides),
        "slides": (inputs, parameters, formats, seed, "ef" * 32),
    }[part]
    after = job_key(changed[0], changed[1], formats=changed[2], seed=changed[3], slides=changed[4])

    assert (part,) == after.changed(before.parts)
    assert before.digest != after.digest


def test_any_byte_of_any_file(tmp_path):
    """Each single byte of each input file counts; a file that is gone is no file with any bytes."""
    files = {"engagement.yaml": b"client: x\n", "answers.csv": b"a,b\n1,2\n"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    before = file_digests(tmp_path, files)
    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == before

    for name, data in files.items():
        for at in range(len(data)):
            changed = bytearray(data)
            changed[at] ^= 1
            (tmp_path / name).write_bytes(changed)
            assert before[name] != file_digests(tmp_path, files)[name]
        (tmp_path / name).unlink()
        assert file_digests(tmp_path, files)[name] == ""
        (tmp_path / name).write_bytes(data)
    assert before == file_digests(tmp_path, files)


@pytest.mark.parametrize("part", ["notebook", "look", "program"])
def test_a_change_of_what_all_share_is_named(monkeypatch, part):
    """Another notebook, template, font, line of code or library is named as such."""
    before = job_key({}, {}, formats=["html"], seed=1)
    standing = dict(standing_parts()) | {part: "other"}
    monkeypatch.setattr(keys, "standing_parts", lambda: standing)

    assert (part,) == job_key({}, {}, formats=["html"], seed=1).changed(before.parts)


def test_tree_digest_sees_names_and_bytes_and_no_caches(tmp_path):
    """A renamed or edited file changes the digest of a folder; caches, hidden files and other kinds do not."""
    root = tmp_path / "tree"
    (root / "inside").mkdir(parents=True)
    (root / "inside" / "__init__.py").write_text("one")
    seen = [tree_digest(root)]
    for name in (".hidden", "__pycache__/a.pyc", "inside/.a.swp"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("nothing")
        assert seen[0] == tree_digest(root)
    (root / "inside" / "__init__.py").write_text("two")
    seen.append(tree_digest(root))
    (root / "inside" / "__init__.py").rename(root / "inside" / "b.py")
    seen.append(tree_digest(root))
    (root / "c.txt").write_text("")
    seen.append(tree_digest(root))

    assert len(seen) == len(set(seen))
    assert tree_digest(root, (".py",)) == tree_digest(root, (".py", ".none"))


def test_parts_are_all_there():
    """A key has a digest for each part that a change is told by."""
    assert set(PARTS) == set(job_key({}, {}, formats=["html"], seed=1).parts)


def test_planning_imports_nothing_heavy():
    """Who runs and why is known without numpy, pandas, nbformat, jupyter, matplotlib, babel or YAML."""
    heavy = [
        "numpy",
        "pandas",
        "nbformat",
        "nbconvert",
        "jupyter_client",
        "matplotlib",
        "babel",
        "ruamel",
        "typst",
    ]
    program = (
        "import sys, json, pathlib\n"
        "import cxmaturity.reporting.batch.run as run\n"
        "from cxmaturity.reporting.batch.plan import Options\n"
        "from cxmaturity.reporting.batch.clients import from_folders\n"
        "run.plan(from_folders(['a', 'b'], None), run.Manifest.read(pathlib.Path('.')), pathlib.Path('.'), Options(seed=1))\n"
        "from cxmaturity.reporting.batch.keys import standing_parts; standing_parts()\n"
        f"print(json.dumps([name for name in {heavy!r} if name in sys.modules]))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert [] == json.loads(said.stdout)
