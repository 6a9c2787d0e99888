"""The product with everything a line says: texts in two languages, values as JSON, stable keys."""

from functools import partial
from pathlib import Path

import polars as pl

from rules.evaluation import judge
from tests.bench.contenders.engine import AS_OF, found_of, pack_of, tables_of
from tests.bench.contest import Found, Task


def run(task: Task) -> dict[str, Found]:
    """Judge and write `violations.parquet`."""
    pack = pack_of(task)
    tallies = list(
        judge(
            pack,
            tables_of(pack, task),
            as_of=AS_OF,
            into=task.into,
            memory_bytes=task.memory_bytes,
        )
    )
    written = task.into / "violations.parquet"
    return {
        tally.rule: found_of(tally, partial(lines_of, written, tally.rule)) for tally in tallies
    }


def lines_of(written: Path, code: str) -> pl.LazyFrame:
    """The lines of one rule."""
    return pl.scan_parquet(written).filter(pl.col("rule") == code)
