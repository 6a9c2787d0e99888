"""The files of a table, as tasks on other machines are told of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from rules.contract import Column, Contract
from rules.evaluation.subjects import Subject
from rules.table import Table, columns_of, open_part, open_table, schema_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The files of one table, where every machine finds them under the same path.

    Attributes:
        parts: `rows.parquet` files, as `rules.reading.read_file` writes them.
        own: For each part, whether it is the inspected organization's; all of them when None.
        problems: `problems.parquet` files of the same readings; the driver alone reads them.
    """

    parts: tuple[Path, ...]
    own: tuple[bool, ...] | None = None
    problems: tuple[Path, ...] = ()

    @property
    def flags(self) -> tuple[bool, ...]:
        """For each part, whether it is own."""
        return self.own or (True,) * len(self.parts)

    def table(self, contract: Contract) -> Table:
        """The table of these files.

        Raises:
            TableError: `table.dtype`.
        """
        return open_table(contract, self.parts, own=self.flags, problems=self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a table, and how many rows it has."""

    path: Path
    own: bool
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Rows of one file that one task looks at.

    Attributes:
        part: The number of the file in its table.
        start: The first of them in the file.
        first: The first of them in the table.
    """

    table: str
    part: int
    start: int
    first: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A table, as far as it is known without its cells.

    Attributes:
        columns: The names of those some file has.
        problems: See `Evidence`.
        flagged: The columns with a cell that could not be read.
    """

    contract: Contract
    parts: tuple[Part, ...]
    columns: tuple[str, ...]
    problems: tuple[Path, ...] = ()
    flagged: frozenset[str] = frozenset()

    @classmethod
    def of(cls, contract: Contract, evidence: Evidence) -> "Whole":
        """What the footers of the files tell.

        Raises:
            TableError: `table.dtype`, a part was read under another declaration.
        """
        evidence.table(contract)
        return cls(
            contract=contract,
            parts=tuple(
                Part(path=path, own=own, rows=_count(path))
                for path, own in zip(evidence.parts, evidence.flags, strict=True)
            ),
            columns=tuple(column.name for column in columns_of(contract, evidence.parts)),
            problems=evidence.problems,
        )

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(part.rows for part in self.parts)

    @property
    def own(self) -> int:
        """How many of them are the inspected organization's."""
        return sum(part.rows for part in self.parts if part.own)

    def slices(self, rows: int) -> Iterator[Slice]:
        """The table cut into slices of at most so many rows, in its order."""
        first = 0
        for number, part in enumerate(self.parts):
            for start in range(0, part.rows, rows):
                taken = min(rows, part.rows - start)
                yield Slice(
                    table=self.contract.name, part=number, start=start, first=first, rows=taken
                )
                first += taken

    def subject(self) -> Subject:
        """The whole table."""
        table = Evidence(
            parts=tuple(part.path for part in self.parts),
            own=tuple(part.own for part in self.parts),
            problems=self.problems,
        ).table(self.contract)
        return self._subject(table, rows=self.rows, own=self.own)

    def without_rows(self) -> Subject:
        """The table without any row."""
        frame = pl.LazyFrame(schema=self._schema())
        return self._subject(Table(contract=self.contract, frame=frame), rows=0, own=0)

    def slice(self, cut: Slice) -> Subject:
        """Some rows of it: they know their numbers, and what is unreadable in the whole table."""
        part = self.parts[cut.part]
        frame = open_part(self.contract, part.path, present=self._present(), own=part.own)
        table = Table(contract=self.contract, frame=frame.slice(cut.start, cut.rows))
        own = cut.rows if part.own else 0
        return self._subject(table, rows=cut.rows, own=own, first=cut.first)

    def _subject(self, table: Table, *, rows: int, own: int, first: int = 0) -> Subject:
        return Subject(
            table=table,
            rows=rows,
            own=own,
            schema=self._schema(),
            flagged=self.flagged,
            first=first,
        )

    def _present(self) -> Sequence[Column]:
        return [self.contract[name] for name in self.columns]

    def _schema(self) -> pl.Schema:
        return schema_of(self._present())


def _count(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
