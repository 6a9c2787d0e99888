"""cuallee's Polars backend: counts only; what its catalogue lacks goes through SQL."""

import polars as pl
from cuallee import Check as Suite
from cuallee import CheckLevel

from tests.bench.checks import Check, Filled, RowCheck, Unique, Weekday
from tests.bench.contest import Found, Task
from tests.bench.sql import POLARS, violated


def run(task: Task) -> dict[str, Found]:
    """Validate one suite."""
    ledger = pl.read_parquet(task.ledger)
    suite = Suite(CheckLevel.WARNING, "ledger")
    said = [check for check in task.checks if is_said(suite, check)]
    counts = suite.validate(ledger)["violations"].to_list()
    return {check.code: Found(count=int(count)) for check, count in zip(said, counts, strict=True)}


def is_said(suite: Suite, check: Check) -> bool:
    """Add a check to the suite, where it can be said there."""
    match check:
        case Filled():
            suite.is_complete(check.column)
        case Weekday():
            suite.is_on_weekday(check.column)
        case Unique(columns=(column,)):
            suite.is_unique(column)
        case Unique(columns=columns):
            suite.are_unique(list(columns))
        case RowCheck():
            suite.satisfies(check.column, f"coalesce(NOT {violated(check, POLARS)}, true)")
        case _:
            return False
    return True
