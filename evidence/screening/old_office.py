"""Office documents of old, and new ones under a password: both lie in an OLE container."""

import re
from collections.abc import Iterator
from typing import IO, Any, Final

import msoffcrypto
import olefile

from evidence.screening.budget import Meter
from evidence.screening.marks import find_in_metadata, find_marks
from evidence.screening.report import Report

_MACROS: Final = frozenset({"VBA", "_VBA_PROJECT_CUR", "Macros", "_VBA_PROJECT"})
_TEXTS: Final = (
    "title", "subject", "author", "keywords", "comments", "category", "company", "manager",
)  # fmt: skip
# Paragraphs of Word end in a carriage return, cells of its tables in a bell.
_ENDS: Final = re.compile("[\r\n\x07\x0b\x0c\x00]+")
_WORD_BYTES: Final = 1 << 20


def look(file: IO[bytes], _meter: Meter, report: Report) -> None:
    """Look through the streams of an OLE container.

    The text of such files is not read in order, so no mark found does not mean that there is none:
    they stay "not screened".
    """
    report.could_not_read()
    try:
        with olefile.OleFileIO(file) as container:
            streams = {part for path in container.listdir(storages=True) for part in path}
            if streams & _MACROS:
                report.notice("macros")
            report.mark(find_in_metadata(_metadata(container)))
            if container.exists("WordDocument"):
                report.mark(find_marks(_lines(container.openstream("WordDocument"))))
        file.seek(0)
        if msoffcrypto.OfficeFile(file).is_encrypted():
            report.notice("encrypted")
    except Exception as error:
        if isinstance(error, MemoryError | RecursionError):
            raise
        report.notice("broken", reason=type(error).__name__)


def _metadata(container: Any) -> list[str]:  # olefile has no types
    properties = container.get_metadata()
    values = (getattr(properties, name, None) for name in _TEXTS)
    return [_text(value) for value in values if value]


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """What of a Word stream reads as UTF-16, in which it keeps every letter beyond Latin."""
    content = stream.read(_WORD_BYTES)
    for start in (0, 1):
        for line in _ENDS.split(content[start:].decode("utf-16-le", "replace")):
            # Bytes that are no text would fill the zone of stamps with noise.
            if line.strip() and all(ord(one) < 0x2000 or one in "–—“”…" for one in line):  # noqa: PLR2004
                yield line
