"""The grammar that costs two seconds is held back in our own process only, and comes back after."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cxmaturity.core.quick_imports import bare_seaborn, without_address_grammar


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
        "from cxmaturity.core.quick_imports import without_address_grammar\n"
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


@pytest.mark.slow
def test_seaborn_draws_without_what_it_may_lack():
    """A heat map is the same picture with seaborn's optional parts held back, and they can be imported afterwards."""
    draw = (
        "import seaborn as sns, io, hashlib\n"
        "from matplotlib.figure import Figure\n"
        "figure = Figure()\n"
        "sns.heatmap([[1, 2], [3, 4]], ax=figure.add_subplot())\n"
        "buffer = io.BytesIO()\n"
        "figure.savefig(buffer, format='png', metadata={'Software': None})\n"
        "print(hashlib.sha256(buffer.getvalue()).hexdigest())\n"
    )
    held = (
        "import sys\n"
        "from cxmaturity.core.quick_imports import bare_seaborn\n"
        "with bare_seaborn():\n"
        "    import seaborn\n"
        "assert 'scipy.stats' not in sys.modules\n"
    )

    assert run(held + draw + "import scipy.stats") == run(draw)


def test_seaborn_in_use_is_left_alone(monkeypatch):
    """Once seaborn has been imported, nothing is held back."""
    monkeypatch.setitem(sys.modules, "seaborn", sys)
    before = dict(sys.modules)
    with bare_seaborn() as held:
        assert not held
        assert before == dict(sys.modules)


@pytest.mark.slow
def test_late_modules_load_at_their_first_use():
    """What is imported late is not run when others import it, and is whole when something of it is used."""
    said = run(
        "import sys\n"
        "from cxmaturity.core.quick_imports import import_late\n"
        "import_late('requests', 'numpy.f2py', 'no_such_module')\n"
        "import papermill.iorw, scipy.special\n"
        "first = {'urllib3', 'numpy.f2py.crackfortran'} & set(sys.modules)\n"
        "import numpy, requests\n"
        "print(first, issubclass(requests.Session, object), 'f2py' in numpy.f2py.get_include())\n"
        "print({'urllib3', 'numpy.f2py.crackfortran'} <= set(sys.modules))"
    )

    assert "set() True True\nTrue" == said


@pytest.mark.slow
def test_nbconvert_parses_html_when_it_has_to():
    """Imported without the parser of pages, nbconvert still parses them when a page of its own asks for it."""
    said = run(
        "import sys\n"
        "from cxmaturity.core.quick_imports import late_soup, without_address_grammar\n"
        "with without_address_grammar(), late_soup() as held:\n"
        "    from nbconvert.exporters import HTMLExporter\n"
        "first = 'bs4' in sys.modules\n"
        "import nbformat\n"
        "cell = nbformat.v4.new_markdown_cell('![one](x.png)')\n"
        "page, _ = HTMLExporter(embed_images=False).from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))\n"
        "print(held, first, 'x.png' in page, 'bs4' in sys.modules)"
    )

    assert "True False True True" == said
