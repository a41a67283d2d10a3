"""The workbook says what Python says, whoever computes it: `formulas`, LibreOffice, or our own stored values."""

from __future__ import annotations

import attrs
import openpyxl
import pytest

from cxmaturity.business_case import evaluate_case
from cxmaturity.business_case.simulation import draw_inputs, simulate_npv
from cxmaturity.reporting.workbook import write_workbook
from cxmaturity.reporting.workbook.evaluate import Values
from cxmaturity.reporting.workbook.plan import Detail

LEAN = Detail(roots=1, grid=12, steps=12, cases=False)
"""Fewer points of the search for rates, no scenarios, bars or trials: the same formulas in smaller tables."""
LESS = attrs.evolve(LEAN, cases=True)
"""The same with scenarios, bars, trials and each lever's break-even."""


def wrong_names(expected, diagnostic, names, found):
    """Return the names whose value is not what the engine says."""
    wanted = {name: value for name, value in expected.summary(diagnostic.case).items() if name in names}
    assert len(wanted) > 10
    return expected.differences(wanted, found(wanted), expected.scale(diagnostic.case))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_summary_recalculated_by_formulas_equals_python(
    *, cases, expected, interpreter, build, catalog, batch
):
    """250 random cases of any structure and timing: every named figure, as `formulas` computes it, equals Python to 1e-9."""
    wrong = []
    for seed in range(1000 + 25 * batch, 1025 + 25 * batch):
        diagnostic = cases.diagnostic_of(cases.random_case(seed, years=(1, 1, 2, 3, 4)[seed % 5]), catalog)
        _, _, data = build(diagnostic, detail=LEAN)
        reading = interpreter.Reading(data)
        wrong += [
            (seed, *found)
            for found in wrong_names(
                expected,
                diagnostic,
                reading.names,
                lambda names, read=reading: {name: read[name] for name in names},
            )
        ]

    assert [] == wrong


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_ranges_recalculated_by_formulas_equal_python(*, cases, expected, interpreter, build, catalog, batch):
    """50 random cases with ranges of every shape: summary, tornado, break-even of each lever, and every trial's NPV."""
    wrong = []
    for seed in range(5000 + 5 * batch, 5005 + 5 * batch):
        diagnostic = cases.diagnostic_of(
            cases.random_case(seed, ranges=True, years=(1, 1, 2, 1, 3)[seed % 5]), catalog
        )
        plan, book, data = build(diagnostic, trials=3, detail=LESS)
        reading = interpreter.Reading(data)
        wrong += wrong_names(
            expected,
            diagnostic,
            reading.names,
            lambda names, read=reading: {name: read[name] for name in names},
        )
        if plan.uncertain:
            spot = book.place("trial.npv")
            title = book.sheets[spot.sheet].title
            got = [reading.at(title, *spot.at(trial)) for trial in range(3)]
            size = expected.scale(diagnostic.case)
            wrong += [
                (seed, "trial", trial)
                for trial in range(3)
                if abs(got[trial] - diagnostic.case.simulation.npv[trial]) > 1e-9 * size
            ]

    assert [] == wrong


@pytest.mark.slow
def test_formulas_whole_model_agrees(*, cases, expected, interpreter, build, catalog, tmp_path):
    """The `formulas` library run as a whole, its own graph of cells included, finds the same NPV and rate of return."""
    diagnostic = cases.diagnostic_of(cases.random_case(2, years=1), catalog)
    _, _, data = build(diagnostic, detail=Detail(roots=1, grid=8, steps=14, cases=False))
    found = interpreter.whole_model(
        data, tmp_path, ("case_npv", "case_pv_benefits", "case_pv_costs", "case_mirr")
    )

    assert found == pytest.approx(
        {
            "case_npv": diagnostic.case.npv,
            "case_pv_benefits": diagnostic.case.pv_benefits,
            "case_pv_costs": diagnostic.case.pv_costs,
            "case_mirr": diagnostic.case.mirr,
        },
        rel=1e-9,
    )


@pytest.mark.parametrize("seed", range(20))
def test_stored_values_equal_python(cases, expected, build, catalog, seed):
    """What a previewer shows without computing anything is what Python says, trials included, and all checks pass."""
    diagnostic = cases.diagnostic_of(cases.random_case(seed, ranges=seed % 2 == 0), catalog)
    plan, book, _ = build(diagnostic, trials=4)
    values = Values(book)
    found = {
        name: tuple(value) if isinstance(value := values.of(key), list) else value
        for name, key in book.names.items()
    }

    assert [] == wrong_names(expected, diagnostic, found, lambda names: {name: found[name] for name in names})
    assert 0 == values.of("checks.failed")
    if plan.uncertain:
        assert values.of("trial.npv") == pytest.approx(
            diagnostic.case.simulation.npv[:4], rel=1e-9, abs=1e-9 * expected.scale(diagnostic.case)
        )


