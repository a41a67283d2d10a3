"""Measure the uncertainty of a case beside monaco and squigglepy, on the same ledger, in one run.

`python benchmarks/uncertainty.py` prints a table. Seconds are user + system time of this process, median of a few rounds,
ours and theirs in turn, so that a busy machine moves both. monaco and squigglepy are wanted here only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cxmaturity.business_case.distributions import pert_parameters
from cxmaturity.business_case.evaluate import evaluate_case
from cxmaturity.business_case.simulation import draw_inputs, simulate_case, simulate_npv
from cxmaturity.business_case.values import BusinessCase
from cxmaturity.files.catalog_yaml import load_catalog

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
MONACO_TRIALS = 2_000
Numbers = Mapping[str, float]


def worked_example() -> Any:
    """Return the module of the reference's example, which the tests use too."""
    spec = importlib.util.spec_from_file_location(
        "worked_example", ROOT / "tests" / "business_case" / "worked.py"
    )
    if spec is None or spec.loader is None:
        raise FileNotFoundError("tests/business_case/worked.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORKED = worked_example()
CATALOG = load_catalog()


def case(draws: int) -> BusinessCase:
    """Return section 6 of the reference: seven benefits, 17 uncertain numbers, nine of them correlated."""
    found: BusinessCase = WORKED.ranged_case(uncertainty={"draws": draws})
    return found


def triples() -> dict[str, tuple[float, float, float]]:
    """Return the 17 uncertain numbers as (low, mode, high)."""
    moves = {name: triple for levers in WORKED.RANGED_MOVES.values() for name, triple in levers.items()}
    shared = {"attribution": WORKED.ATTRIBUTION_RANGE, "cost": WORKED.COST_MULTIPLIER}
    return {**moves, **WORKED.RANGED_CONSUMERS, **WORKED.RANGED_SERVICE, **shared}


def scalar_npv(x: Numbers) -> float:
    """Return the NPV of one trial in plain Python: the ledger as a modeller who loops would write it."""
    c, o, k, s = WORKED.CONSUMERS, WORKED.OPTION, WORKED.CONTRACTS, WORKED.SERVICE
    programme = _years(x, c, o, k, s, on=1.0)
    nothing = _years(x, c, o, k, s, on=0.0)
    value = -400_000 * x["cost"]
    for year, cost in enumerate((200_000, 210_000, 220_000)):
        value += (programme[year] - nothing[year] - cost * x["cost"]) / 1.1 ** (year + 1)
    return value


def _years(x: Numbers, c: Numbers, o: Numbers, k: Numbers, s: Numbers, *, on: float) -> list[float]:
    customers, contracts, totals = c["count"], k["count"], []
    first = (
        customers * (2 - c["annual_churn_rate"]) / 2 + c["annual_qualified_visits"] * c["conversion_rate"] / 2
    )
    for year in range(3):
        done = {name: on * x["attribution"] * ramp[year] for name, ramp in WORKED.RAMPS.items()}
        kept = 1 - c["annual_churn_rate"] + done["retention"] * x["churn_rate_reduction"]
        visits = c["conversion_rate"] + done["acquisition"] * x["conversion_rate_gain"]
        told = done["recommendation"] * (
            x["annual_customers_won_per_promoter"] * x["promoter_share_gain"]
            + c["annual_prospects_lost_per_detractor"] * x["detractor_share_reduction"]
        )
        new = c["annual_qualified_visits"] * visits + customers * told
        average = (customers * (1 + kept) + new) / 2
        wallet = c["share_of_wallet"] + done["preference"] * x["share_of_wallet_gain"]
        taken = o["subscription_rate"] + done["advantage"] * x["subscription_rate_gain"]
        contacts = s["annual_contacts"] * average / first
        repeated = x["extra_contacts_per_unresolved_issue"]
        issues = contacts / (1 + (1 - s["first_contact_resolution_rate"]) * repeated)
        moved = done["service_cost"] * x["deflected_contact_share"]
        better = (
            issues
            * done["service_cost"]
            * x["first_contact_resolution_gain"]
            * repeated
            * s["cost_per_contact"]
        )
        self_served = contacts * moved * (s["cost_per_contact"] - s["self_service_cost_per_contact"])
        saving = x["cash_share"] * (better * (1 - moved) + self_served)
        intention = x["intention_to_renewal"] * done["engagement"] * x["renewal_intention_gain"]
        lost = contracts * (1 - k["renewal_rate"] - intention) / k["term_years"]
        after = contracts - lost + k["annual_new"]
        totals.append(
            average * x["annual_category_spend"] * wallet * x["margin_rate"]
            + average * o["eligible_share"] * taken * o["annual_margin"]
            - contacts * s["cost_per_contact"]
            + saving
            - new * c["onboarding_cost"]
            + (contracts + after) / 2 * k["annual_value"] * k["margin_rate"]
        )
        customers, contracts = customers * kept + new, after
    return totals


def check_same_ledger() -> float:
    """Return the largest relative difference between the plain ledger and ours over 50 trials."""
    drawn = draw_inputs(case(100), draws=50)
    ours = simulate_npv(case(100), drawn)
    short = {
        path.rpartition(".")[2]: values
        for path, values in drawn.items()
        if path.startswith(("levers.", "baseline."))
    }
    worst = 0.0
    for trial in range(50):
        numbers = {name: float(values[trial]) for name, values in short.items()}
        numbers["cost"] = float(drawn["costs.0.initial"][trial]) / 400_000
        worst = max(worst, abs(scalar_npv(numbers) - float(ours[trial])) / 400_000)
    return worst


def monaco_run(trials: int) -> Callable[[], object]:
    """Return a call that simulates the same ledger with monaco, inputs independent, on one thread."""
    import monaco
    from scipy.stats import beta

    def preprocess(one: Any) -> tuple[dict[str, float]]:
        return ({name: one.invals[name].val for name in triples()},)

    def postprocess(one: Any, value: float) -> None:
        one.addOutVal("npv", value)

    def run() -> object:
        fcns = {"preprocess": preprocess, "run": scalar_npv, "postprocess": postprocess}
        sim = monaco.Sim(
            name="case",
            ndraws=trials,
            fcns=fcns,
            firstcaseismedian=False,
            seed=1,
            singlethreaded=True,
            verbose=False,
        )
        for name, (low, mode, high) in triples().items():
            a, b = pert_parameters(low, mode, high)
            sim.addInVar(name=name, dist=beta, distkwargs={"a": a, "b": b, "loc": low, "scale": high - low})
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            sim.runSim()
        return sim

    return run


def squigglepy_samples(draws: int) -> Callable[[], object]:
    """Return a call that draws the same ranges with squigglepy, independent."""
    import squigglepy

    shapes = [squigglepy.pert(*triple) for triple in triples().values()]
    return lambda: [squigglepy.sample(shape, n=draws) for shape in shapes]


def cpu(work: Callable[[], object]) -> float:
    """Return the processor seconds of one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def beside(ours: Callable[[], object], theirs: Callable[[], object] | None = None) -> tuple[float, float]:
    """Return the median seconds of ours and of theirs, measured in turn."""
    pairs = [(cpu(ours), cpu(theirs) if theirs else 0.0) for _ in range(ROUNDS)]
    return statistics.median(mine for mine, _ in pairs), statistics.median(other for _, other in pairs)


def rows() -> list[tuple[str, str, str, str]]:
    """Measure everything: (what, ours, theirs or goal, ratio)."""
    measured: list[tuple[str, str, str, str]] = []
    for draws, goal in ((10_000, 1.5), (100_000, 3.0)):
        full = case(draws)
        mine, _ = beside(lambda full=full: evaluate_case(full, CATALOG))  # type: ignore[misc]  # the loop's value
        measured.append((f"full case, {draws:,} trials", f"{mine:.3f} s", f"goal {goal} s", ""))
    screen = case(2_000)
    mine, _ = beside(lambda: evaluate_case(screen, CATALOG))
    measured.append(("full case for the screen, 2,000 trials", f"{mine * 1000:.1f} ms", "goal 200 ms", ""))
    whole = case(10_000)
    mine, other = beside(lambda: simulate_case(whole), monaco_run(MONACO_TRIALS))
    ours_rate, their_rate = 10_000 / mine, MONACO_TRIALS / other
    measured.append(
        (
            "trials per second, monaco",
            f"{ours_rate:,.0f}",
            f"{their_rate:,.0f}",
            f"{ours_rate / their_rate:,.0f} times",
        )
    )
    large = case(100_000)
    mine, other = beside(lambda: draw_inputs(large), squigglepy_samples(100_000))
    measured.append(
        (
            "drawing 100,000 correlated trials, squigglepy independent",
            f"{mine:.3f} s",
            f"{other:.3f} s",
            f"{mine / other:.2f}",
        )
    )
    return measured


def main() -> int:
    """Print the table; 1 when the plain ledger and ours disagree."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    difference = check_same_ledger()
    print(f"the plain ledger and ours differ by at most {difference:.1e} of the initial cost\n")
    print(f"numpy {np.__version__}; CPU seconds, median of {ROUNDS}, in turn")
    for what, ours, theirs, ratio in rows():
        print(f"{what:58} {ours:>12} {theirs:>14} {ratio:>12}")
    return int(difference > 1e-9)


if __name__ == "__main__":
    sys.exit(main())
