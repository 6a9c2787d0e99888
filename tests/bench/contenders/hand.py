"""The yardstick: Polars written by hand for exactly these checks, without a rules engine.

Every violation of every check is written to a file of its own: the number of the row and the
columns the check reads, without a cap.  Its code is frozen, see `tests.bench.yardstick`.
"""

from collections.abc import Sequence
from functools import partial, singledispatch

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
from tests.bench.expressions import violated


def run(task: Task) -> dict[str, Found]:
    """All row checks in one streaming pass, then a plan for each of the others."""
    ledger = pl.scan_parquet(task.ledger, row_index_name=PLACE)
    row_checks = [check for check in task.checks if isinstance(check, RowCheck)]
    found = rows_of(task, ledger, row_checks) if row_checks else {}
    for check in task.checks:
        if not isinstance(check, RowCheck):
            failing = units(check, ledger, task).collect(engine="streaming")
            found[check.code] = written(task, check, failing)
    return found


def rows_of(task: Task, ledger: pl.LazyFrame, checks: Sequence[Check]) -> dict[str, Found]:
    """The rows that fail any check, held once; then the failing rows of each."""
    codes = [check.code for check in checks]
    failing = (
        ledger.with_columns(violated(check).alias(check.code) for check in checks)
        .filter(pl.any_horizontal(codes))
        .collect(engine="streaming")
    )
    return {
        check.code: written(
            task, check, failing.select(PLACE, *check.columns).filter(failing[check.code])
        )
        for check in checks
    }


def written(task: Task, check: Check, failing: pl.DataFrame) -> Found:
    """Write the failing units of a check; quick compression, so that writing weighs little."""
    target = file_of(task, check)
    failing.write_parquet(target, compression="lz4")
    named = PLACE in failing.columns
    return Found(count=failing.height, rows=partial(pl.scan_parquet, target) if named else None)


@singledispatch
def units(check: Check, ledger: pl.LazyFrame, task: Task) -> pl.LazyFrame:
    """The units that violate a check of many rows."""
    raise ValueError(check.code, ledger, task)


@units.register
def _(check: Unique, ledger: pl.LazyFrame, task: Task) -> pl.LazyFrame:
    del task
    key = list(check.columns)
    twice = ledger.group_by(key).len().filter(pl.col("len") > 1)
    return ledger.select(PLACE, *key).join(twice, on=key, how="semi")


@units.register
def _(check: Known, ledger: pl.LazyFrame, task: Task) -> pl.LazyFrame:
    master = pl.scan_parquet(task.home / f"{check.master}.parquet")
    return ledger.select(PLACE, check.column).join(master, on=check.column, how="anti")


@units.register
def _(check: Reconciled, ledger: pl.LazyFrame, task: Task) -> pl.LazyFrame:
    by, amount = check.columns
    control = pl.scan_parquet(task.home / f"{check.control}.parquet")
    sums = ledger.group_by(by).agg(pl.col(amount).sum())
    differs = (pl.col(amount) != pl.col(check.total)).fill_null(True)
    return sums.join(control, on=by, how="full", coalesce=True).filter(differs)


@units.register
def _(check: NearMean, ledger: pl.LazyFrame, task: Task) -> pl.LazyFrame:
    del task
    column, by = check.columns
    value = pl.col(column).cast(pl.Float64)
    groups = ledger.group_by(by).agg(mean=value.mean(), deviation=value.std())
    far = (value - pl.col("mean")).abs() > check.deviations * pl.col("deviation")
    return ledger.select(PLACE, column, by).join(groups, on=by).filter(far)


@units.register
def _(check: Fenced, ledger: pl.LazyFrame, task: Task) -> pl.LazyFrame:
    del task
    value = pl.col(check.column).cast(pl.Float64)
    quartiles = ledger.select(
        low=value.quantile(0.25, "linear"), high=value.quantile(0.75, "linear")
    )
    low, high = quartiles.collect(engine="streaming").row(0)
    wide = check.reach * (high - low)
    outside = (value < low - wide) | (value > high + wide)
    return ledger.select(PLACE, check.column).filter(outside)
