"""The grammar that costs two seconds is held back in our own process only, and comes back after."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cxmaturity.reporting.quick_imports import without_address_grammar


def run(code: str) -> str:
    """Run code in a fresh interpreter; return what it printed."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.slow
def test_held_back_then_free():
    """Notebooks validate without the grammar, which can still be imported afterwards."""
    said = run(
        "import sys\n"
        "from cxmaturity.reporting.quick_imports import without_address_grammar\n"
        "with without_address_grammar() as held:\n"
        "    import nbformat\n"
        "    import jsonschema\n"
        "first = 'rfc3987_syntax' in sys.modules\n"
        "nbformat.validate(nbformat.v4.new_notebook())\n"
        "import importlib.util\n"
        "print(held, first, importlib.util.find_spec('rfc3987_syntax') is not None)"
    )

    assert "True False True" == said


@pytest.mark.parametrize("present", ["rfc3987_syntax", "jsonschema", "ipykernel"])
def test_never_under_somebody_else(monkeypatch, present):
    """Where jsonschema or the grammar is already in use, or in somebody's kernel, nothing is touched."""
    monkeypatch.setitem(sys.modules, present, sys)
    before = dict(sys.modules)
    with without_address_grammar() as held:
        assert not held
        assert before == dict(sys.modules)


def test_entry_is_removed_after_a_failure(monkeypatch):
    """An import that fails inside leaves no empty entry behind."""
    for name in ("rfc3987_syntax", "jsonschema", "ipykernel"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(ImportError), without_address_grammar():
        raise ImportError

    assert "rfc3987_syntax" not in sys.modules