def test_trials_are_the_engines(cases, build, catalog):
    """The inputs drawn in the sheet, row by row, are those that the engine draws, every shape of range included."""
    seeds = (seed for seed in range(100, 200) if cases.random_case(seed, ranges=True).uncertainty.groups)
    diagnostic = cases.diagnostic_of(cases.random_case(next(seeds), ranges=True), catalog)
    plan, book, _ = build(diagnostic, trials=12)
    values = Values(book)
    drawn = draw_inputs(plan.case, draws=12)

    for path, numbers in drawn.items():
        assert values.of(f"run.in.{path}") == pytest.approx(list(numbers), rel=1e-9), path
    assert values.of("trial.npv") == pytest.approx(list(simulate_npv(plan.case, drawn)), rel=1e-9, abs=1e-4)


def test_summary_of_the_trials(cases, build, catalog):
    """Mean, deviation, percentiles, probability of loss and CVaR are those of the trials shown, by numpy."""
    import numpy as np

    case = next(
        found
        for seed in range(300, 400)
        if len(draw_inputs(found := cases.random_case(seed, ranges=True), draws=2)) > 2
    )
    plan, book, _ = build(cases.diagnostic_of(case, catalog), trials=60)
    values = Values(book)
    npv = simulate_npv(plan.case, draw_inputs(plan.case, draws=60))

    assert values.of("trials.mean") == pytest.approx(npv.mean())
    assert values.of("trials.sd") == pytest.approx(npv.std(ddof=1))
    assert [values.of(f"trials.p{share}") for share in (10, 50, 90)] == pytest.approx(
        np.percentile(npv, (10, 50, 90))
    )
    assert values.of("trials.probability_of_loss") == pytest.approx((npv < 0).mean())
    assert values.of("trials.cvar5") == pytest.approx(np.sort(npv)[:3].mean())
    assert values.of("trials.evpi") == pytest.approx(np.maximum(npv, 0).mean() - max(0, npv.mean()), abs=1e-6)
    assert 60 == sum(values.of("bins.trials"))


def test_hdr_reference_numbers(cases, build, catalog):
    """The generator's cell formula gives the published numbers for entity 10, variable 2, seeds 3 and 4."""
    diagnostic = cases.diagnostic_of(cases.random_case(100, ranges=True), catalog)
    plan, book, _ = build(diagnostic, trials=3)
    sheet = book.sheets["monte_carlo"]
    for key, value in (("hdr.entity", 10), ("hdr.seed", 3), ("hdr.seed4", 4)):
        place = book.place(key)
        sheet.cells[place.row, place.column] = attrs.evolve(
            sheet.cells[place.row, place.column], content=value
        )
    stream = [found.variable for found in plan.uncertain].index(2)
    path = plan.uncertain[stream].path

    assert Values(book).of(f"trial.u.{path}") == pytest.approx([0.18532938, 0.99370397, 0.09836427], abs=5e-9)


@pytest.mark.parametrize(
    ("amounts", "rates"),
    [((100.0, 230.0, 132.0), (0.1, 0.2)), ((100.0, 110.0, 0.0), (0.1,)), ((-0.0, 50.0, 20.0), ())],
    ids=["two rates", "one rate", "no outflow"],
)
def test_all_rates_of_return(cases, build, catalog, amounts, rates):
    """Flows -100, 230, -132 have the two rates 10 % and 20 % (Descartes); the sheet shows both."""
    diagnostic = cases.diagnostic_of(
        cases.random_case(2, years=2, benefits=("preference",), tenure=False), catalog
    )
    start, first, second = amounts
    signs = (-1, 1, -1 if second > 100 else 1)
    plan, book, _ = build(diagnostic)
    place = book.place("cash.flow")
    for year, amount in enumerate((start, first, second)):
        cell = book.sheets["cash"].cells[place.at(year)]
        book.sheets["cash"].cells[place.at(year)] = attrs.evolve(cell, content=signs[year] * amount)
    timing = book.place("timing.chosen") if "timing.chosen" in book.places else None
    cell = book.sheets["inputs"].cells[timing.row, timing.column]
    book.sheets["inputs"].cells[timing.row, timing.column] = attrs.evolve(
        cell, content=plan.t("word.timing.end")
    )
    values = Values(book)

    assert len(rates) == values.of("rates.count")
    assert [values.of(f"rates.root{n}.rate") for n in range(1, len(rates) + 1)] == pytest.approx(
        list(rates), rel=1e-12
    )


