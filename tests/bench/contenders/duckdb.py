"""DuckDB: all row checks in one scan, whose failing rows it copies to Parquet with their cells.

One file of failing rows, each with what it fails, is the fastest of the forms that were tried; one
file for each check would scan as often.
"""

from collections.abc import Sequence
from functools import partial, singledispatch
from pathlib import Path

import duckdb
import polars as pl

from tests.bench.checks import (
    Check,
    Fenced,
    Known,
    NearMean,
    Reconciled,
    RowCheck,
    Unique,
)
from tests.bench.contest import PLACE, Found, Task, file_of
from tests.bench.sql import DUCKDB, violated

# ruff: noqa: S608 - the statements are made of the checks beside this folder


def run(task: Task) -> dict[str, Found]:
    """Connect, judge the rows, then each of the other checks."""
    base = duckdb.connect(config={"threads": task.threads})
    numbered = f"read_parquet('{task.ledger}', file_row_number = true)"
    base.execute(f"CREATE VIEW ledger AS SELECT *, file_row_number AS {PLACE} FROM {numbered}")
    for name in ("suppliers", "control"):
        base.execute(f"CREATE VIEW {name} AS SELECT * FROM '{task.home / name}.parquet'")
    row_checks = [check for check in task.checks if isinstance(check, RowCheck)]
    found = _rows(base, task, row_checks) if row_checks else {}
    for check in task.checks:
        if not isinstance(check, RowCheck):
            target = file_of(task, check)
            base.execute(f"COPY ({units(check)}) TO '{target}' (FORMAT parquet)")
            count = pl.scan_parquet(target).select(pl.len()).collect().item()
            opened = partial(pl.scan_parquet, target)
            is_named = not isinstance(check, Reconciled)
            found[check.code] = Found(count=count, rows=opened if is_named else None)
    return found


def _rows(base: duckdb.DuckDBPyConnection, task: Task, checks: Sequence[Check]) -> dict[str, Found]:
    target = task.into / "rows.parquet"
    codes = [check.code for check in checks]
    columns = ", ".join(dict.fromkeys(name for check in checks for name in check.columns))
    flags = ", ".join(
        f"coalesce({violated(check, DUCKDB)}, false) AS {check.code}" for check in checks
    )
    judged = f"SELECT {PLACE}, {columns}, {flags} FROM ledger"
    base.execute(
        f"COPY (SELECT * FROM ({judged}) WHERE {' OR '.join(codes)}) TO '{target}' (FORMAT parquet)"
    )
    sums = ", ".join(f"count(*) FILTER ({code})" for code in codes)
    counts = base.execute(f"SELECT {sums} FROM '{target}'").fetchone() or ()
    return {
        code: Found(count=count, rows=partial(rows_of, target, code))
        for code, count in zip(codes, counts, strict=True)
    }


def rows_of(target: Path, code: str) -> pl.LazyFrame:
    """The rows that fail a check, of the file of all of them."""
    return pl.scan_parquet(target).filter(pl.col(code)).select(PLACE)


@singledispatch
def units(check: Check) -> str:
    """A query for the units that violate a check of many rows."""
    raise ValueError(check.code)


@units.register
def _(check: Unique) -> str:
    key = ", ".join(check.columns)
    twice = f"SELECT {key} FROM ledger GROUP BY ALL HAVING count(*) > 1"
    return f"SELECT {PLACE}, {key} FROM ledger SEMI JOIN ({twice}) USING ({key})"


@units.register
def _(check: Known) -> str:
    column = check.column
    return f"SELECT {PLACE}, {column} FROM ledger ANTI JOIN {check.master} USING ({column})"


@units.register
def _(check: Reconciled) -> str:
    by, amount = check.columns
    sums = f"SELECT {by}, sum({amount}) AS found FROM ledger GROUP BY {by}"
    return (
        f"SELECT * FROM ({sums}) FULL JOIN {check.control} USING ({by})"
        f" WHERE coalesce(found <> {check.total}, true)"
    )


@units.register
def _(check: NearMean) -> str:
    column, by = check.columns
    value = f"{column}::DOUBLE"
    groups = f"SELECT {by}, avg({value}) AS mean, stddev({value}) AS dev FROM ledger GROUP BY 1"
    return (
        f"SELECT {PLACE}, {column}, {by} FROM ledger JOIN ({groups}) USING ({by})"
        f" WHERE abs({value} - mean) > {check.deviations} * dev"
    )


@units.register
def _(check: Fenced) -> str:
    value = f"{check.column}::DOUBLE"
    wide = f"{check.reach} * (high - low)"
    quartiles = (
        f"SELECT quantile_cont({value}, 0.25) AS low, quantile_cont({value}, 0.75) AS high"
        " FROM ledger"
    )
    return (
        f"SELECT {PLACE}, {check.column} FROM ledger, ({quartiles})"
        f" WHERE {value} < low - {wide} OR {value} > high + {wide}"
    )
