"""Plans and evaluations as JSON: decimals as texts, rates in percent."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from api.sampling.parameters import percent_of
from rules.evaluation import ENGINE_VERSION
from rules.sampling.allocation import Share
from rules.sampling.attributes import AttributeResult
from rules.sampling.misstatement import Misstatement
from rules.sampling.receipt_reading import MonetaryReceipt
from rules.sampling.sizes import AttributePlan, MonetaryPlan


def answer(content: Mapping[str, Any], out: Path | None) -> None:
    """Write an answer to a file, or to standard output."""
    whole = {**content, "engine_version": ENGINE_VERSION}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def tell_attribute_plan(plan: AttributePlan) -> dict[str, Any]:
    """The size, and what it was computed from."""
    return {
        "size": plan.size,
        "allowed_deviations": plan.allowed,
        "likelihood": plan.likelihood.value,
        "risk_pct": percent_of(plan.risk),
        "tolerable_pct": percent_of(plan.tolerable),
        "expected_pct": None if plan.expected is None else percent_of(plan.expected),
        "population": plan.population,
    }


def tell_monetary_plan(plan: MonetaryPlan) -> dict[str, Any]:
    """The size and the interval, and what they were computed from."""
    return {
        "size": plan.size,
        "interval": _text(plan.interval),
        "allowed_misstatements": plan.allowed,
        "likelihood": plan.likelihood.value,
        "risk_pct": percent_of(plan.risk),
        "book_value": _text(plan.book_value),
        "tolerable": _text(plan.tolerable),
        "expected": _text(plan.expected),
    }


def tell_allocation(shares: Sequence[Share], *, by: str, minimum: int) -> dict[str, Any]:
    """The size of each stratum; they add up."""
    return {
        "size": sum(share.size for share in shares),
        "by": by,
        "minimum": minimum,
        "strata": [
            {"name": share.name, "items": share.items, "size": share.size} for share in shares
        ],
    }


def tell_attribute_result(result: AttributeResult) -> dict[str, Any]:
    """What the sample shows of the rate of deviation."""
    risk = result.achieved_risk
    return {
        "likelihood": result.likelihood.value,
        "risk_pct": percent_of(result.risk),
        "population": result.population,
        "size": result.size,
        "deviations": result.deviations,
        "undetermined": result.undetermined,
        "undetermined_counted_as": "deviation",
        "counted": result.counted,
        "rate_pct": percent_of(result.rate),
        "upper_limit_pct": percent_of(result.upper_rate),
        "upper_limit_items": result.upper_count,
        "tolerable_pct": None if result.tolerable is None else percent_of(result.tolerable),
        "achieved_risk_pct": None if risk is None else percent_of(risk),
        "supports_tolerable": result.supports,
    }


def tell_misstatement(result: Misstatement, receipt: MonetaryReceipt) -> dict[str, Any]:
    """What the sample shows of the misstatement."""
    return {
        "table": receipt.table,
        "method": receipt.method.value,
        "seed": receipt.seed,
        "bound": "stringer, poisson",
        "risk_pct": percent_of(result.risk),
        "interval": _text(result.interval),
        "items": result.items,
        "hits": result.hits,
        "certain_items": result.certain_items,
        "undetermined": result.undetermined,
        "undetermined_counted_as": "wholly misstated",
        "overstated": result.overstated,
        "understated": result.understated,
        "certain_overstatement": _text(result.certain_overstatement),
        "certain_understatement": _text(result.certain_understatement),
        "projected": _text(result.projected),
        "projected_understatement": _text(result.projected_understatement),
        "factors": [_text(factor) for factor in result.factors],
        "basic_precision": _text(result.basic_precision),
        "incremental_allowance": _text(result.incremental_allowance),
        "upper_limit": _text(result.upper_limit),
        "total_projected": _text(result.total_projected),
        "total_upper_limit": _text(result.total_upper_limit),
        "tolerable": None if result.tolerable is None else _text(result.tolerable),
        "supports_tolerable": result.supports,
    }


def _text(number: Decimal) -> str:
    # Never with an exponent: 1E+3 is for engineers.
    return f"{number:f}"
