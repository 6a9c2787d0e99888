"""What a cluster must not or cannot judge is refused, with the machine and the reason."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from pyspark import cloudpickle
from pyspark.sql import SparkSession

from rules.errors import SparkError
from rules.pack_loading import load_pack_files
from rules.spark.carrying import Carrier, in_order
from rules.spark.door import door, engine
from rules.spark.evidence import Part, Whole
from rules.spark.jobs import Job, Task
from rules.spark.reports import Chunk, FramesFile, Report
from rules.spark.run import MOST_ROWS, _checked
from tests.rules.spark.both_ways import AS_OF
from tests.rules.spark.making import evidence, pack_files

WITHOUT_ENGINE = """
import pickle, sys
sys.modules["rules"] = None
enter = pickle.load(sys.stdin.buffer)
print(list(enter(0, [0])))
"""
WITHOUT_JAVA = """
from rules.errors import SparkError
from rules.spark import open_session
try:
    open_session("local[1]")
except SparkError as error:
    print(error.code)
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A survey of one slice."""
    contract = load_pack_files(pack_files()).contracts["payments"]
    whole = Whole.of(contract, evidence(8, tmp_path / "evidence")["payments"])
    return Job(
        name="survey", folder=tmp_path, files=pack_files(), as_of=AS_OF,
        tables={"payments": whole}, tasks=(Task(cut=next(whole.slices(100))),),
    )  # fmt: skip


def refused(carrier: Carrier, job: Job) -> SparkError:
    with pytest.raises(SparkError) as refusal:
        carrier.each("survey", job)
    return refusal.value


def test_a_survey_answers(spark: SparkSession, job: Job) -> None:
    (report,) = Carrier(spark.sparkContext).each("survey", job)

    assert report == Report(flagged=frozenset({"amount"}))


def test_another_engine_on_a_worker_is_refused(spark: SparkSession, job: Job) -> None:
    error = refused(Carrier(spark.sparkContext, here="0.9"), job)

    assert error.code == "spark.other_engine"
    assert (error.facts["found"], error.facts["expected"]) == (engine(), "0.9")


def test_another_engine_where_rows_are_dealt_is_refused(spark: SparkSession, job: Job) -> None:
    with pytest.raises(SparkError) as refusal:
        Carrier(spark.sparkContext, here="0.9").meet(replace(job, buckets=(3, 3)))

    assert refusal.value.code == "spark.other_engine"


def test_a_folder_the_worker_does_not_see_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "elsewhere" / "survey.job")
    sent = spark.sparkContext.parallelize([0], 1)
    answers = sent.mapPartitionsWithIndex(door("survey", path, here=engine())).collect()

    with pytest.raises(SparkError) as refusal:
        in_order(answers, 1)
    assert refusal.value.code == "spark.folder_not_shared"
    assert refusal.value.facts["folder"] == path


def test_evidence_the_worker_does_not_see_is_refused(spark: SparkSession, job: Job) -> None:
    whole = job.tables["payments"]
    lost = replace(whole.parts[1], path=job.folder / "lost.parquet")
    tables = {"payments": replace(whole, parts=(whole.parts[0], lost))}

    error = refused(Carrier(spark.sparkContext), replace(job, tables=tables))

    assert (error.code, error.facts["file"]) == ("spark.file_not_seen", str(lost.path))


def test_a_worker_without_the_engine_is_refused(tmp_path: Path) -> None:
    enter = cloudpickle.dumps(door("survey", str(tmp_path), here=engine()))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ENGINE], input=enter, capture_output=True, check=True
    )

    assert b"spark.engine_missing" in done.stdout
    assert b"'module': 'rules" in done.stdout


def test_a_task_that_always_fails_ends_the_run(spark: SparkSession, job: Job) -> None:
    job.tables["payments"].parts[0].path.write_bytes(b"no Parquet")

    error = refused(Carrier(spark.sparkContext), job)

    assert (error.code, dict(error.facts)) == ("spark.job_failed", {"job": "survey"})


@pytest.mark.parametrize("numbers", [[0], [0, 1, 1], [0, 2]])
def test_every_task_has_one_answer(numbers: list[int]) -> None:
    with pytest.raises(ArithmeticError):
        in_order([(number, Report()) for number in numbers], 2)


def test_a_frame_that_is_not_whole_concludes_nothing(tmp_path: Path) -> None:
    with FramesFile(path=tmp_path / "frames") as file:
        first = file.add(pl.DataFrame({"a": [1]}))
        chunk = file.add(pl.DataFrame({"a": [2, 3]}), source=("f", None))

    assert chunk.read().get_column("a").to_list() == [2, 3]
    with pytest.raises(ArithmeticError):
        Chunk(path=chunk.path, at=first.at, size=first.size, rows=2).read()


def test_more_rows_than_can_be_numbered_are_refused(job: Job) -> None:
    whole = job.tables["payments"]
    long = replace(whole, parts=(Part(path=Path("x"), own=True, rows=MOST_ROWS + 1),))

    with pytest.raises(SparkError) as refusal:
        _checked(long)
    assert refusal.value.code == "spark.too_many_rows"


def test_a_machine_without_java_is_told_so() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_JAVA],
        env=os.environ | {"JAVA_HOME": "/nowhere", "PYTHONPATH": os.getcwd()},  # noqa: PTH109 -- as pytest was started
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.splitlines()[-1] == "spark.not_started"
