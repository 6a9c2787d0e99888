"""The same pack over the same files, on one machine and on Spark."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyspark.sql import SparkSession

from rules.evaluation import Tally, judge
from rules.pack_loading import load_pack_files
from rules.spark import Evidence, judge_on_spark

AS_OF = date(2026, 11, 21)
RESULTS = ("violations.parquet", "facts.parquet")


@dataclass(frozen=True)
class Judged:
    """What a run left: tallies in their order, and the bytes of its files."""

    tallies: list[Tally]
    files: Mapping[str, bytes]


def on_one_machine(
    files: Mapping[str, bytes], tables: Mapping[str, Evidence], into: Path
) -> Judged:
    pack = load_pack_files(files)
    opened = {name: one.table(pack.contracts[name]) for name, one in tables.items()}
    into.mkdir(parents=True)
    return judged(list(judge(pack, opened, as_of=AS_OF, into=into)), into)


def on_spark(
    spark: SparkSession,
    files: Mapping[str, bytes],
    tables: Mapping[str, Evidence],
    into: Path,
    *,
    slice_rows: int,
    memory_bytes: int,
) -> Judged:
    into.mkdir(parents=True)
    tallies = judge_on_spark(
        spark, files, tables,
        as_of=AS_OF, into=into, slice_rows=slice_rows, memory_bytes=memory_bytes,
    )  # fmt: skip
    return judged(list(tallies), into)


def judged(tallies: list[Tally], into: Path) -> Judged:
    # Nothing is left behind but the results.
    assert sorted(path.name for path in into.iterdir()) == sorted(RESULTS)
    return Judged(tallies, {name: (into / name).read_bytes() for name in RESULTS})
