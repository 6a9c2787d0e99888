"""The engine carried by Spark: beyond one machine, with the same verdicts to the byte.

Nothing is translated.  Spark schedules tasks, brings rows together by key and repeats what was
lost; the code that judges is that of one machine, over the rows a task was given.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pyspark.sql import SparkSession

from rules.evaluation import Tally
from rules.spark.carrying import Carrier
from rules.spark.evidence import Evidence
from rules.spark.run import SparkRun
from rules.spark.session import open_session

__all__ = ["Evidence", "judge_on_spark", "open_session"]

SLICE_ROWS: Final = 1 << 20
MEMORY_BYTES: Final = 512 << 20


def judge_on_spark(
    spark: SparkSession,
    files: Mapping[str, bytes],
    tables: Mapping[str, Evidence],
    *,
    as_of: date,
    into: Path,
    shared: Path | None = None,
    slice_rows: int = SLICE_ROWS,
    memory_bytes: int = MEMORY_BYTES,
) -> Iterator[Tally]:
    """Judge tables by the rules of a pack on the machines of a cluster.

    The tallies, `violations.parquet` and `facts.parquet` are those of `rules.evaluation.judge`, to
    the byte, however the rows are cut and whatever the cluster loses on the way.

    Args:
        files: The pack, as `rules.pack_loading.pack_files` reads it.
        tables: The evidence, by the names of the pack's contracts.
        as_of: The day of the evaluation; no clock is read.
        into: A folder of the driver; the results are written there.
        shared: A folder every machine sees under the same path, for what tasks answer; `into` when
            None.
        slice_rows: How many rows a task reads.
        memory_bytes: What the rows a task looks at together may take; a check of more rows is
            judged in buckets of whole keys.

    Returns:
        One tally for each rule: row checks when the last of them is done, then the others.

    Raises:
        PackError: The pack cannot be loaded.
        TableError: `table.dtype`.
        SparkError: A machine lacks the engine, has another version of it, or does not see the
            files; or tasks failed more often than Spark lets them.
    """
    with TemporaryDirectory(dir=shared or into) as folder:
        run = SparkRun(
            Carrier(spark.sparkContext),
            files,
            tables,
            as_of=as_of,
            shared=Path(folder),
            slice_rows=slice_rows,
            memory_bytes=memory_bytes,
        )
        yield from run.tallies()
        run.write(into)
