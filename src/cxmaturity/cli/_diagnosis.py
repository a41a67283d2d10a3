"""From a path to a Diagnostic, for the commands that print one; and JSON on standard output."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import click

from cxmaturity.catalog import Catalog
from cxmaturity.engagement.values import DEFAULT_SEED, Diagnostic


def diagnosed(path: Path, *, parts: Sequence[str]) -> tuple[Diagnostic, Catalog]:
    """Read, check and diagnose one engagement; only the `parts` asked for ("assessment", "case") are computed."""
    from cxmaturity.engagement import diagnose
    from cxmaturity.files import load_catalog, read_engagement

    catalog = load_catalog()
    engagement = read_engagement(path)
    if "assessment" not in parts:
        engagement = attrs.evolve(engagement, waves=())
    if "case" not in parts:
        engagement = attrs.evolve(engagement, case=None)
    return diagnose(engagement, catalog, as_of=engagement.as_of, seed=DEFAULT_SEED), catalog


def dump(value: Mapping[str, Any]) -> None:
    """Print JSON, full precision, accents as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
