"""dataframely: one schema, whose rules are the checks as Polars expressions.

It writes its failing rows itself, each with what it fails.
"""

from functools import partial
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from tests.bench.contest import PLACE, Found, Task
from tests.bench.expressions import holds

COLUMNS: dict[type[pl.DataType], type[dy.Column]] = {
    pl.Int64: dy.Int64,
    pl.Int32: dy.Int32,
    pl.Int8: dy.Int8,
    pl.String: dy.String,
    pl.Date: dy.Date,
}


def run(task: Task) -> dict[str, Found]:
    """Filter the ledger by the schema and write what is left out."""
    ledger = pl.read_parquet(task.ledger, row_index_name=PLACE)
    rules = {
        check.code: rule for check in task.checks if (rule := holds(check, task.home)) is not None
    }
    _, failure = schema_of(ledger, rules).filter(ledger)
    target = task.into / "rows.parquet"
    failure.write_parquet(target)
    counts = failure.counts()
    return {
        code: Found(
            count=counts.get(name_of(code), 0),
            rows=partial(rows_of, target, code),
        )
        for code in rules
    }


def schema_of(ledger: pl.DataFrame, rules: dict[str, pl.Expr]) -> type[dy.Schema]:
    """A schema that allows blanks everywhere, so that only the rules judge."""
    body: dict[str, Any] = {PLACE: dy.UInt32(nullable=True)}
    for name, dtype in ledger.drop(PLACE).schema.items():
        if isinstance(dtype, pl.Decimal):
            body[name] = dy.Decimal(dtype.precision, dtype.scale, nullable=True)
        else:
            body[name] = COLUMNS[dtype.base_type()](nullable=True)
    for code, expression in rules.items():
        body[name_of(code)] = dy.rule()(lambda _, expression=expression: expression)
    return type("Ledger", (dy.Schema,), body)


def rows_of(target: Path, code: str) -> pl.LazyFrame:
    """The rows a rule left out, of the file of all of them."""
    return pl.scan_parquet(target).filter(~pl.col(name_of(code))).select(PLACE)


def name_of(code: str) -> str:
    return f"rule_{code}"
