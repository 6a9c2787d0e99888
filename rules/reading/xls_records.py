"""What an XLS workbook says of a sheet beside its values: errors, merged cells, date system.

Source: MS-XLS §2.4.28 (BoundSheet8), §2.4.24 (BoolErr), §2.4.127 (Formula), §2.5.133
(FormulaValue), §2.4.77 (Date1904), §2.4.117 (FilePass), §2.4.168 (MergeCells).
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rules.errors import ReadingError
from rules.reading.cell_places import ERRORS, UNKNOWN_ERROR, SheetFacts, region
from rules.reading.compound import read_stream

_BEGIN, _END = 0x0809, 0x000A
_DIMENSIONS: Final = 0x0200
# Formula, Blank, Number, Label, BoolErr, RK, RString, LabelSst, MulRk, MulBlank.
_CELLS: Final = frozenset(
    {0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD, 0x00BD, 0x00BE}
)
_PLACE_BYTES: Final = 6
_ROWS, _COLUMNS = 1 << 16, 1 << 8
_VERSION_8: Final = 0x0600


def xls_facts(source: Path, *, sheet: str) -> SheetFacts:
    """The facts of one sheet.

    Raises:
        ReadingError: `reading.encrypted`; `reading.workbook_broken`; see `compound.read_stream`.
    """
    content = read_stream(source, "Workbook", "Book")
    facts = SheetFacts()
    with _guarded():
        starts = _globals(content, facts)
        if sheet in starts:
            _sheet(content, starts[sheet], facts)
    return facts


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error


def _globals(content: bytes, facts: SheetFacts) -> dict[str, int]:
    """Where each sheet begins, by name."""
    starts: dict[str, int] = {}
    version = 0
    for kind, start, _ in _records(content, 0):
        match kind:
            case 0x0809 if not version:  # the beginning
                (version,) = struct.unpack_from("<H", content, start)
            case 0x002F:  # FilePass
                raise ReadingError("reading.encrypted")
            case 0x0022:  # Date1904
                facts.is_1904 = struct.unpack_from("<H", content, start) == (1,)
            case 0x0085:  # BoundSheet8
                (at,) = struct.unpack_from("<I", content, start)
                starts.setdefault(_name(content, start + 6, is_8=version == _VERSION_8), at)
    return starts


def _name(content: bytes, start: int, *, is_8: bool) -> str:
    length = content[start]
    if not is_8:
        return content[start + 1 : start + 1 + length].decode("windows-1252", "replace")
    if content[start + 1] & 1:
        return content[start + 2 : start + 2 + 2 * length].decode("utf-16-le")
    return content[start + 2 : start + 2 + length].decode("latin-1")


def _sheet(content: bytes, start: int, facts: SheetFacts) -> None:
    for kind, at, size in _records(content, start):
        match kind:
            case 0x0205 if content[at + 7]:  # BoolErr
                _error(content, at, content[at + 6], facts)
            # A formula whose result is an error: its value ends in FFFF, and begins with 2.
            case 0x0006 if content[at + 12 : at + 14] == b"\xff\xff" and content[at + 6] == 2:  # noqa: PLR2004
                _error(content, at, content[at + 8], facts)
            case 0x00E5:  # MergeCells
                (count,) = struct.unpack_from("<H", content, at)
                for place in range(at + 2, min(at + 2 + 8 * count, at + size - 7), 8):
                    first, last, left, right = struct.unpack_from("<4H", content, place)
                    facts.merged.append(region(first, left, last, right))


def _error(content: bytes, at: int, code: int, facts: SheetFacts) -> None:
    row, column = struct.unpack_from("<HH", content, at)
    facts.errors[row + 1, column] = ERRORS.get(code, UNKNOWN_ERROR)


def _records(content: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Kind, start and size of the records of one substream; those of inner ones are passed over."""
    depth = 0
    while start + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, start)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 1:
            yield kind, start + 4, size
        if depth <= 0:
            return
        start += 4 + size


def check_xls(source: Path) -> None:
    """Refuse a workbook under a password before anything else opens it.

    The library reads every sheet of it, and makes room for whatever they announce.

    Raises:
        ReadingError: As `xls_facts`.
    """
    content = read_stream(source, "Workbook", "Book")
    with _guarded():
        for start in _globals(content, SheetFacts()).values():
            for kind, at, size in _records(content, start):
                if kind == _DIMENSIONS:
                    row, last_row, column, last_column = struct.unpack_from("<IIHH", content, at)
                    in_order = row <= last_row <= _ROWS and column <= last_column <= _COLUMNS
                    if not in_order:
                        raise ReadingError("reading.workbook_broken", detail="dimensions")
                elif kind in _CELLS and size >= _PLACE_BYTES:
                    (column,) = struct.unpack_from("<2xH", content, at)
                    if column >= _COLUMNS:
                        raise ReadingError("reading.workbook_broken", detail="column")
