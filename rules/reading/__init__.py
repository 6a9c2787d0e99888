"""Files and a contract become typed rows and a list of every problem, each with its place."""

from pathlib import Path

from rules.contract import Contract
from rules.errors import ReadingError
from rules.reading.gzip_file import unpack
from rules.reading.json_lines import read_json_lines
from rules.reading.kind import Kind, kind_of
from rules.reading.parquet_file import read_parquet_file
from rules.reading.result import NOTES, PROBLEMS, Expected, FileProblem, Reading, Wrong
from rules.reading.text_file import read_text_file
from rules.reading.workbook import read_workbook
from rules.reading.xml_file import read_xml_file

__all__ = [
    "NOTES",
    "PROBLEMS",
    "Expected",
    "FileProblem",
    "Reading",
    "Wrong",
    "read_file",
]

_PACKED = frozenset({Kind.TEXT, Kind.JSON_LINES, Kind.XML})


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
    try:
        return _read(source, kind=kind_of(source), digest=digest, contract=contract, into=into)
    except MemoryError as error:
        raise ReadingError("reading.memory") from error
    except BaseException as error:
        # A panic inside of a library is no Exception, and still only one file that cannot be read.
        if type(error).__name__ == "PanicException":
            raise ReadingError("reading.parser_failed") from error
        raise


def _read(source: Path, *, kind: Kind, digest: str, contract: Contract, into: Path) -> Reading:
    match kind:
        case Kind.TEXT:
            return read_text_file(source, digest=digest, contract=contract, into=into)
        case Kind.JSON_LINES:
            return read_json_lines(source, digest=digest, contract=contract, into=into)
        case Kind.XML:
            return read_xml_file(source, digest=digest, contract=contract, into=into)
        case Kind.PARQUET:
            return read_parquet_file(source, digest=digest, contract=contract, into=into)
        case Kind.GZIP:
            return _read_packed(source, digest=digest, contract=contract, into=into)
        case _:
            return read_workbook(source, kind=kind, digest=digest, contract=contract, into=into)


def _read_packed(source: Path, *, digest: str, contract: Contract, into: Path) -> Reading:
    """What lies under gzip, if it is a text; an archive inside of an archive is not opened."""
    unpacked = into / "unpacked"
    unpack(source, unpacked)
    kind = kind_of(unpacked)
    if kind not in _PACKED:
        raise ReadingError("reading.kind", found=f"gzip, {kind}")
    reading = _read(unpacked, kind=kind, digest=digest, contract=contract, into=into)
    unpacked.unlink()
    return reading
