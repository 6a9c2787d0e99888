"""validoopsie: its catalogue of single columns only; counts, and distinct failing values."""

from datetime import date

import polars as pl
from validoopsie import Validate

from tests.bench.checks import Between, Check, Filled, Length, Listed, Matches
from tests.bench.contest import Found, Task


def run(task: Task) -> dict[str, Found]:
    """Validate each check alone: its results are known by check and column, not by name."""
    ledger = pl.read_parquet(task.ledger)
    found = {}
    for check in task.checks:
        validation = Validate(ledger)
        if not is_said(validation, check):
            continue
        told = next(one for name, one in validation.results.items() if name != "Summary")
        found[check.code] = Found(count=int(told["result"].get("failed_number", 0)))
    return found


def is_said(validation: Validate, check: Check) -> bool:
    """Judge a check, where it can be said."""
    column = check.column
    match check:
        case Filled():
            validation.NullValidation.ColumnNotBeNull(column=column)
        case Between(low=low, high=high) if not isinstance(low, date):
            values = validation.ValuesValidation
            values.ColumnValuesToBeBetween(column=column, min_value=low, max_value=high)
        case Matches(pattern=pattern):
            validation.StringValidation.PatternMatch(column=column, pattern=pattern)
        case Length(low=low, high=high):
            texts = validation.StringValidation
            texts.LengthToBeBetween(column=column, min_value=low, max_value=high)
        case Listed(values=values):
            unique = validation.UniqueValidation
            unique.ColumnUniqueValuesToBeInList(column=column, values=list(values))
        case _:
            return False
    return True
