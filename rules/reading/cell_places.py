"""What is known of a sheet beside the values of its cells, and the names of its places."""

from dataclasses import dataclass, field
from typing import Final

from rules.errors import ReadingError

# [MS-XLS] §2.5.198.2 BErr; the same numbers in XLSB.
ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
UNKNOWN_ERROR: Final = "#?"
# The library lays out a sheet from its first to its last cell, whether filled or not.
AREA_LIMIT: Final = 1 << 26


@dataclass(slots=True, kw_only=True)
class SheetFacts:
    """What the spreadsheet library does not tell of a sheet.

    Attributes:
        is_1904: Whether the workbook counts its days from 1904.
        errors: Error cells, (row from 1, column from 0) → text such as `#N/A`.
        moments: Cells that hold a date or time as a text of ISO 8601, likewise.
        merged: Merged regions such as `A1:B2`, in the order of the file.
    """

    is_1904: bool = False
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    moments: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


def check_area(rows: int, columns: int) -> None:
    """Refuse a sheet whose cells lie so far apart that laying it out would take all memory.

    Raises:
        ReadingError: `reading.sheet_area` with `found` and `limit`.
    """
    if rows * columns > AREA_LIMIT:
        raise ReadingError("reading.sheet_area", found=rows * columns, limit=AREA_LIMIT)


def number_of(column: str) -> int:
    """A column such as A, Z, AA as a number from 1."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def region(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """A region such as `A1:B2`, from places that count from 0."""
    return f"{letters(first_column)}{first_row + 1}:{letters(last_column)}{last_row + 1}"


def letters(column: int) -> str:
    """A column from 0 as A, B, …, Z, AA, …."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
