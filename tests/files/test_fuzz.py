"""Whatever the bytes, the answer is a list of problems: never a traceback, never a wrong engagement."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.files import check_path, read_engagement
from cxmaturity.files.excel import read_excel
from cxmaturity.files.findings import Findings
from cxmaturity.files.logo import read_logo
from cxmaturity.files.yaml_text import parse_yaml
from cxmaturity.resources import resource

GOOD = resource("templates/engagement/en/engagement.yaml").read_bytes()
ANSWERS = resource("templates/engagement/en/answers.csv").read_bytes()
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def _problems(engagement: bytes, answers: bytes = ANSWERS) -> tuple[Problem, ...]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "engagement.yaml").write_bytes(engagement)
        (folder / "answers.csv").write_bytes(answers)
        problems = check_path(folder)
        for problem in problems:
            assert str(problem)
            assert problem.place is not None
            assert Path(problem.place.file).name in ("engagement.yaml", "answers.csv")
        if any(problem.severity == "error" for problem in problems):
            with pytest.raises(InputError):
                read_engagement(folder)
        else:
            read_engagement(folder)
        return problems


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["2026-11-01", "E2", "trust", "answers.csv", "../x.csv", "EUR", "0,5", "#ffffff", "en"]),
)
WORDS = """
schema client name language currency as_of theme primary logo privacy mode minimum_group assessment waves id
date questionnaire answers evidence question grade targets weights goals baseline consumers count value low
high unit source levers retention attribution ramp costs annual finance horizon_years dates timing actions
"""
keys = st.one_of(st.text(max_size=5), st.sampled_from(WORDS.split()))
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=25,
)


def _flow(tree: object) -> str:
    """Return a tree as YAML in flow style (JSON is YAML)."""
    import json

    return json.dumps(tree, ensure_ascii=True, default=str)


@quick
@given(st.dictionaries(keys, trees, max_size=12))
def test_any_tree_gives_problems(tree) -> None:
    """A random tree of keys and values is refused in words."""
    assert _problems(_flow(tree).encode())


@quick
@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf\xff")
@example(b"%YAML 1.1\n---\n!!set {a}")
def test_any_bytes_give_problems(content) -> None:
    """Random bytes as an engagement are refused in words."""
    assert _problems(content)


def _mutated(content: bytes) -> st.SearchStrategy[bytes]:
    """Return strategies for `content` with a few bytes changed, cut out or put in."""

    def change(edits: list[tuple[int, int, bytes]]) -> bytes:
        changed = content
        for start, length, piece in edits:
            at = start % (len(changed) + 1)
            changed = changed[:at] + piece + changed[at + length :]
        return changed

    pieces = st.one_of(
        st.binary(max_size=3),
        st.sampled_from([b"\n", b": ", b"- ", b"{", b"}", b"&a ", b"*a", b"'", b'"', b"\t", b","]),
    )
    return st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 12), pieces), min_size=1, max_size=3).map(
        change
    )


@quick
@given(_mutated(GOOD))
def test_a_damaged_engagement_never_breaks_the_reader(content) -> None:
    """A good file with a few bytes changed is read or refused, never a traceback."""
    _problems(content)


@quick
@given(_mutated(ANSWERS))
def test_damaged_answers_never_break_the_reader(content) -> None:
    """Answers with a few bytes changed are read or refused, never a traceback."""
    _problems(GOOD, content)


@quick
@given(st.binary(max_size=400))
def test_any_bytes_as_answers(content) -> None:
    """Random bytes as answers are read or refused, never a traceback."""
    _problems(GOOD, content)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}[]:,-#&*!|>'\"%@`? \n\tab1\\", max_size=60))
def test_yaml_punctuation_never_breaks_the_parser(text) -> None:
    """Any jumble of YAML punctuation gives a tree or a problem."""
    found = Findings("x.yaml")

    tree = parse_yaml(text, found)

    assert (tree is None) <= bool(found.problems)


@quick
@given(st.binary(max_size=300))
def test_any_bytes_as_a_logo(content) -> None:
    """Random bytes as a logo are refused in words."""
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"<svg ", b"<svg xmlns='http://www.w3.org/2000/svg'>"):
        with pytest.raises(InputError):
            read_logo(start + content)


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """Return a small good workbook."""
    import io

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["respondent", "function", "trust"])
    book.active.append(["r1", "sales", 3])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@quick
@given(data=st.data())
def test_a_damaged_workbook_never_breaks_the_reader(workbook, data) -> None:
    """A workbook with a few bytes changed is read or refused, never a traceback."""
    read_excel(data.draw(_mutated(workbook)), (), Findings("a.xlsx"))
