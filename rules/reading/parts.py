"""Rows and problems written block by block, then joined: memory does not grow with the file."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
from polars.io.plugins import register_io_source

from rules.contract import Contract
from rules.reading.cells import Cells, expectation, what_is_wrong
from rules.reading.result import PROBLEMS, Expected, FileProblem, Reading, Wrong, shortened
from rules.table import FILE, PLACE, ROW, SHEET, UNREADABLE, dtype_of

ROWS_FILE: Final = "rows.parquet"
PROBLEMS_FILE: Final = "problems.parquet"
_PARTS: Final = "parts"
_ROW_GROUP: Final = 131_072  # fixed, so that the bytes do not depend on threads or blocks
# Everything else that refuses a record is about its quotation marks.
_WANTED: Final = {
    Wrong.FIELDS: Expected.FIELDS,
    Wrong.RECORD: Expected.RECORD,
    Wrong.ENCODING: Expected.RECORD,
    Wrong.STOPPED: Expected.NOTHING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that is no row of the table."""

    row: int
    wrong: Wrong
    found: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some records of a file, read.

    Attributes:
        rows: Int64, the numbers of the records that are rows, rising.
        cells: Their cells, by column; every one of the file's.
        texts: The original texts of the same cells.
        refused: The other records.
    """

    rows: pl.Series
    cells: Mapping[str, Cells]
    texts: Mapping[str, pl.Series]
    refused: Sequence[Refusal] = ()


@dataclass(slots=True, kw_only=True)
class Parts:
    """The blocks of one file on their way to `rows.parquet` and `problems.parquet`.

    Attributes:
        columns: The contract's columns that the file has, in the contract's order.
    """

    digest: str
    contract: Contract
    columns: Sequence[str]
    into: Path
    sheet: str | None = None
    rows_read: int = 0
    rows_refused: int = 0
    problems: int = 0
    _is_streamed: bool = False
    _rows: list[Path] = field(default_factory=list)
    _problems: list[Path] = field(default_factory=list)

    def add(
        self,
        rows: pl.Series,
        *,
        cells: dict[str, Cells],
        texts: dict[str, pl.Series],
        refused: Sequence[Refusal] = (),
    ) -> None:
        """Add one block.

        Args:
            rows: Int64, the numbers of the records that are rows, rising.
            cells: Their cells, by column; every one of `columns`.
            texts: The original texts of the same cells.
            refused: The other records of the block.
        """
        chunk = Chunk(rows=rows, cells=cells, texts=texts, refused=refused)
        self._write(self._rows, self._take(chunk))

    def stream(self, chunks: Iterator[Chunk]) -> None:
        """Write all rows while they come, straight into their file; nothing can be added after.

        Raises:
            ReadingError: Whatever goes wrong in making the chunks is raised as it is.
        """
        wrong: list[BaseException] = []

        def rows(*_: object) -> Iterator[pl.DataFrame]:
            try:
                yield from map(self._take, chunks)
            except BaseException as error:
                wrong.append(error)
                raise

        try:
            _sink(register_io_source(rows, schema=self._schema()), self.into / ROWS_FILE)
        except pl.exceptions.PolarsError as error:
            if not wrong:
                raise
            # The engine wraps what its source raises; the error itself says more.
            raise wrong[0] from error
        self._is_streamed = True

    def finish(self, file_problems: Sequence[FileProblem]) -> Reading:
        """Join the parts; problems of the whole file stand first."""
        if not self._rows and not self._is_streamed:
            self.add(
                pl.Series([], dtype=pl.Int64),
                cells={name: self._no_cells(name) for name in self.columns},
                texts={name: pl.Series([], dtype=pl.String) for name in self.columns},
            )
        whole = self._lines(
            {
                "column": [problem.column for problem in file_problems],
                "found": [problem.found for problem in file_problems],
                "expected": [problem.expected.value for problem in file_problems],
                "detail": [problem.detail for problem in file_problems],
                "code": [problem.code.value for problem in file_problems],
            }
        )
        self._keep_problems(whole)
        if not self._is_streamed:
            _join(self._rows, self.into / ROWS_FILE)
        _join([self._problems[-1], *self._problems[:-1]], self.into / PROBLEMS_FILE)
        shutil.rmtree(self.into / _PARTS)
        return Reading(
            rows_in_file=self.rows_read + self.rows_refused,
            rows_read=self.rows_read,
            rows_refused=self.rows_refused,
            problems=self.problems,
            file_problems=tuple(file_problems),
        )

    def _take(self, chunk: Chunk) -> pl.DataFrame:
        """The rows of a chunk as a frame; its problems are kept."""
        self.rows_read += len(chunk.rows)
        self.rows_refused += len(chunk.refused)
        height = len(chunk.rows)
        frame = pl.DataFrame(
            [
                *(chunk.cells[name].value.alias(name) for name in self.columns),
                pl.repeat(self.digest, height, dtype=pl.String, eager=True).alias(FILE),
                pl.repeat(self.sheet, height, dtype=pl.String, eager=True).alias(SHEET),
                chunk.rows.cast(pl.Int64).alias(ROW),
                _unreadable({name: chunk.cells[name].bad for name in self.columns}, height=height),
            ]
        )
        lines = [
            self._cells(name, chunk.rows, chunk.cells[name], chunk.texts[name])
            for name in self.columns
            if self._is_worth_a_look(name, chunk.cells[name])
        ]
        if chunk.refused:
            lines.append(self._refused(chunk.refused))
        if lines and not (found := pl.concat(lines)).is_empty():
            # A stable sort keeps the contract's order of columns within a row.
            self._keep_problems(found.sort("row", maintain_order=True))
        return frame

    def _is_worth_a_look(self, name: str, cells: Cells) -> bool:
        return bool(cells.bad.any() or (self.contract[name].required and cells.blank.any()))

    def _schema(self) -> dict[str, pl.DataType]:
        return {name: dtype_of(self.contract[name]) for name in self.columns} | PLACE

    def _cells(self, name: str, rows: pl.Series, cells: Cells, texts: pl.Series) -> pl.DataFrame:
        """The problems of one column."""
        column = self.contract[name]
        bad = texts.filter(cells.bad)
        wrong = [
            what_is_wrong(text, column=column, contract=self.contract)
            if cells.wrong is None
            else cells.wrong[place]
            for place, text in enumerate(bad)
        ]
        expected = {code: expectation(column, code) for code in set(wrong)}
        unread = self._lines(
            {
                "row": rows.filter(cells.bad),
                "column": [name] * len(bad),
                "found": shortened(bad),
                "expected": [expected[code][0].value for code in wrong],
                "detail": [expected[code][1] for code in wrong],
                "code": [code.value for code in wrong],
            }
        )
        if not column.required or not cells.blank.any():
            return unread
        empty = shortened(texts.filter(cells.blank).fill_null(""))
        missing = self._lines(
            {
                "row": rows.filter(cells.blank),
                "column": [name] * len(empty),
                "found": empty,
                "expected": [Expected.REQUIRED.value] * len(empty),
                "detail": [""] * len(empty),
                "code": [Wrong.REQUIRED.value] * len(empty),
            }
        )
        return pl.concat([unread, missing])

    def _refused(self, refused: Sequence[Refusal]) -> pl.DataFrame:
        return self._lines(
            {
                "row": [one.row for one in refused],
                "found": shortened(pl.Series([one.found for one in refused], dtype=pl.String)),
                "expected": [_WANTED.get(one.wrong, Expected.QUOTES).value for one in refused],
                "detail": [one.detail for one in refused],
                "code": [one.wrong.value for one in refused],
            }
        )

    def _lines(self, some: dict[str, object]) -> pl.DataFrame:
        """A frame of the PROBLEMS schema out of some of its columns."""
        schema = {name: PROBLEMS[name] for name in some}
        return pl.DataFrame(some, schema=schema).select(
            pl.lit(self.digest).alias("file"),
            pl.lit(self.sheet, dtype=pl.String).alias("sheet"),
            *(
                pl.col(name) if name in some else pl.lit(None, dtype=dtype).alias(name)
                for name, dtype in list(PROBLEMS.items())[2:]
            ),
        )

    def _keep_problems(self, frame: pl.DataFrame) -> None:
        self.problems += frame.height
        self._write(self._problems, frame)

    def _write(self, parts: list[Path], frame: pl.DataFrame) -> None:
        kind = "rows" if parts is self._rows else "problems"
        path = self.into / _PARTS / f"{kind}-{len(parts):06d}.arrow"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_ipc(path, compression="lz4")
        parts.append(path)

    def _no_cells(self, name: str) -> Cells:
        column = self.contract[name]
        nothing = pl.Series([], dtype=pl.Boolean)
        return Cells(value=pl.Series(name, [], dtype=dtype_of(column)), bad=nothing, blank=nothing)


def _unreadable(bad: dict[str, pl.Series], *, height: int) -> pl.Series:
    """For each row the names of its unreadable columns; an empty list for the good ones."""
    some = {name: mask for name, mask in bad.items() if mask.any()}
    if not some:
        return pl.repeat([], height, dtype=PLACE[UNREADABLE], eager=True).alias(UNREADABLE)
    names = [pl.when(pl.col(name)).then(pl.lit(name)) for name in some]
    listed = pl.concat_list(names).list.drop_nulls().alias(UNREADABLE)
    return pl.DataFrame(some).select(listed).to_series()


def _join(parts: Sequence[Path], target: Path) -> None:
    _sink(pl.concat([pl.scan_ipc(part) for part in parts]), target)


def _sink(frame: pl.LazyFrame, target: Path) -> None:
    frame.sink_parquet(
        target,
        compression="lz4",
        row_group_size=_ROW_GROUP,
        maintain_order=True,
    )
