"""What the Summary and the other results must say, from the engine: defined name to value."""

from __future__ import annotations


def _figures(result):
    figures = {
        f"case_{name}": getattr(result, name)
        for name in (
            "npv", "pv_benefits", "pv_costs", "roi", "mirr", "profitability_index", "payback_years",
            "discounted_payback_years", "npv_after_tax", "beyond_horizon",
        )
    }  # fmt: skip
    rates = [*result.irr[:3], None, None, None][:3]
    figures |= {f"case_irr_{place}": rate for place, rate in enumerate(rates, 1)}
    figures["case_irr_count"] = float(len(result.irr))
    return figures


def summary(result):
    """Return every figure of a CaseResult that the workbook names: floats, None, or tuples along the years."""
    expected = _figures(result)
    for name in ("costs_by_year", "cash_flows", "cumulative", "cumulative_discounted"):
        expected[f"case_{name}"] = getattr(result, name)
    expected["case_gross_benefits"] = (0.0, *result.gross_benefits)
    if result.benefits:
        expected["case_break_even"] = result.break_even
        expected["case_sum_of_alone_pv"] = result.sum_of_alone_pv
        expected["case_interaction_pv"] = result.interaction_pv
    for benefit in result.benefits:
        expected[f"benefit_{benefit.id}_pv"] = benefit.pv
        expected[f"benefit_{benefit.id}_alone_pv"] = benefit.alone_pv
        expected[f"benefit_{benefit.id}_annual"] = (None, *benefit.annual)
    for line in result.ledger:
        expected[f"ledger_{line.id}_without"] = (None, *line.without)
        expected[f"ledger_{line.id}_with"] = (None, *line.with_programme)
    for bar in result.tornado:
        name = f"tornado_{bar.input.replace('.', '_')}"
        expected[f"{name}_low"], expected[f"{name}_high"] = bar.npv_low, bar.npv_high
    for lever in result.lever_break_even:
        expected[f"break_even_{lever.benefit}"] = lever.share
    return expected


def scale(result):
    """Return the size against which a difference of money is judged: the larger of the two present values."""
    return max(1.0, abs(result.pv_benefits), abs(result.pv_costs))


NOTHING = ("none", "cannot sink the case", "out of reach")
"""What the English workbook writes where a figure does not exist."""


def differences(expected, found, money, *, tolerance=1e-9):
    """Return the names whose value differs: (name, expected, found). `found` maps names to values or tuples.

    Money is compared relative to the larger present value of the case (an NPV is a difference of two); shares, rates and
    years relative to themselves, or absolutely below one.
    """
    wrong = []
    for name, wanted in expected.items():
        got = found[name]
        pairs = list(zip(wanted, got, strict=True)) if isinstance(wanted, tuple) else [(wanted, got)]
        for want, have in pairs:
            if want is None:
                if not (have in (None, "") or (isinstance(have, str) and have in NOTHING)):
                    wrong.append((name, want, have))
                continue
            if isinstance(have, str) or have is None:
                wrong.append((name, want, have))
                continue
            size = max(abs(want), 1.0)
            if not _is_ratio(name):
                size = max(size, money)
            if not abs(want - have) <= tolerance * size:
                wrong.append((name, want, have))
    return wrong


def _is_ratio(name):
    return name.endswith(("roi", "mirr", "index", "years", "count")) or "irr_" in name or "break_even" in name
