"""The product: its engine over the pack beside this folder.

`Run.tallies` judges, and keeps every violated and undetermined unit on disk with the cells it was
judged by: what the yardstick does, and the verdicts the yardstick does not have.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from rules.contract import Contract
from rules.evaluation import Run, Tally
from rules.pack import Pack
from rules.pack_loading import load_pack
from rules.rule import Unit, Verdict
from rules.table import FILE, OWN, ROW, SHEET, UNREADABLE, Table, dtype_of
from tests.bench.contest import PLACE, Found, Task, nowhere

PACK = Path(__file__).parents[1] / "pack"
AS_OF = date(2026, 1, 1)
HEADING_ROWS = 2  # the first record of a source is its row 2
# Read beforehand, as the code of the other contenders is; compiling the rules is measured.
RULES = load_pack(PACK)


def run(task: Task) -> dict[str, Found]:
    """Judge; no texts are written."""
    pack = pack_of(task)
    judging = Run.over(
        pack,
        tables_of(pack, task),
        as_of=AS_OF,
        folder=task.into,
        memory_bytes=task.memory_bytes,
    )
    tallies = list(judging.tallies())
    ledgers = {ledger.compiled.rule.code: ledger for ledger in judging.ledgers}
    return {tally.rule: found_of(tally, ledgers[tally.rule].lines) for tally in tallies}


def found_of(tally: Tally, lines: Callable[[], pl.LazyFrame | None]) -> Found:
    """A tally, with the rows its lines name."""
    if tally.error_code is not None:
        raise ValueError(tally.rule, tally.error_code)
    if tally.unit is not Unit.ROW:
        return Found(count=tally.violated)
    return Found(count=tally.violated, rows=partial(rows_of, lines))


def rows_of(lines: Callable[[], pl.LazyFrame | None]) -> pl.LazyFrame:
    """The violated rows of some lines, numbered from 0."""
    opened = lines()
    if opened is None:
        return nowhere()
    violated = opened.filter(pl.col("verdict") == Verdict.VIOLATED.value)
    return violated.select((pl.col("row") - HEADING_ROWS).alias(PLACE))


def pack_of(task: Task) -> Pack:
    """The rules of the checks that are asked for."""
    asked = {check.code for check in task.checks}
    return replace(RULES, rules=tuple(rule for rule in RULES.rules if rule.code in asked))


def tables_of(pack: Pack, task: Task) -> dict[str, Table]:
    """The tables as the reader of files would have left them."""
    return {
        name: Table(contract=contract, frame=_frame(contract, task.home / f"{name}.parquet"))
        for name, contract in pack.contracts.items()
    }


def _frame(contract: Contract, source: Path) -> pl.LazyFrame:
    frame = pl.scan_parquet(source, row_index_name=ROW)
    schema = frame.collect_schema()
    columns = [
        pl.col(column.name)
        if schema[column.name] == dtype_of(column)
        else pl.col(column.name).cast(dtype_of(column))
        for column in contract.columns
    ]
    return frame.select(
        *columns,
        pl.lit("f" * 64).alias(FILE),
        pl.lit(None, dtype=pl.String).alias(SHEET),
        (pl.col(ROW).cast(pl.Int64) + HEADING_ROWS).alias(ROW),
        pl.lit([], dtype=pl.List(pl.String)).alias(UNREADABLE),
        pl.lit(True).alias(OWN),
    )
