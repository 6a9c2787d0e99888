"""What a contender is given and what it hands back.

A contender is a module of `contenders/` with `run(task) -> {code: Found}`.  It leaves out the
checks it cannot say, and imports its library only when it is itself imported.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import polars as pl

from tests.bench.checks import Check

CONTENDERS = (
    "hand",
    "engine",
    "engine_lines",
    "duckdb",
    "dataframely",
    "pointblank",
    "pandera",
    "cuallee",
    "validoopsie",
)
PLACE = "row"  # the column that numbers the rows of the ledger, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run.

    Attributes:
        home: Where `ledger.parquet` and its master tables lie.
        into: An empty folder for the failing rows.
        memory_bytes: The budget of a contender that keeps to one.
    """

    home: Path
    checks: Sequence[Check]
    into: Path
    memory_bytes: int = 2 << 30

    @property
    def ledger(self) -> Path:
        return self.home / "ledger.parquet"

    @property
    def threads(self) -> int:
        return len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one check came to.

    Attributes:
        count: How many units violate it.
        rows: Opens the failing rows as they lie on disk, called once the clock stands; the column
            PLACE is whole-numbered.  None where the contender, or the check, names no rows.
    """

    count: int
    rows: Callable[[], pl.LazyFrame] | None = None

    def digest(self) -> str | None:
        """A digest of which rows failed, in whatever order they were written."""
        if self.rows is None:
            return None
        places = self.rows().select(pl.col(PLACE).cast(pl.Int64)).collect().to_series().sort()
        told = sha256()
        for start in range(0, len(places), 1 << 16):
            told.update(str(places.slice(start, 1 << 16).to_list()).encode())
        return told.hexdigest()


def nowhere() -> pl.LazyFrame:
    """The failing rows of a check that nothing violates."""
    return pl.LazyFrame(schema={PLACE: pl.Int64})


def run(name: str, task: Task) -> Mapping[str, Found]:
    """Let one contender do a task."""
    found: Mapping[str, Found] = import_module(f"tests.bench.contenders.{name}").run(task)
    return found


def file_of(task: Task, check: Check) -> Path:
    """Where the failing rows of one check are written."""
    return task.into / f"{check.code}.parquet"
