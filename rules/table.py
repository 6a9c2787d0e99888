"""Evidence read under a contract: a Polars frame whose rows know their place in the source."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.contract import Contract

FILE: Final = "__file"  # String: SHA-256 of the source file, lowercase hex
SHEET: Final = "__sheet"  # String: sheet of a workbook, null for text files
ROW: Final = "__row"  # Int64: the record's number in its source, the heading being row 1
UNREADABLE: Final = "__unreadable"  # List(String): columns whose text was present but not readable
OWN: Final = "__own"  # Boolean: the row is the inspected organization's (campaign scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a contract.

    Attributes:
        frame: The contract's columns with their dtypes, and FILE, SHEET, ROW, UNREADABLE, OWN.
    """

    contract: Contract
    frame: pl.LazyFrame