def _with_value(data, interpreter, tmp_path, name, changes):
    """Return the file with other numbers typed in named cells, saved by openpyxl (which drops all stored values)."""
    import io

    workbook = openpyxl.load_workbook(io.BytesIO(data))
    cells = interpreter.named_cells(data, workbook)
    for key, value in changes.items():
        title, row, column = cells[key][0] if key in cells else key
        workbook[title].cell(row + 1, column + 1).value = value
    file = tmp_path / f"{name}.xlsx"
    workbook.save(file)
    return file


@pytest.mark.slow
def test_libreoffice_agrees_and_has_no_error_cell(
    *, cases, office, expected, interpreter, build, catalog, tmp_path
):
    """LibreOffice, given files without stored values, finds what Python says for 10 random cases, and no error cell."""
    seeds = range(7000, 7010)
    diagnostics = [cases.diagnostic_of(cases.random_case(seed, ranges=True), catalog) for seed in seeds]
    built = [build(diagnostic, trials=10) for diagnostic in diagnostics]
    files = [
        _with_value(data, interpreter, tmp_path, f"case{place}", {})
        for place, (_, _, data) in enumerate(built)
    ]
    wrong = []
    for diagnostic, (plan, book, _), data in zip(
        diagnostics, built, interpreter.recalculate(office, files, tmp_path), strict=True
    ):
        cells, names = interpreter.stored(data)
        wrong += [
            (key, value) for key, value in cells.items() if isinstance(value, str) and value.startswith("#")
        ]
        wrong += wrong_names(
            expected, diagnostic, names, lambda wanted, found=names: {key: found[key] for key in wanted}
        )
        if names["checks_flag"] != "All pass":
            wrong.append(names["checks_flag"])
        if plan.uncertain:
            spot = book.place("trial.npv")
            title = book.sheets[spot.sheet].title
            size = expected.scale(diagnostic.case)
            for trial, npv in enumerate(diagnostic.case.simulation.npv[:10]):
                row, column = spot.at(trial)
                address = f"{openpyxl.utils.get_column_letter(column + 1)}{row + 1}"
                if abs(cells[title, address] - npv) > 1e-9 * size:
                    wrong.append(("trial", trial, npv, cells[title, address]))

    assert [] == wrong


@pytest.mark.slow
def test_changed_lever_moves_everything_in_libreoffice(
    *, office, example, expected, interpreter, catalog, tmp_path
):
    """Type another churn reduction in LibreOffice: NPV, tornado and checks become what Python gives for that input."""
    diagnostic = example("maison-lavande")
    data = write_workbook(diagnostic, catalog, language="en", trials=10)
    book_cells = interpreter.input_cells(data, "Inputs", "levers.retention.churn_rate_reduction")
    file = _with_value(data, interpreter, tmp_path, "changed", {book_cells["mode"]: 0.008})
    cells, names = interpreter.stored(interpreter.recalculate(office, [file], tmp_path)[0])
    case = diagnostic.engagement.wanted_case
    levers = tuple(
        attrs.evolve(
            lever, moves=tuple((name, attrs.evolve(given, value=0.008)) for name, given in lever.moves)
        )
        if lever.benefit == "retention"
        else lever
        for lever in case.levers
    )
    after = evaluate_case(attrs.evolve(case, levers=levers), catalog)

    assert diagnostic.case.npv != pytest.approx(after.npv, rel=0.05)
    wanted = {name: value for name, value in expected.summary(after).items() if name in names}
    assert [] == expected.differences(wanted, names, expected.scale(after))
    assert "All pass" == names["checks_flag"]
    assert [] == [value for value in cells.values() if isinstance(value, str) and value.startswith("#")]


@pytest.mark.slow
def test_scenario_switch_and_broken_input_in_libreoffice(office, example, interpreter, catalog, tmp_path):
    """The switch takes each range's lower-NPV end; an impossible rate turns the flag of the Cover."""
    diagnostic = example("maison-lavande")
    data = write_workbook(diagnostic, catalog, language="en", trials=10)
    churn = interpreter.input_cells(data, "Inputs", "baseline.consumers.annual_churn_rate")["mode"]
    files = [
        _with_value(data, interpreter, tmp_path, "prudent", {("Inputs", 4, 2): "Prudent"}),
        _with_value(data, interpreter, tmp_path, "broken", {churn: 1.4}),
    ]
    prudent, broken = (
        interpreter.stored(found)[1] for found in interpreter.recalculate(office, files, tmp_path)
    )

    assert prudent["case_npv"] == pytest.approx(prudent["scenario_prudent_npv"], rel=1e-9)
    assert prudent["case_npv"] < diagnostic.case.npv
    assert "All pass" == prudent["checks_flag"]
    assert "Look at Checks" == broken["checks_flag"]
