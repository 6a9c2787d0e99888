"""What reading a file yields beside its rows: counts, and every problem with its place."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

PROBLEMS: Final = pl.Schema(
    {
        "file": pl.String(),  # SHA-256 of the source file
        "sheet": pl.String(),  # null for text files
        "row": pl.Int64(),  # the record's number, the heading being row 1; null: the whole file
        "column": pl.String(),  # null: the whole record or file
        "found": pl.String(),  # the original text; beyond FOUND_LIMIT cut, and "…" after it
        "expected": pl.String(),  # an `Expected`
        "detail": pl.String(),  # what belongs to `expected`: formats, places, the closed set
        "code": pl.String(),  # a `Wrong`
    }
)

FOUND_LIMIT: Final = 2_000  # characters of original text a problem repeats; evidence has the rest


def shortened(texts: pl.Series) -> pl.Series:
    """Original texts as a problem repeats them: what is longer than FOUND_LIMIT ends in `…`.

    No whole text has one character more than the limit, so a cut one cannot be taken for whole.
    """
    text = pl.col("t")
    cut = pl.concat_str(text.str.slice(0, FOUND_LIMIT), pl.lit("…"))
    kept = pl.when(text.str.len_chars() > FOUND_LIMIT).then(cut).otherwise(text)
    return texts.alias("t").to_frame().select(kept).to_series()


class Wrong(StrEnum):
    """What is wrong with a cell, a record or a file."""

    REQUIRED = "required"  # an empty cell in a required column
    SHAPE = "shape"  # not written as declared
    PLACES = "places"  # more places after the mark than the scale; never rounded
    SIZE = "size"  # more digits than the type holds
    NOT_LISTED = "not_listed"
    PATTERN = "pattern"
    RANGE = "range"  # a value below the least or above the most that the contract takes
    KIND = "kind"  # a workbook cell of another kind: a date where a number belongs
    ERROR_VALUE = "error_value"  # #N/A and its family
    ENCODING = "encoding"  # bytes that are not valid in the declared encoding
    ENCODING_OTHER = "encoding_other"  # the declared encoding does not fit; another seems to
    CHARACTERS = "characters"  # control characters
    FIELDS = "fields"  # the record is refused: too many or too few fields
    QUOTES = "quotes"  # the record is refused: quotation marks out of place
    QUOTE_OPEN = "quote_open"  # the record is refused: its quotation never ends
    STOPPED = "stopped"  # the record is refused: it ends the table, or stands behind its end
    COLUMN_MISSING = "column_missing"
    COLUMN_DUPLICATE = "column_duplicate"
    COLUMN_EXTRA = "column_extra"
    COLUMN_UNNAMED = "column_unnamed"
    ROWS_BLANK = "rows_blank"
    LINE_ENDS = "line_ends"
    SHEETS_IGNORED = "sheets_ignored"
    REPEATED = "repeated"  # several values where one is expected
    NESTED = "nested"  # a value that holds others: elements, an object, a list
    RECORD = "record"  # the record is refused: it is no JSON object
    COLUMN_ABSENT = "column_absent"  # no record of the file has it; blank in all of them
    RECORDS_NONE = "records_none"  # no record of this table in the file
    CELLS_MERGED = "cells_merged"  # only their upper left cell holds a value; the others are blank


class Expected(StrEnum):
    """What the contract wanted instead."""

    TEXT = "text"
    PATTERN = "pattern"
    RANGE = "range"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    ONE_OF = "one_of"
    REQUIRED = "required"
    FIELDS = "fields"
    QUOTES = "quotes"
    COLUMN = "column"
    ENCODING = "encoding"
    RECORD = "record"
    NOTHING = "nothing"


NOTES: Final = frozenset(
    {
        Wrong.COLUMN_EXTRA,
        Wrong.COLUMN_UNNAMED,
        Wrong.ROWS_BLANK,
        Wrong.LINE_ENDS,
        Wrong.SHEETS_IGNORED,
        Wrong.COLUMN_ABSENT,
        Wrong.RECORDS_NONE,
        Wrong.CELLS_MERGED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """A problem, or a note, of a file as a whole."""

    code: Wrong
    column: str | None = None
    found: str = ""
    expected: Expected = Expected.NOTHING
    detail: str = ""

    @property
    def is_note(self) -> bool:
        """Whether nothing was lost: the file reads as declared all the same."""
        return self.code in NOTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file, read.

    A row is a record after the heading in which some cell has a text; blank records are not rows
    (a note names them).  `rows_read + rows_refused == rows_in_file`.

    Attributes:
        rows_refused: Records that are no rows of this table: wrong number of fields, broken quotes.
        problems: Lines of problems.parquet, those of the whole file included.
        file_problems: The lines of problems.parquet without a row.
    """

    rows_in_file: int
    rows_read: int
    rows_refused: int
    problems: int
    file_problems: tuple[FileProblem, ...]
