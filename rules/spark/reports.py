"""What tasks hand back: counts by message, lines and measures by file.

Every attempt of a task writes a file of its own, and Spark takes the answer of one attempt only:
what a lost or doubled attempt wrote is named by nobody, and counts for nothing.
"""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import polars as pl

from rules.evaluation.ledger import Source
from rules.rule import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A frame within a file of frames.

    Attributes:
        source: File and sheet of all its rows; None where each names its own.
    """

    path: Path
    at: int
    size: int
    rows: int
    source: Source | None = None

    def read(self) -> pl.DataFrame:
        """The frame, as it was written.

        Raises:
            ArithmeticError: It is not whole: nothing may be concluded.
        """
        with self.path.open("rb") as file:
            file.seek(self.at)
            frame = frame_of(file.read(self.size))
        if frame.height != self.rows:
            raise ArithmeticError(self)
        return frame


@dataclass(slots=True, kw_only=True)
class RuleReport:
    """What one task found by one rule.

    Attributes:
        counts: How many own units ended with each verdict.
        flags: For each value of `uses`, whether a record used it.
        lines: Units that are violated or undetermined.
        facts: The measures behind the verdicts.
        cells: What lines say of first rows: the columns of `first_rows`.
        rows: How many rows of each table met to be judged.
    """

    counts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    flags: list[bool] = field(default_factory=list)
    lines: list[Chunk] = field(default_factory=list)
    facts: list[Chunk] = field(default_factory=list)
    cells: list[Chunk] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def add(self, other: "RuleReport") -> None:
        """Take in what the next task found."""
        for verdict, count in other.counts.items():
            self.counts[verdict] += count
        for name, rows in other.rows.items():
            self.rows[name] = self.rows.get(name, 0) + rows
        if other.flags:
            before = self.flags or [False] * len(other.flags)
            self.flags = [a or b for a, b in zip(before, other.flags, strict=True)]
        self.lines += other.lines
        self.facts += other.facts
        self.cells += other.cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer of one task.

    Attributes:
        rules: By the positions of the rules.
        flagged: The columns with a cell that could not be read.
    """

    rules: dict[int, RuleReport] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class FramesFile:
    """Frames one after the other in one file, which is made when there is a first one."""

    path: Path
    _file: BinaryIO | None = None

    def add(self, frame: pl.DataFrame, *, source: Source | None = None) -> Chunk:
        """Write a frame."""
        if self._file is None:
            self._file = self.path.open("xb")
        at = self._file.tell()
        size = self._file.write(bytes_of(frame))
        return Chunk(path=self.path, at=at, size=size, rows=frame.height, source=source)

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKeeper:
    """Keeps the lines of one rule for the driver."""

    file: FramesFile
    lines: list[Chunk]

    def write(self, units: pl.DataFrame, *, source: Source | None = None) -> None:
        """Keep units; see `Ledger.write`."""
        self.lines.append(self.file.add(units, source=source))


def bytes_of(frame: pl.DataFrame) -> bytes:
    """A frame with its dtypes, as Arrow IPC."""
    into = BytesIO()
    frame.write_ipc(into)
    return into.getvalue()


def frame_of(data: bytes) -> pl.DataFrame:
    """The frame of such bytes."""
    return pl.read_ipc(BytesIO(data))
