"""Numbers divided by declared bounds: how many lie in each stratum, and their sums."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Final

import polars as pl

from rules.checks.benford_law import CONTEXT
from rules.checks.figures import Fact, written
from rules.checks.measured import Row
from rules.formula import Exact, Value
from rules.formula.values import common, literal

STRATUM: Final = "__stratum"  # Int32: how many bounds a number has reached
COUNTED: Final = "__counted"
SUM: Final = "__sum"


def stratum_of(number: Value, bounds: Sequence[Decimal]) -> pl.Expr:
    """The stratum of a number; a bound belongs to the stratum above it.

    Raises:
        FormulaError: `formula.too_wide`: bounds and number do not fit one type.
    """
    values = [literal(bound) for bound in bounds]
    wanted = common(number, *values)
    one = number.to(wanted)
    reached = [(one >= value.to(wanted)).cast(pl.Int32) for value in values]
    return pl.sum_horizontal(reached, ignore_nulls=False).cast(pl.Int32).alias(STRATUM)


def labels(bounds: Sequence[Decimal]) -> list[str]:
    """What the strata are called: `<0`, `0-<1000`, `>=1000`."""
    texts = [f"{bound:f}" for bound in bounds]
    inner = [f"{low}-<{high}" for low, high in pairwise(texts)]
    return [f"<{texts[0]}", *inner, f">={texts[-1]}"]


def strata_facts(
    name: str | None, bounds: Sequence[Decimal], strata: Sequence[Row], *, kind: Exact | None
) -> Iterable[Fact]:
    """Counts, sums and their shares of each stratum, empty ones included, and of all.

    Args:
        name: The group.
        bounds: The bounds.
        strata: STRATUM, COUNTED, and SUM in the units of `kind`.
        kind: None where nothing is summed.
    """
    found = {one[STRATUM]: one for one in strata}
    rows = sum(one[COUNTED] for one in strata)
    total = sum(one[SUM] for one in strata) if kind else 0
    for place, label in enumerate(labels(bounds)):
        one = found.get(place)
        count = one[COUNTED] if one else 0
        yield name, label, "count", str(count)
        yield from _share(name, label, "share_of_count", count, rows)
        if kind:
            amount = one[SUM] if one else 0
            yield name, label, "sum", written(amount, kind.scale)
            yield from _share(name, label, "share_of_sum", amount, total)
    yield name, "all", "count", str(rows)
    if kind:
        yield name, "all", "sum", written(total, kind.scale)


def _share(name: str | None, label: str, measure: str, part: int, whole: int) -> Iterable[Fact]:
    """A share; of nothing there is none."""
    if whole:
        with localcontext(CONTEXT):
            yield name, label, measure, written(Decimal(part) / Decimal(whole))
