"""pandera's Polars backend: its own checks where it has them, else our expressions.

Its report of failing cases is a table of texts, dear to make for millions; one case is asked of it,
and the failing rows are taken from the verdicts it gives for each row, which is its fastest form.
"""

import os
from functools import partial

os.environ["PANDERA_VALIDATION_DEPTH"] = "SCHEMA_AND_DATA"

import pandera.polars as pa
import polars as pl

from tests.bench.checks import Between, Check, Length, Listed, Matches
from tests.bench.contest import PLACE, Found, Task, file_of, nowhere
from tests.bench.expressions import holds

VERDICT = "check_output"


def run(task: Task) -> dict[str, Found]:
    """Validate lazily, and write the failing rows of each failed check."""
    ledger = pl.read_parquet(task.ledger)
    schema, codes = schema_of(ledger, task)
    found = {code: Found(count=0, rows=nowhere) for code in codes}
    checks = {check.code: check for check in task.checks}
    numbered = ledger.with_row_index(PLACE)
    try:
        schema.validate(ledger, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            check = checks[error.check.error]
            passed = pl.DataFrame(error.check_output)[VERDICT]
            failing = numbered.select(PLACE, *check.columns).filter(~passed)
            failing.write_parquet(file_of(task, check))
            rows = partial(pl.scan_parquet, file_of(task, check))
            found[check.code] = Found(count=failing.height, rows=rows)
    return found


def schema_of(ledger: pl.DataFrame, task: Task) -> tuple[pa.DataFrameSchema, list[str]]:
    """The checks of single columns, then those over the frame; and the codes of both."""
    columns: dict[str, list[pa.Check]] = {name: [] for name in ledger.columns}
    wide, codes = [], []
    for check in task.checks:
        own = own_check(check)
        if own is not None:
            columns[check.column].append(own)
        elif (expression := holds(check, task.home)) is not None:
            wide.append(
                pa.Check(
                    lambda data, expression=expression: data.lazyframe.select(expression),
                    **_named(check),
                )
            )
        else:
            continue
        codes.append(check.code)
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(ledger.schema[name], checks=own, nullable=True)
            for name, own in columns.items()
        },
        checks=wide,
    )
    return schema, codes


def own_check(check: Check) -> pa.Check | None:
    """A check of pandera's own catalogue; None where it has none."""
    match check:
        case Between(low=low, high=high):
            return pa.Check.in_range(low, high, **_named(check))
        case Matches(pattern=pattern):
            return pa.Check.str_contains(pattern, **_named(check))
        case Listed(values=values):
            return pa.Check.isin(list(values), **_named(check))
        case Length(low=low, high=high):
            return pa.Check.str_length(low, high, **_named(check))
    return None


def _named(check: Check) -> dict[str, str | int]:
    return {"name": check.code, "error": check.code, "n_failure_cases": 1}
