"""Evidence with blanks, unreadable cells, rows of others and a lacking column, on both ways."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from rules.spark import Evidence
from tests.rules.spark.both_ways import Judged, on_one_machine, on_spark
from tests.rules.spark.making import RULES, evidence, pack_files

ROWS = 3_000


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Evidence]:
    return evidence(ROWS, tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def here(tables: dict[str, Evidence], tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return on_one_machine(pack_files(), tables, tmp_path_factory.mktemp("here") / "out")


def test_the_evidence_has_every_verdict(here: Judged) -> None:
    assert {tally.rule for tally in here.tallies} == {one["code"] for one in RULES}
    for verdict in ("met", "violated", "undetermined", "not_applicable"):
        assert sum(getattr(tally, verdict) for tally in here.tallies) > 0


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((ROWS, 1 << 30), id="few large tasks, no buckets"),
        pytest.param((400, 100_000), id="several tasks, and some buckets"),
    ],
)
def test_the_cut_of_the_rows_changes_nothing(
    spark: SparkSession,
    tables: dict[str, Evidence],
    here: Judged,
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    there = on_spark(
        spark, pack_files(), tables, tmp_path / "out", slice_rows=size[0], memory_bytes=size[1]
    )

    assert there.tallies == here.tallies
    assert there.files == here.files


def test_a_table_that_is_missing_is_an_error_on_both_ways(
    spark: SparkSession, tables: dict[str, Evidence], tmp_path: Path
) -> None:
    some = {"vendors": tables["vendors"], "payments": Evidence(parts=())}

    there = on_spark(
        spark, pack_files(), some, tmp_path / "there", slice_rows=100, memory_bytes=1 << 20
    )

    assert there == on_one_machine(pack_files(), some, tmp_path / "here")
    assert {tally.error_code for tally in there.tallies} == {"column_missing", "table_empty"}
