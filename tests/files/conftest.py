"""A good engagement to spoil, one way at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cxmaturity.core.problems import Problem
from cxmaturity.files import check_path, write_starter

Spoil = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the English starter, which is a good engagement."""
    write_starter(tmp_path / "acme", "en")
    return tmp_path / "acme"


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Return a function that replaces a text of the engagement, checks it, and returns the problems."""

    def change(old: str, new: str) -> tuple[Problem, ...]:
        file = folder / "engagement.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return check_path(folder)

    return change


@pytest.fixture
def line_of(folder: Path) -> Callable[[str], int]:
    """Return a function that gives the line of the engagement where a text stands, counted from 1."""

    def find(text: str) -> int:
        whole = (folder / "engagement.yaml").read_text(encoding="utf-8")
        return whole[: whole.index(text)].count("\n") + 1

    return find
