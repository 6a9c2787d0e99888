"""CSV for spreadsheets: with a byte order mark, and without cells that a spreadsheet would run."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from inspection.violations import ViolationRow

COLUMNS: Final = (
    "rule",
    "verdict",
    "unit",
    "table",
    "file",
    "sheet",
    "row",
    "rows",
    "unit_key",
    "group",
    "key",
    "values",
    "unread",
    "found",
    "expected",
    "difference",
    "amount",
    "message_vi",
    "message_en",
    "reason",
)
# What a spreadsheet takes for a formula, or for the end of the cell before one.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK: Final = "\ufeff"
_ROWS_AT_ONCE: Final = 1_000


def safe_cell(value: object) -> str:
    """The text of a cell; text that would be run as a formula gets an apostrophe before it.

    Numbers stay numbers: only text can carry a formula.
    """
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(DANGEROUS) else text


def safe_column(name: str) -> pl.Expr:
    """The same for a whole column of texts."""
    runs = pl.any_horizontal(pl.col(name).str.starts_with(start) for start in DANGEROUS)
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), name)).otherwise(name).alias(name)


def violations_csv(rows: Iterable[ViolationRow]) -> Iterator[bytes]:
    """The lines of an evaluation as CSV, in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, start=1):
        told = {"values": _json(dict(row.values)), "unread": _json(row.unread)}
        cells = (told.get(column, getattr(row, column)) for column in COLUMNS)
        writer.writerow([safe_cell(cell) for cell in cells])
        if number % _ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _json(value: dict[str, str | None] | tuple[str, ...]) -> str | None:
    """As it stands in the list of the run; nothing where nothing is unread."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value != () else None


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
