"""Contracts in a line, and one file read: what the tests of reading share."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.reading import Reading, read_file
from rules.text import Text

LABEL = Text(vi="—", en="—")
DIGEST = "d" * 64


@dataclass(frozen=True)
class Outcome:
    """What reading one file left behind."""

    reading: Reading
    rows: pl.DataFrame
    problems: pl.DataFrame

    def column(self, name: str) -> list[object]:
        return self.rows[name].to_list()

    @property
    def numbers(self) -> list[int]:
        return self.rows["__row"].to_list()

    @property
    def unreadable(self) -> list[list[str]]:
        return self.rows["__unreadable"].to_list()

    @property
    def places(self) -> list[tuple[object, ...]]:
        """Row, column, found and code of every problem."""
        return self.problems.select("row", "column", "found", "code").rows()


def column(name: str, kind: str, **settings: object) -> Column:
    return Column(name=name, type=ColumnType(kind), label=LABEL, **settings)


def contract(*columns: Column, **settings: object) -> Contract:
    return Contract(name="t", title=LABEL, columns=columns, **settings)


def texts(*names: str) -> Contract:
    """A contract of CODE columns, with the defaults of text files."""
    return contract(*(column(name, "code") for name in names))


def read(source: Path | bytes, of: Contract, folder: Path) -> Outcome:
    """Read a file, or bytes as one; the counts and the list of problems must agree."""
    if isinstance(source, bytes):
        folder.mkdir(exist_ok=True)
        (folder / "source").write_bytes(source)
        source = folder / "source"
    into = folder / "read"
    into.mkdir(parents=True)
    reading = read_file(source, digest=DIGEST, contract=of, into=into)
    rows = pl.read_parquet(into / "rows.parquet")
    problems = pl.read_parquet(into / "problems.parquet")
    assert reading.rows_read + reading.rows_refused == reading.rows_in_file
    assert reading.rows_read == rows.height
    assert reading.problems == problems.height
    assert sorted(path.name for path in into.iterdir()) == ["problems.parquet", "rows.parquet"]
    return Outcome(reading, rows, problems)
