"""pointblank: one step for each check, its own where its catalogue has one, else our expression."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import pointblank as pb
import polars as pl

from tests.bench.checks import Between, Check, Filled, Length, Matches, NotLess, Unique
from tests.bench.contest import PLACE, Found, Task, file_of, nowhere
from tests.bench.expressions import holds

NUMBER = "_row_num_"  # from 1


def run(task: Task) -> dict[str, Found]:
    """Interrogate with extracts of all failing rows, and write each extract."""
    ledger = pl.read_parquet(task.ledger)
    plan, codes = pb.Validate(ledger), []
    for check in task.checks:
        longer = with_step(plan, check, task)
        if longer is not None:
            plan, codes = longer, [*codes, check]
    # Its extracts are cut to 500 rows unless told otherwise.
    plan = plan.interrogate(extract_limit=ledger.height, collect_tbl_checked=False)
    failed = plan.n_failed()
    found = {}
    for step, check in enumerate(codes, start=1):
        extract = plan.get_data_extracts(step, frame=True)
        target = file_of(task, check)
        rows: Callable[[], pl.LazyFrame] = nowhere
        if extract is not None and NUMBER in extract.columns:
            extract.write_parquet(target)
            rows = partial(rows_of, target)
        found[check.code] = Found(count=int(failed[step]), rows=rows)
    return found


def rows_of(target: Path) -> pl.LazyFrame:
    """The rows of an extract, numbered from 0."""
    return pl.scan_parquet(target).select((pl.col(NUMBER).cast(pl.Int64) - 1).alias(PLACE))


def with_step(  # noqa: PLR0911 - one line for each kind
    plan: pb.Validate, check: Check, task: Task
) -> pb.Validate | None:
    """The plan with one more step; None where it cannot say the check."""
    column = check.column
    match check:
        case Filled():
            return plan.col_vals_not_null(column)
        case Between(low=low, high=high) if not isinstance(low, Decimal):
            return plan.col_vals_between(column, low, high, na_pass=True)
        case Matches(pattern=pattern):
            return plan.col_vals_regex(column, pattern, na_pass=True)
        case Length(low=low, high=high):
            return plan.col_vals_str_len(column, low, high, na_pass=True)
        # Of amounts it asks whether they are NaN, which decimals cannot answer.
        case NotLess() if column.endswith("date"):
            return plan.col_vals_ge(column, pb.col(check.columns[1]), na_pass=True)
        case Unique():
            return plan.rows_distinct(list(check.columns))
    expression = holds(check, task.home)
    return None if expression is None else plan.col_vals_expr(expression)
