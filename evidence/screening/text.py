"""Plain text: its longest line, and the marks at its beginning."""

import codecs
from typing import IO, Final

from evidence.errors import HostileFileError
from evidence.media import text_of
from evidence.screening.budget import Meter
from evidence.screening.marks import find_marks
from evidence.screening.report import Report

_CHUNK_BYTES: Final = 1 << 20
_HEAD_BYTES: Final = 1 << 16


def look(file: IO[bytes], meter: Meter, report: Report) -> None:
    """Look at text of lines.

    Raises:
        HostileFileError: `screening.line_bytes`, a line that no reader should hold.
    """
    look_at_record(file, meter, report)
    open_bytes = 0
    for chunk in iter(lambda: file.read(_CHUNK_BYTES), b""):
        first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        open_bytes += len(chunk) if first < 0 else first
        if open_bytes > meter.budget.line_bytes:
            raise HostileFileError("screening.line_bytes", limit_bytes=meter.budget.line_bytes)
        if last >= 0:
            open_bytes = len(chunk) - last - 1


def look_at_record(file: IO[bytes], _meter: Meter, report: Report) -> None:
    """Look at text that may well stand on one line, such as JSON."""
    head = file.read(_HEAD_BYTES)
    file.seek(len(head))
    text = text_of(head)
    if text is None:
        report.could_not_read()
        return
    report.mark(find_marks(text.lstrip(codecs.BOM_UTF8.decode()).splitlines()))
