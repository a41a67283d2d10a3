"""Jobs and what they made cross between processes as they are; a parcel that is not whole is refused."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.core.problems import InputError, Place, Problem
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.job import FORMATS, Job, Made

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=10)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES
PROBLEMS = st.builds(
    Problem,
    code=st.just("core.x"),
    template=st.just("x"),
    hint=NAMES.filter(lambda text: not set(text) & set("{}")),
    params=st.dictionaries(NAMES, PLAIN, max_size=2),
    path=st.lists(NAMES | st.integers(0, 9), max_size=2).map(tuple),
    place=st.none() | st.builds(Place, file=NAMES, line=st.integers(1, 99)),
    severity=st.sampled_from(["error", "warning"]),
)


@given(
    st.builds(
        Job,
        source=NAMES.filter(lambda name: "\0" not in name).map(Path),
        language=st.sampled_from(["en", "fr"]),
        formats=st.lists(st.sampled_from(FORMATS), unique=True).map(tuple),
        as_of=st.none() | st.dates(min_value=dt.date(1900, 1, 1)),
        sections=st.none() | st.lists(NAMES, max_size=2).map(tuple),
        slides=st.none() | st.binary(max_size=50),
        keep_notebook=st.booleans(),
        seed=st.integers(0, 2**63),
    )
)
def test_a_job_arrives_as_it_left(job):
    """A job packed and unpacked is the same job."""
    assert job == parcel.unpack_job(parcel.pack_job(job))


FILES = st.from_regex(r"[a-z0-9_]{1,8}\.(html|pdf|xlsx)", fullmatch=True)


@given(
    st.dictionaries(FILES, st.binary(max_size=80), max_size=3),
    st.lists(PROBLEMS, max_size=3).map(tuple),
    st.dictionaries(NAMES, st.floats(0, 1e6), max_size=2),
    st.dictionaries(NAMES, PLAIN, max_size=2),
)
def test_what_was_made_arrives_as_it_left(documents, problems, seconds, figures):
    """Documents byte for byte, problems with their sentences, seconds and figures arrive as they left."""
    got = parcel.unpack_made(
        parcel.pack_made(Made(documents=documents, problems=problems, seconds=seconds, figures=figures))
    )

    assert (documents, seconds, figures) == (got.documents, got.seconds, got.figures)
    assert problems == got.problems
    assert [str(problem) for problem in problems] == [str(problem) for problem in got.problems]


@given(st.dictionaries(NAMES, st.binary(max_size=20), max_size=2), st.data())
def test_cut_or_grown_is_refused(blobs, data):
    """A parcel with bytes missing or too many is refused, whichever."""
    whole = parcel.pack({"a": 1}, blobs)
    cut = data.draw(st.integers(0, len(whole) - 1))
    for wrong in (whole[:cut], whole + b"x"):
        with pytest.raises(InputError) as caught:
            parcel.unpack(wrong)
        assert "batch.parcel" == caught.value.code


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "a\\b", "", ".hidden", "a\nb", "C:x"])
def test_a_document_is_a_plain_file_name(name):
    """A parcel that names a document by a path is refused: nothing is written outside the client's folder."""
    with pytest.raises(InputError) as caught:
        parcel.unpack_made(parcel.pack_made(Made(documents={name: b""}, problems=(), seconds={})))
    assert "batch.parcel" == caught.value.code


def test_what_json_cannot_hold():
    """A figure that is no number is not known; a parameter that is no plain value is told as text."""
    problem = Problem(code="core.x", template="{a} {b}", params={"a": math.inf, "b": Path("c")})
    made = Made(documents={}, problems=(problem,), seconds={}, figures={"npv": math.nan, "stage": 2})
    got = parcel.unpack_made(parcel.pack_made(made))

    assert {"npv": None, "stage": 2} == got.figures
    assert "inf c" in str(got.problems[0])
