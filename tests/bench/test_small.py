"""The product, the yardstick and DuckDB on a small ledger: the same counts and the same rows.

What is timed by hand is here shown to be the same work.  The peers are not installed here.
"""

import polars as pl
import pytest

from tests.bench import memory, peers
from tests.bench.checks import CHECKS, SUITES
from tests.bench.contest import Task, run
from tests.bench.ledger import Chance, make, part
from tests.bench.limiting import limited
from tests.bench.running import Measured, Setup, measure

ROWS = 20_000
# The rest is planted too seldom for so few rows, or is there to cost time without a violation.
NEVER = {"B2", "B3", "B7", "C3", "C4", "I2", "L1", "L2", "L4", "N6", "R3", "R5", "T2", "U2", "X1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return make(tmp_path_factory.mktemp("bench"), ROWS)


@pytest.fixture(scope="module")
def yardstick(home, tmp_path_factory):
    return results("hand", home, tmp_path_factory.mktemp("hand"))


def results(name, home, into, checks=CHECKS, **more):
    found = run(name, Task(home=home, into=into, checks=checks, **more))
    return (
        {code: one.count for code, one in found.items()},
        {code: one.digest() for code, one in found.items()},
    )


@pytest.mark.parametrize("name", ["engine", "engine_lines", "duckdb"])
def test_every_count_and_every_failing_row_is_the_yardstick_s(name, home, yardstick, tmp_path):
    assert results(name, home, tmp_path) == yardstick


def test_a_small_budget_changes_no_count_and_no_row(home, yardstick, tmp_path):
    found = results("engine", home, tmp_path, memory_bytes=ROWS * 20)

    assert found == yardstick


def test_the_ledger_has_violations_of_nearly_every_check(yardstick):
    counts, rows = yardstick

    assert list(counts) == [check.code for check in CHECKS]
    assert {code for code, count in counts.items() if not count} == NEVER
    assert [code for code, digest in rows.items() if digest is None] == ["G1"]


def test_a_part_of_the_ledger_is_the_same_alone_and_among_others():
    whole = part(7, 0, 3_000)

    assert part(7, 1_000, 500).equals(whole.slice(1_000, 500))
    assert not part(8, 1_000, 500).equals(whole.slice(1_000, 500))


def test_chance_is_even():
    rows = pl.DataFrame({"row": range(100_000)})
    drawn = rows.select(Chance(seed=7).whole("x", 0, 10)).to_series().value_counts(sort=True)

    assert drawn.height == 10
    # Ten times a deviation of 95: no fair draw is so far off.
    assert all(abs(count - 10_000) < 950 for count in drawn["count"])


def test_a_run_in_its_own_process_tells_what_the_task_tells(home, yardstick):
    told = measure("hand", SUITES["set"], Setup(home=home, seconds=60))

    assert told.failed is None
    assert told.counts == {code: yardstick[0][code] for code in told.counts}
    assert list(told.counts) == [check.code for check in SUITES["set"]]
    assert told.peak > 0


def test_a_contender_whose_library_is_missing_is_told_as_failed(home):
    told = measure("gone", SUITES["set"], Setup(home=home, seconds=60))

    assert told.failed == (
        "ended with 1: ModuleNotFoundError: No module named 'tests.bench.contenders.gone'"
    )


def test_the_table_names_what_differs():
    hand = Measured(wall=2.0, cpu=4.0, peak=100, counts={"N1": 3, "N2": 1}, rows={"N2": "a"})
    own = Measured(wall=1.0, cpu=3.0, peak=50, counts={"N1": 2, "N2": 1}, rows={"N2": "b"})
    course = peers.Course(own=[own], hand=[hand])

    *_, line = peers.table({"other": course})

    assert line == (
        "| other | 2 | 1 | 1.00 | 3.00 | 0.50 | 0.75 | 50 | 0.50 "
        "| N1: 2 instead of 3; N2: other rows |"
    )


def test_the_size_of_a_table_is_that_of_its_rows_in_memory(home):
    assert 100 * ROWS < memory.size_of(home) < 400 * ROWS


def test_a_process_that_needs_more_than_its_limit_gives_no_result(home):
    with limited(32 << 20) as limit:
        told = measure("hand", SUITES["set"], Setup(home=home, seconds=60, prefix=limit.prefix))

    assert told.failed is not None
    assert told.counts == {}


def test_a_process_runs_under_a_limit_of_memory(home, yardstick):
    with limited(1 << 30) as limit:
        told = measure("engine", SUITES["set"], Setup(home=home, seconds=60, prefix=limit.prefix))

    assert told.failed is None
    assert told.counts == {code: yardstick[0][code] for code in told.counts}
