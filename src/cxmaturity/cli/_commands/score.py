"""`cxmaturity score PATH`: the self-test result, as tables or as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.catalog import Catalog
from cxmaturity.cli import _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._diagnosis import diagnosed, dump

ALMOST_SURE = 0.99


@click.command("score", cls=LocalCommand)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def command(path: Path, as_json: bool) -> int:  # click passes it by name
    """Print the score of the last wave; 1 when there are no answers."""
    diagnostic, catalog = diagnosed(path, parts=("assessment",))
    result = diagnostic.assessment
    if result is None:
        _output.say(_output.t("score.none", client=diagnostic.engagement.client.name))
        return 1
    if as_json:
        from cxmaturity.files.result_json import score_json

        dump(score_json(diagnostic))
    else:
        _print(diagnostic.engagement.client.name, result, catalog)
    return 0


def _level(value: float | None) -> str:
    return "–" if value is None else i18n.level(value, _output.language())


def _probability(value: float) -> str:
    """Return a probability, never as certain as 100 %."""
    language = _output.language()
    if value > ALMOST_SURE:
        return _output.t("score.almost_sure", limit=i18n.percent(ALMOST_SURE, language))
    return i18n.percent(value, language)


def _print(client: str, result: AssessmentResult, catalog: Catalog) -> None:
    language, t = _output.language(), _output.t
    titles = [
        t(f"score.column.{name}")
        for name in ("question", "n", "declared", "evidenced", "target", "gap", "verdict")
    ]
    rows = [
        (
            catalog.question(dimension.id).name.in_(language),
            str(dimension.n),
            _level(dimension.declared),
            _level(dimension.evidenced),
            _level(dimension.target),
            _level(dimension.gap),
            t("verdict.withheld" if dimension.withheld else f"verdict.{dimension.verdict}"),
        )
        for dimension in result.dimensions
    ]
    justify = ["left", "right", "right", "right", "right", "right", "left"]
    _output.table(
        t("score.title", client=client, n=result.respondents), list(zip(titles, justify, strict=True)), rows
    )
    for line in _headlines(result, catalog):
        click.echo(line)


def _headlines(result: AssessmentResult, catalog: Catalog) -> list[str]:
    language, t = _output.language(), _output.t
    lines = []
    if result.withheld:
        lines.append(t("score.withheld", minimum=result.minimum_group))
    if result.index.geometric is not None:
        index = result.index
        means = {"index": index.geometric, "arithmetic": index.arithmetic, "minimum": index.minimum}
        lines.append(t("score.index", **{name: _level(mean) for name, mean in means.items()}))
        if index.low is not None:
            lines.append(t("score.interval", low=_level(index.low), high=_level(index.high)))
    if result.stage.level is not None:
        lines.append(
            t(
                "score.stage",
                level=result.stage.level,
                name=catalog.level_name(result.stage.level).name.in_(language),
                probability=_probability(result.stage.probabilities[result.stage.level - 1]),
            )
        )
    capped = sum((one.unproven or 0) > 0 for one in result.dimensions)
    if capped:
        lines.append(t("score.capped", n=capped))
    if result.weak_link:
        lines.append(t("score.weak_link", name=catalog.question(result.weak_link).name.in_(language)))
    return lines
