"""The right half of the builder as plain values: three numbers, then charts, each with its sentence and its table.

Sentences and tables are those of the report, so that the screen and the document say the same. The page draws what stands under
``data`` and writes the labels as they are; it computes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Literal

import attrs

from cxmaturity import i18n
from cxmaturity.app.widgets.builder_draft import catalog
from cxmaturity.app.widgets.builder_state import BuilderState
from cxmaturity.business_case.values import CaseResult, SimulationResult
from cxmaturity.charts.amounts import scale_labels
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.engagement.values import DEFAULT_SEED, Diagnostic
from cxmaturity.reporting import blocks
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.inline import text_of
from cxmaturity.reporting.sections import case as case_section
from cxmaturity.reporting.sections import measuring, risk, words

WIDEST: Final = 8
"""Bars of the tornado and of what to measure that a screen shows."""

Part = dict[str, Any]


@cache
def _theme() -> ChartTheme:
    return ChartTheme.from_primary()


def results(state: BuilderState) -> dict[str, Any]:
    """Return everything that the page shows of the result; without one, only the charts' places."""
    if state.result is None:
        return {"ready": False, "stale": state.stale, "three": [], "charts": [], "summary": "", "trials": ""}
    return _View(state, state.result).whole()


class _View:
    """One result in one language."""

    def __init__(self, state: BuilderState, result: CaseResult) -> None:
        self.state, self.result, self.language = state, result, state.language
        changes: dict[str, Any] = {"case": state.case, "goals": state.goals}
        engagement = attrs.evolve(state.engagement, **changes)
        self.context = ReportContext(
            diagnostic=Diagnostic(
                engagement=engagement, as_of=engagement.as_of, seed=DEFAULT_SEED, assessment=None, previous=None,
                changes=(), case=result, bridge=None, strengths=(), priorities=(),
            ),
            catalog=catalog(),
            language=state.language,
            theme=_theme(),
        )  # fmt: skip

    def t(self, key: str, **params: Any) -> str:
        """Return a sentence of the builder."""
        return i18n.message(f"builder.{key}", self.language, **params)

    def c(self, key: str, **params: Any) -> str:
        """Return a sentence of the charts."""
        return i18n.message(f"charts.{key}", self.language, **params)

    def short(self, amount: float) -> str:
        """Return an amount as a headline prints it."""
        return words.short(self.context, amount)

    def full(self, amount: float) -> str:
        """Return an amount without cents."""
        return words.full(self.context, amount)

    def whole(self) -> dict[str, Any]:
        """Return all of it."""
        found, result = self.result.simulation, self.result
        charts = [
            self.spread(found) if found is not None and any(found.counts) else None,
            self.waterfall() if result.benefits else None,
            self.cash(),
            self.tornado() if result.tornado else None,
            self.overlaps() if len(result.benefits) > 1 else None,
            self.measure() if found is not None else None,
        ]
        return {
            "ready": True,
            "stale": self.state.stale,
            "three": self.three(found),
            "trials": "" if found is None else self.t("result.trials", n=found.draws),
            "summary": self.summary(found),
            "charts": [chart for chart in charts if chart is not None],
            "not_evaluated": [
                text_of(case_section.worth_finding_out(self.context, absent))
                for absent in result.not_evaluated
            ],
            "warnings": [
                words.sentence(i18n.describe(problem, self.language))
                for problem in result.warnings
                if ".overlap_" not in problem.code
            ],
        }

    # --- three numbers ------------------------------------------------------------------------------------------

    def three(self, found: SimulationResult | None) -> list[Part]:
        """Return the three numbers of a decision: the risk, the range, what to measure."""
        result, dash = self.result, self.context.t("report.words.dash")
        if found is None:
            why = self.t("result.no_range" if result.haircut is None else "result.haircut")
            return [
                _number("loss", self.t("result.loss"), dash, why),
                _number("npv", self.t("result.npv"), self.short(result.npv), self.t("result.most_likely"),
                        tone="bad" if result.npv < 0 else "good"),
                _number("measure", self.t("result.measure"), dash, self.t("result.no_range.measure")),
            ]  # fmt: skip
        loss, spread, measure = (
            (text_of(figure.label), text_of(figure.value), text_of(figure.note))
            for figure in risk.three_numbers(self.context, result, found)
        )
        return [
            _number("loss", *loss, tone="bad" if found.probability_of_loss >= 0.5 else ""),
            _number("npv", *spread, tone="bad" if found.p90 < 0 else "good" if found.p10 >= 0 else ""),
            _number("measure", *measure, words_=True),
        ]

    def summary(self, found: SimulationResult | None) -> str:
        """Return the result in two sentences, for those who hear it."""
        if found is None:
            return text_of(case_section.headline(self.context, self.result))
        return text_of(risk.headline(self.context, self.result, found))

    # --- charts -------------------------------------------------------------------------------------------------

    def _chart(self, name: str, sentences: Sequence[str], table: Part, data: Part) -> Part:
        said = " ".join(text_of(sentence) for sentence in sentences if sentence)
        return {"id": name, "title": self.t(f"chart.{name}"), "sentence": said, "table": table, "data": data}

    def spread(self, found: SimulationResult) -> Part:
        """Return the distribution of the NPV."""
        full = [place for place, count in enumerate(found.counts) if count]
        edges = found.edges[full[0] : full[-1] + 2]
        counts = found.counts[full[0] : full[-1] + 1]
        probability = words.probability
        marks = (("P10", found.p10), ("P50", found.p50), ("P90", found.p90))
        loss = found.probability_of_loss
        sentence = self.c(
            "spread.finding",
            draws=self.context.number(found.draws),
            loss=probability(self.context, loss),
            low=self.short(found.p10),
            middle=self.short(found.p50),
            high=self.short(found.p90),
            worst=self.short(found.cvar5),
        )
        rows = [
            [
                self.c("from_to", low=self.full(low), high=self.full(high)),
                self.context.number(count),
                self.context.percent(count / found.draws, digits=1),
            ]
            for low, high, count in zip(edges, edges[1:], counts, strict=False)
        ]
        return self._chart(
            "spread",
            [sentence],
            _table([self.c(f"head.{head}") for head in ("npv", "trials", "share")], rows),
            {
                "edges": list(edges),
                "counts": list(counts),
                "marks": [{"name": name, "at": at, "label": self.short(at)} for name, at in marks],
                "loss": self.c("spread.loss", chance=probability(self.context, loss)),
                "gain": self.c("spread.gain", chance=probability(self.context, _rest(loss))),
                **self._scale(min(edges[0], found.p10), max(edges[-1], found.p90)),
            },
        )

    def waterfall(self) -> Part:
        """Return the way from each benefit to the NPV."""
        result, steps, reached = self.result, [], 0.0
        for benefit in sorted(result.benefits, key=lambda one: -one.pv):
            grade = catalog().evidence_grade(benefit.evidence).name.in_(self.language)
            name = self.context.benefit_name(benefit.id)
            note = self.c("waterfall.evidence", grade=benefit.evidence, name=grade)
            steps.append(self._step(name, note, reached, reached + benefit.pv, "part"))
            reached += benefit.pv
        end = result.pv_benefits - result.pv_costs
        steps += [
            self._step(self.c("waterfall.benefits"), "", 0.0, result.pv_benefits, "total"),
            self._step(self.c("waterfall.costs"), "", result.pv_benefits, end, "part"),
            self._step(self.c("waterfall.npv"), self.c("waterfall.npv_note"), 0.0, result.npv, "total"),
        ]
        kind = "gain" if result.npv >= 0 else "loss"
        largest = max(result.benefits, key=lambda one: one.pv)
        sentences = [
            self.c(
                f"waterfall.finding.{kind}",
                benefits=self.short(result.pv_benefits),
                costs=self.short(result.pv_costs),
                npv=self.short(result.npv),
            )
        ]
        if len(result.benefits) > 1:
            name = self.context.benefit_name(largest.id)
            sentences.append(self.c("waterfall.finding.largest", name=name, amount=self.short(largest.pv)))
        sentences += [*self._three_middles(), self.t("chart.rounded")]
        rows = [[step["name"], step["note"], self.full(step["end"] - step["start"])] for step in steps]
        heads = [self.c(f"head.{head}") for head in ("item", "evidence", "present_value")]
        return self._chart("waterfall", sentences, _table(heads, rows), {"steps": steps})

    def _three_middles(self) -> list[str]:
        """Return why the NPV of this chart is neither the median above nor the mean of the summary."""
        found = self.result.simulation
        if found is None or found.p10 == found.p90:
            return []
        said = {"npv": self.result.npv, "mean": found.mean, "median": found.p50}
        return [self.t("chart.three_npv", **{name: self.short(amount) for name, amount in said.items()})]

    def _step(self, name: str, note: str, start: float, end: float, kind: Literal["part", "total"]) -> Part:
        label = self.short(end - start)
        return {"name": name, "note": note, "start": start, "end": end, "kind": kind, "label": label}

    def cash(self) -> Part:
        """Return the cumulative cash, as it is and discounted."""
        result = self.result
        low, high = (
            min(*result.cumulative, *result.cumulative_discounted),
            max(*result.cumulative, *result.cumulative_discounted),
        )
        rows = [
            [
                self.c("cash.start") if year == 0 else self.c("cash.year", number=year),
                *(self.full(amount) for amount in amounts),
            ]
            for year, amounts in enumerate(
                zip(result.cash_flows, result.cumulative, result.cumulative_discounted, strict=True)
            )
        ]
        payback = result.payback_years
        return self._chart(
            "cash",
            self._cash_sentences(),
            _table([self.c(f"head.{head}") for head in ("year", "flow", "cumulative", "discounted")], rows),
            {
                "cumulative": list(result.cumulative),
                "discounted": list(result.cumulative_discounted),
                "names": [self.c("cash.cumulative"),
                          self.c("cash.discounted", rate=words.rate(self.context, result.discount_rate))],
                "years": [self.c("cash.start"),
                          *(self.t("chart.year", number=year) for year in range(1, result.horizon_years + 1))],
                "ends": [self.short(result.cumulative[-1]), self.short(result.cumulative_discounted[-1])],
                "payback": payback,
                "payback_label": "" if payback is None else self.c("cash.payback", years=self.context.years(payback)),
                **self._scale(low, high),
            },
        )  # fmt: skip

    def _cash_sentences(self) -> list[str]:
        result = self.result
        said = [
            self.c(
                "cash.finding.end",
                n=result.horizon_years,
                cumulative=self.short(result.cumulative[-1]),
                discounted=self.short(result.cumulative_discounted[-1]),
            )
        ]
        deepest = min(range(len(result.cumulative)), key=lambda year: result.cumulative[year])
        if result.cumulative[deepest] < 0:
            when = "start" if deepest == 0 else "year"
            amount = self.short(result.cumulative[deepest])
            said.append(self.c(f"cash.finding.deepest_{when}", amount=amount, number=deepest))
        if min(result.cumulative) >= 0 and any(result.cumulative):
            said.append(self.c("cash.finding.no_outlay"))
        elif result.payback_years is None:
            said.append(self.c("cash.finding.never"))
        else:
            said.append(self.c("cash.finding.payback", years=self.context.years(result.payback_years)))
        return said

    def tornado(self) -> Part:
        """Return what each input alone does to the NPV."""
        result = self.result
        bars: list[Part] = []
        for bar in result.tornado[:WIDEST]:
            low, high = (text_of(end) for end in measuring.ends(self.context, bar.input, bar.low, bar.high))
            bars.append(
                {
                    "path": bar.input,
                    "name": text_of(measuring.label_name(self.context, bar.input)),
                    "low": bar.npv_low,
                    "high": bar.npv_high,
                    "low_label": low,
                    "high_label": high,
                }
            )
        rows = [
            [bar["name"], bar["low_label"], bar["high_label"], self.full(bar["low"]), self.full(bar["high"])]
            for bar in bars
        ]
        said = [risk.swings_said(self.context, result)]
        ends = [end for bar in bars for end in (bar["low"], bar["high"])]
        heads = [self.c(f"head.{head}") for head in ("input", "at_low", "at_high", "npv_low", "npv_high")]
        data = {
            "bars": bars,
            "base": result.npv,
            "base_label": self.c("tornado.base", amount=self.short(result.npv)),
            "keys": [self.c("key.at_p10"), self.c("key.at_p90")],
            **self._scale(min(result.npv, *ends), max(result.npv, *ends)),
        }
        return self._chart("tornado", said, _table(heads, rows), data)

    def overlaps(self) -> Part:
        """Return the sum of the parts against the joint total, and where each shared euro is counted."""
        result = self.result
        found = risk.overlaps(self.context, result)
        tables = [block for block in found if isinstance(block, blocks.Table)]
        table = _from_block(tables[0]) if tables else _table([], [])
        said = [case_section.interaction(self.context, result)]
        if not tables:
            said.append(self.context.t("report.risk.overlaps.none"))
        alone, joint = result.sum_of_alone_pv, result.pv_benefits
        data = {
            "bars": [
                {"name": self.t("chart.alone"), "value": alone, "label": self.short(alone)},
                {"name": self.t("chart.together"), "value": joint, "label": self.short(joint)},
            ],
            "pairs": [{"pair": row[0], "kind": row[1], "rule": row[2]} for row in table["rows"]],
        }
        return self._chart("overlaps", said, table, data)

    def measure(self) -> Part:
        """Return what knowing each input is worth, and the survey that pays."""
        result = self.result
        bars: list[Part] = []
        surveys = {survey.input: survey for survey in result.measurements}
        known = [value for value in result.information if value.evppi >= 1 and len(value.inputs) == 1]
        for value in known[:WIDEST]:
            survey = surveys.get(value.inputs[0])
            best = None if survey is None else measuring.best(survey)
            note = ""
            if survey is not None and best is None:
                note = self.t("chart.no_sample", cost=self.short(min(survey.costs)))
            elif best is not None:
                size, worth, cost = best
                said = {
                    "size": self.context.number(size),
                    "worth": self.short(worth),
                    "cost": self.short(cost),
                }
                note = self.t("chart.sample", **said)
            name = text_of(measuring.label_name(self.context, value.label))
            bars.append({"name": name, "value": value.evppi, "label": self.short(value.evppi), "note": note})
        said_all = [self.c("information.finding", evpi=self.short(result.evpi or 0.0))]
        said_all.append(measuring.said(self.context, result, "answer"))
        rows = [[bar["name"], self.full(bar["value"]), bar["note"]] for bar in bars]
        heads = [self.c("head.input"), self.c("head.known"), self.c("head.best_size")]
        return self._chart(
            "measure", said_all, _table(heads, rows), {"bars": bars, "label": self.c("key.known")}
        )

    def _scale(self, low: float, high: float) -> Part:
        """Return a scale that holds both ends, its round ticks and their labels."""
        ticks = round_ticks(min(low, 0.0), max(high, 0.0))
        unit, labels = scale_labels(ticks, self.result.currency, self.language)
        return {
            "ticks": [{"at": tick, "label": label} for tick, label in zip(ticks, labels, strict=True)],
            "unit": unit,
        }


def round_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return about so many round numbers from `low` to `high`, both ends inside or just outside.

    Examples
    --------
    >>> round_ticks(-30.0, 190.0)
    [0.0, 50.0, 100.0, 150.0]
    """
    if high <= low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step + 0.0 for number in range(first, last + 1)]


def _rest(loss: float) -> float:
    """Return the chance of a gain so that both, as printed, make a hundred."""
    return 1 - round(loss, 2) if 0.01 <= loss <= 0.99 else 1 - loss


def _number(name: str, label: str, value: str, note: str, *, tone: str = "", words_: bool = False) -> Part:
    return {"id": name, "label": label, "value": value, "note": note, "tone": tone, "words": words_}


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Part:
    return {"columns": list(columns), "rows": [list(row) for row in rows]}


def _from_block(table: blocks.Table) -> Part:
    return _table(
        [text_of(column.title) for column in table.columns],
        [[text_of(str(cell)) for cell in row] for row in table.rows],
    )
