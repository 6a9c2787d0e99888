"""Files and a contract become typed rows and a list of every problem, each with its place."""

from pathlib import Path

from rules.contract import Contract
from rules.reading.kind import Kind, kind_of
from rules.reading.result import NOTES, PROBLEMS, Expected, FileProblem, Reading, Wrong
from rules.reading.text_file import read_text_file
from rules.reading.workbook import read_workbook

__all__ = [
    "NOTES",
    "PROBLEMS",
    "Expected",
    "FileProblem",
    "Reading",
    "Wrong",
    "read_file",
]


def read_file(source: Path, *, digest: str, contract: Contract, into: Path) -> Reading:
    """Read one file under its contract; the file's name plays no part.

    Writes `into/rows.parquet` (the contract's columns that the file has, then FILE, SHEET, ROW and
    UNREADABLE of `rules.table`) and `into/problems.parquet` (PROBLEMS: those of the whole file
    first, then by row and column).  The same bytes under the same contract give the same bytes.

    An unreadable cell is null and its column is named in UNREADABLE; an empty cell is null, and a
    problem where the column is required.  A declared column the file lacks is a problem of the
    file and absent from the rows.

    Args:
        digest: SHA-256 of the file, lowercase hex; it names the file in rows and problems.
        into: An existing folder of this file alone.

    Raises:
        ReadingError: The file cannot be read as a table at all.
    """
    if kind_of(source) is Kind.WORKBOOK:
        return read_workbook(source, digest=digest, contract=contract, into=into)
    return read_text_file(source, digest=digest, contract=contract, into=into)
