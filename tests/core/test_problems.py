"""Problems, their place and the errors that carry them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.core.problems import CxMaturityError, FileError, InputError, Place, Problem, UnknownIdError


def test_message_fills_sentence_and_hint():
    """The message is the sentence, then the hint, with the same parameters."""
    problem = Problem(
        code="a.b", template="got {got}.", hint="Write {want}.", params={"got": 5, "want": 0.05}
    )

    assert "got 5. Write 0.05." == problem.message


@pytest.mark.parametrize(
    ("path", "dotted"),
    [
        ((), ""),
        (("levers", "retention", "ramp", 1), "levers.retention.ramp[1]"),
        ((0, "level"), "[0].level"),
    ],
)
def test_path_as_people_write_it(path, dotted):
    """Keys are joined by dots and positions stand in brackets."""
    assert dotted == Problem(code="a.b", template="x", path=path).dotted


def test_printed_problem_starts_with_its_place():
    """A problem prints as file:line: path: message, which editors can jump to."""
    problem = Problem(
        code="a.b", template="wrong.", path=("client", "name"), place=Place(file="e.yaml", line=3)
    )

    assert "e.yaml:3: client.name: wrong." == str(problem)


def test_place_names_the_cell_of_a_spreadsheet():
    """A place in a workbook also gives the cell as Excel names it."""
    assert ("a.xlsx:5 (E5)", "a.xlsx") == (
        str(Place(file="a.xlsx", line=5, cell="E5")),
        str(Place(file="a.xlsx")),
    )


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=5))
def test_problem_is_hashable_whatever_the_order_of_its_parameters(params):
    """Two problems with the same parameters in another order are one problem."""
    one = Problem(code="a.b", template="x", params=params)
    other = Problem(code="a.b", template="x", params=dict(reversed(params.items())))

    assert 1 == len({one, other})


@pytest.mark.parametrize(
    ("error", "builtin"), [(InputError, ValueError), (UnknownIdError, LookupError), (FileError, OSError)]
)
def test_errors_are_also_the_expected_builtin(error, builtin):
    """A caller that knows nothing of the package can catch the usual exception."""
    raised = error.of("a.b", "wrong {x}.", x=1)

    assert isinstance(raised, builtin)
    assert isinstance(raised, CxMaturityError)
    assert ("a.b", "wrong 1.") == (raised.code, str(raised))


def test_error_prints_every_problem():
    """An error with several problems prints one line for each."""
    error = InputError([Problem(code="a.b", template="first."), Problem(code="a.c", template="second.")])

    assert "first.\nsecond." == str(error)


@pytest.mark.parametrize(("name", "hint"), [("acess", "Did you mean 'access'?"), ("zzz", "")])
def test_unknown_name_suggests_the_nearest(name, hint):
    """A misspelt name gets a suggestion, a strange one only the list."""
    problem = UnknownIdError.from_name("question", name, ["trust", "access"]).problems[0]

    assert f"unknown question '{name}'; known: access, trust. {hint}".strip() == problem.message
