"""Every check kind gives on Spark what it gives on one machine, to the byte.

All cases of a kind's fixture are handed in together: each is a file of its own.
"""

from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import SparkSession

from rules.spark import Evidence
from tests.rules.kinds.kind_fixtures import FIXTURES, KindFixture, pack_files_of, read_kind
from tests.rules.packs.fixture_files import OTHERS, csv_files
from tests.rules.packs.through_the_doors import read_part
from tests.rules.spark.both_ways import on_one_machine, on_spark

KINDS = sorted(FIXTURES.glob("*.yaml"))


@pytest.mark.parametrize("file", [pytest.param(path, id=path.stem) for path in KINDS])
def test_a_kind_gives_the_same_bytes(file: Path, spark: SparkSession, tmp_path: Path) -> None:
    files = pack_files_of(file)
    tables = handed_in(read_kind(file), tmp_path / "evidence")

    here = on_one_machine(files, tables, tmp_path / "here")
    # Several tasks for each table, and several buckets for each rule.
    rows = max(sum(map(count_rows, one.parts)) for one in tables.values())
    there = on_spark(
        spark, files, tables, tmp_path / "there", slice_rows=-(-rows // 2), memory_bytes=rows * 40
    )

    assert there.tallies == here.tallies
    assert there.files == here.files


def handed_in(fixture: KindFixture, into: Path) -> dict[str, Evidence]:
    """All rows of all cases in two files of each table, and in one of others; nothing twice."""
    columns = {name: [c.name for c in one.columns] for name, one in fixture.pack.contracts.items()}
    read: dict[str, list[tuple[bool, Path]]] = {}
    seen = set()
    for number, case in enumerate(fixture.cases):
        for name, data in csv_files(case, columns).items():
            table, own = name.removesuffix(OTHERS), not name.endswith(OTHERS)
            if (table, data) not in seen:
                seen.add((table, data))
                part = read_part(fixture.pack, table, data, into / f"{number}-{own}")
                read.setdefault(table, []).append((own, part))
    return {table: in_three_files(parts, into / table) for table, parts in read.items()}


def in_three_files(parts: list[tuple[bool, Path]], into: Path) -> Evidence:
    own = [path for is_own, path in parts if is_own]
    others = [path for is_own, path in parts if not is_own]
    into.mkdir()
    written = []
    for name, some, is_own in (("a", own[::2], True), ("b", own[1::2], True), ("c", others, False)):
        if some:
            pl.concat([pl.read_parquet(path) for path in some]).write_parquet(into / name)
            written.append((into / name, is_own))
    return Evidence(
        parts=tuple(path for path, _ in written), own=tuple(is_own for _, is_own in written)
    )


def count_rows(part: Path) -> int:
    return pl.read_parquet(part).height
