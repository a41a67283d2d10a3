"""The left half of the builder as plain values: goals, fields, what is missing or wrong, in the language shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from cxmaturity import i18n
from cxmaturity.app.widgets import builder_draft as drafts
from cxmaturity.app.widgets.builder_draft import catalog, look, number_at, steps_of, worded
from cxmaturity.app.widgets.builder_fields import (
    CHOICES,
    REVENUE,
    baseline_of,
    form_of,
    kind_of,
    moves_of,
    said_rates,
    said_whole,
    spec_of,
)
from cxmaturity.app.widgets.builder_numbers import digits_of, in_a_box, said_back
from cxmaturity.app.widgets.builder_state import BuilderState
from cxmaturity.business_case.inputs import SECTIONS, SURVIVAL
from cxmaturity.core.problems import Problem
from cxmaturity.core.text import LANGUAGES
from cxmaturity.i18n.messages import load_messages

_PERCENTILES: Final = ("p10", "p50", "p90")
_RANGE: Final = ("low", "mode", "high")
_FINANCE: Final = ("discount_rate", "horizon_years", "timing", "basis", "optimism_bias", "tax_rate")
_NEEDED: Final = ("finance.discount_rate", "finance.horizon_years", "finance.timing", "finance.basis")
_POINTS: Final = ("_gain", "_reduction")

Row = dict[str, Any]


def form(state: BuilderState) -> dict[str, Any]:
    """Return everything that the page writes on its left half, and the words of its buttons."""
    maker = _Form(state)
    goals = state.goals
    return {
        "language": state.language,
        "languages": [{"id": name, "name": maker.t(f"language.{name}")} for name in LANGUAGES],
        "client": state.engagement.client.name,
        "words": _words(state),
        "goals": maker.goals(),
        "sections": [
            {"id": "baseline", "title": maker.t("section.baseline"), "intro": maker.t("section.baseline.intro"),
             "groups": maker.baseline(goals)},
            {"id": "levers", "title": maker.t("section.levers"), "intro": maker.t("section.levers.intro"),
             "groups": [maker.lever(goal) for goal in goals]},
            {"id": "costs", "title": maker.t("section.costs"), "intro": maker.t("section.costs.intro"),
             "groups": maker.costs()},
            {"id": "finance", "title": maker.t("section.finance"), "intro": maker.t("section.finance.intro"),
             "groups": [{"id": "finance", "title": "", "rows": maker.finance()}]},
        ],
        "grades": [
            {"id": grade.id, "name": f"{grade.id} · {grade.name.in_(state.language)}"}
            for grade in catalog().evidence_grades
        ],
    }  # fmt: skip


def status(state: BuilderState) -> dict[str, Any]:
    """Return what may be done now, and what is to be said of the whole: problems, refusals, what is missing."""
    maker = _Form(state)
    return {
        "can_save": state.file is not None,
        "unsaved": state.unsaved or bool(state.slips),
        "can_undo": state.can_undo,
        "marker": maker.t(
            "unsaved" if state.unsaved or state.slips else "saved" if state.file else "no_folder"
        ),
        "errors": [maker.said(problem) for problem in state.problems if problem.severity == "error"],
        "warnings": [
            maker.said(problem)
            for problem in state.problems
            if problem.severity == "warning" and problem.code != "engagement.input_missing"
        ],
        "refusals": [maker.said(problem) for problem in state.refusals],
        "missing": maker.missing(state.goals),
    }


def _words(state: BuilderState) -> dict[str, str]:
    """Return the words of the page that stand alone: those under ``builder.ui``."""
    prefix = "builder.ui."
    return {
        key.removeprefix(prefix): texts[state.language]["other"]
        for key, texts in load_messages("builder").items()
        if key.startswith(prefix)
    }


class _Form:
    """Writes the fields of one state."""

    def __init__(self, state: BuilderState) -> None:
        self.state, self.language, self.draft = state, state.language, state.draft
        self.currency = state.engagement.currency
        self.by_field: dict[str, list[str]] = {}
        for problem in state.problems:
            if problem.severity == "error":
                path = self._field_of(problem)
                self.by_field.setdefault(path, []).append(self._sentence(problem))

    def t(self, key: str, **params: Any) -> str:
        """Return a sentence of the builder."""
        return i18n.message(f"builder.{key}", self.language, **params)

    # --- goals ------------------------------------------------------------------------------------------------

    def goals(self) -> list[dict[str, Any]]:
        """Return the seven benefits, chosen or not, each with how many figures it lacks."""
        chosen = self.state.goals
        return [
            {
                "id": benefit.id,
                "name": benefit.name.in_(self.language),
                "goal": benefit.goal.in_(self.language),
                "on": benefit.id in chosen,
                "state": self._goal_state(benefit.id) if benefit.id in chosen else "",
                "complete": benefit.id in chosen and not self._lacking(benefit.id),
            }
            for benefit in catalog().benefits
        ]

    def _goal_state(self, benefit: str) -> str:
        lacking = self._lacking(benefit)
        return self.t("goal.lacks", n=len(lacking)) if lacking else self.t("goal.complete")

    def _lacking(self, benefit: str) -> list[str]:
        by_survival = bool(look(self.draft, steps_of(SURVIVAL)))
        needed = (*baseline_of((benefit,), by_survival=by_survival), *moves_of(benefit))
        lacking = [path for path, optional in needed if not optional and not self._has(path)]
        ramp = f"levers.{benefit}.ramp"
        return lacking if look(self.draft, steps_of(ramp)) else [*lacking, ramp]

    def _has(self, path: str) -> bool:
        held = look(self.draft, steps_of(path))
        return drafts.has_number(held) if form_of(path) == "estimate" else bool(held)

    def missing(self, goals: Sequence[str]) -> list[dict[str, str]]:
        """Return every figure that a goal lacks, with who knows it."""
        found: dict[str, dict[str, str]] = {}
        for goal in goals:
            for path in self._lacking(goal):
                spec = spec_of(path)
                found[path] = {
                    "path": path,
                    "label": self.label(path),
                    "who": "" if spec is None else spec.who_knows.in_(self.language),
                }
        for path in _NEEDED:
            if look(self.draft, steps_of(path)) is None:
                found[path] = {"path": path, "label": self.label(path), "who": ""}
        return list(found.values())

    # --- groups of fields ---------------------------------------------------------------------------------------

    def baseline(self, goals: Sequence[str]) -> list[dict[str, Any]]:
        """Return what the goals need of the client today, by population."""
        by_survival = bool(look(self.draft, steps_of(SURVIVAL)))
        paths = baseline_of(tuple(goals), by_survival=by_survival)
        groups = []
        for section in SECTIONS:
            rows = [
                self.row(path, optional=optional) for path, optional in paths if path.split(".")[1] == section
            ]
            if rows:
                groups.append(
                    {"id": f"baseline-{section}", "title": self.t(f"population.{section}"), "rows": rows}
                )
        if groups:
            rows = [self.row(REVENUE, optional=True)]
            groups.append({"id": "baseline-client", "title": self.t("population.client"), "rows": rows})
        return groups

    def lever(self, benefit: str) -> dict[str, Any]:
        """Return what the programme moves for one benefit."""
        rows = [self.row(path, optional=optional) for path, optional in moves_of(benefit)]
        rows += [
            self.row(f"levers.{benefit}.ramp", optional=False),
            self.row(f"levers.{benefit}.lag_years", optional=True),
            self.row(f"levers.{benefit}.owner", optional=True),
        ]
        named = catalog().benefit(benefit)
        return {"id": f"lever-{benefit}", "title": named.name.in_(self.language),
                "note": named.goal.in_(self.language), "rows": rows}  # fmt: skip

    def costs(self) -> list[dict[str, Any]]:
        """Return the lines of cost, each with its start and its years."""
        groups = []
        for line, cost in enumerate(self.draft["costs"]):
            years = max(1, len(cost.get("annual") or []))
            rows = [
                self.row(f"costs.{line}.name", optional=False),
                self.row(f"costs.{line}.initial", optional=True),
                *(self.row(f"costs.{line}.annual.{year}", optional=True) for year in range(years)),
                self.row(f"costs.{line}.internal", optional=True),
            ]
            name = worded(cost.get("name"), self.language) or self.t("cost.new", number=line + 1)
            groups.append(
                {"id": f"cost-{line}", "title": name, "rows": rows, "line": line,
                 "years": len(cost.get("annual") or [])}
            )  # fmt: skip
        return groups

    def finance(self) -> list[Row]:
        """Return how money over time is counted."""
        dated = look(self.draft, ("finance", "timing")) == "dated"
        return [
            self.row(f"finance.{name}", optional=f"finance.{name}" not in _NEEDED)
            for name in _FINANCE
            if not (dated and name == "timing")
        ]

    # --- one field ------------------------------------------------------------------------------------------------

    def label(self, path: str) -> str:
        """Return how a field is called."""
        spec = spec_of(path)
        if spec is not None:
            return str(spec.name.in_(self.language))
        section, *_, name = path.split(".")
        if section == "costs" and name.isdigit():
            years = len(look(self.draft, steps_of(path)[:3]) or [])
            place = int(name) + 1
            last = "last" if place == years else "year"
            return self.t("field.cost.every_year" if years < 2 else f"field.cost.{last}", year=place)
        key = "baseline" if section == "baseline" else section
        return self.t(f"field.{key}.{name}")

    def row(self, path: str, *, optional: bool) -> Row:
        """Return one field: its words, its boxes, what was understood, where the figure comes from."""
        spec, form_ = spec_of(path), form_of(path)
        held = look(self.draft, steps_of(path))
        row: Row = {
            "path": path,
            "form": form_,
            "label": self.label(path),
            "help": "" if spec is None else spec.definition.in_(self.language),
            "who": "" if spec is None else spec.who_knows.in_(self.language),
            "optional": optional,
            "missing": not optional and not self._has(path) and form_ != "flag",
            "suffix": self._suffix(path),
            "errors": self.by_field.get(path, []),
        }
        if form_ == "estimate":
            return row | self._estimate(path, held if isinstance(held, dict) else {})
        text, echo = self._plain(path, held)
        row |= {"boxes": [self._box(path, "plain", text, "")], "echo": echo}
        if form_ == "choice":
            row["choices"] = [{"id": name, "name": self.t(f"choice.{name}")} for name in CHOICES[path]]
        return row

    def _suffix(self, path: str) -> str:
        form_, kind = form_of(path), kind_of(path)
        if form_ == "rate" or (form_ == "estimate" and kind == "rate"):
            return self.t("points") if path.startswith("levers.") and path.endswith(_POINTS) else "%"
        if form_ == "estimate" and kind == "money":
            return i18n.currency_symbol(self.currency, self.language)
        return ""

    def _plain(self, path: str, held: Any) -> tuple[str, str]:
        form_ = form_of(path)
        if held is None:
            return "", ""
        number = number_at(held, "plain")
        if form_ == "rate" and number is not None:
            return in_a_box(number, "rate", self.language), ""
        if form_ == "whole" and number is not None:
            return said_whole(number, self.language), ""
        if form_ == "rates":
            values = [found for item in held if (found := number_at(item, "plain")) is not None]
            return said_rates(tuple(values), self.language), ""
        return worded(held, self.language), ""

    def _estimate(self, path: str, held: dict[str, Any]) -> Row:
        parts = self._parts(path, held)
        kind = kind_of(path)
        boxes = []
        for part in parts:
            number = number_at(held, part)
            text = "" if number is None else in_a_box(number, kind, self.language)
            boxes.append(self._box(path, part, text, self.t(f"part.{part}") if len(parts) > 1 else ""))
        grade = str(held.get("evidence") or "")
        origin = {
            name: self._box(path, name, worded(held.get(name), self.language), self.t(f"part.{name}"))
            for name in ("unit", "source", "date", "evidence")
        }
        return {
            "boxes": boxes,
            "ranged": len(parts) > 1,
            "fixed": parts[0] == "p10" or held.get("shape") == "measured",
            "echo": self._echo(path, held, parts),
            "doubt": self.state.doubt is not None and self.state.doubt[0] == path,
            "origin": origin if held else None,
            "grade": grade,
            "from": self._from(held),
        }

    def _parts(self, path: str, held: dict[str, Any]) -> tuple[str, ...]:
        if any(held.get(part) is not None for part in _PERCENTILES):
            return _PERCENTILES
        if path in self.state.ranged or any(held.get(part) is not None for part in _RANGE):
            return ("low", "value", "high") if held.get("value") is not None else _RANGE
        return ("value",)

    def _from(self, held: dict[str, Any]) -> str:
        day = held.get("date")
        try:
            when = i18n.date(dt.date.fromisoformat(str(day)), self.language)
        except ValueError:
            when = str(day or "")
        return " · ".join(
            part
            for part in (str(held.get("evidence") or ""), worded(held.get("source"), self.language), when)
            if part
        )

    def _echo(self, path: str, held: dict[str, Any], parts: Sequence[str]) -> str:
        """Say back what is understood, so that a misreading is seen."""
        numbers = [number_at(held, part) for part in parts]
        given = [self._said(path, number) for number in numbers if number is not None]
        said = ""
        if len(given) == len(parts) == 1:
            said = given[0]
        elif len(given) == len(parts):
            said = self.t(
                "echo.percentiles" if parts[0] == "p10" else "echo.range",
                low=given[0],
                mode=given[1],
                high=given[2],
            )
        elif given:
            said = self.t("echo.partial")
        doubt = self.state.doubt
        if doubt is not None and doubt[0] == path and said:
            value = number_at(held, doubt[1])
            meant = self._said(path, 100 * value) if value is not None and doubt[2] == "percent" else ""
            said += " " + self.t(f"echo.doubt.{doubt[2]}", meant=meant)
        return said

    def _said(self, path: str, number: float) -> str:
        kind = kind_of(path)
        if kind == "rate" and path.startswith("levers.") and path.endswith(_POINTS):
            shown = in_a_box(number, "rate", self.language)
            return f"{shown}\N{NO-BREAK SPACE}{self.t('points')}"
        return said_back(number, kind, self.language, self.currency)

    def _box(self, path: str, part: str, text: str, label: str) -> dict[str, Any]:
        slip = self.state.slips.get((path, part))
        box: dict[str, Any] = {
            "part": part,
            "label": label,
            "text": text if slip is None else slip,
            "wrong": "",
        }
        if slip is not None:
            box["wrong"] = self.t("slip.kept" if text else "slip", kept=text)
        return box

    # --- problems -------------------------------------------------------------------------------------------------

    def said(self, problem: Problem) -> dict[str, str]:
        """Return a problem in words, and the field that it is about."""
        path = self._field_of(problem)
        named = self.label(path) if path and form_of(path) is not None else ""
        return {"path": path, "label": named, "text": self._sentence(problem)}

    def _sentence(self, problem: Problem) -> str:
        if problem.code.startswith("builder."):
            return self.t(f"refused.{problem.code.removeprefix('builder.')}")
        key = f"builder.problem.{problem.code}"
        if key in load_messages("builder"):  # on a screen, in per cent and without the keys of a file
            return i18n.message(
                key, self.language, **{name: self._shown(given) for name, given in problem.params}
            )
        said = i18n.describe(problem, self.language)
        return said[:1].upper() + said[1:]

    def _shown(self, given: Any) -> str:
        """Return a parameter of a problem as a share in per cent, when it is a number."""
        try:
            number = float(str(given))
        except ValueError:
            return str(given)
        return i18n.percent(number, self.language, digits_of(number * 100, most=2))

    @staticmethod
    def _field_of(problem: Problem) -> str:
        """Return the field that a problem is about: the longest beginning of its path that is one."""
        key = dict(problem.params).get("key") if problem.code == "files.missing_key" else None
        steps = (*problem.path, key) if key else problem.path
        for end in range(len(steps), 1, -1):
            path = ".".join(str(step) for step in steps[:end])
            if form_of(path) is not None:
                return path
        return ""


def fields(shown: dict[str, Any]) -> Iterable[Row]:
    """Yield every field of a form, for tests and notebooks."""
    for section in shown["sections"]:
        for group in section["groups"]:
            yield from group["rows"]
