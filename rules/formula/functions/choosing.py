"""The smallest and the largest of several values of one row."""

from collections.abc import Callable
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.registry import function
from rules.formula.values import DATE, DATETIME, TIME, Exact, Type, Value, common

_ORDERED: Final[tuple[Type, ...]] = (DATE, DATETIME, TIME)


def _extreme(name: str, take: Callable[[list[pl.Expr]], pl.Expr]) -> None:
    @function(name, copies=2)
    def build(first: Value, *rest: Value) -> Value:
        values = (first, *rest)
        wanted = common(*values)
        if not isinstance(wanted, Exact) and wanted not in _ORDERED:
            raise FormulaError("formula.type", expected="number", found=wanted.name)
        given = [value.to(wanted) for value in values]
        # A blank is no number: what is smallest beside it cannot be told.
        known = pl.all_horizontal(one.is_not_null() for one in given)
        return Value(pl.when(known).then(take(given)), wanted)


_extreme("MIN", pl.min_horizontal)
_extreme("MAX", pl.max_horizontal)
