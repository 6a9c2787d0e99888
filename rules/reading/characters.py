"""The bytes of a text file as characters, block by block."""

import codecs
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final
from unicodedata import combining, normalize

from rules.errors import ReadingError

BLOCK_BYTES: Final = 8 << 20

# The encodings a contract may declare.  TCVN3 and VNI have no codec in Python.
ENCODINGS: Final = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "windows-1258",
    "windows-1252",
    "iso-8859-1",
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_ORDERS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(source: Path, *, encoding: str, block_bytes: int = BLOCK_BYTES) -> Iterator[str]:
    """The file's characters; a byte order mark at its start outranks the declared encoding.

    Each byte sequence that is not valid becomes U+FFFD, so that its cell can be listed.

    Raises:
        ReadingError: `reading.byte_order`: UTF-16 is declared without an order, and the file has
            no mark that would tell it.
    """
    with source.open("rb") as file:
        head = file.read(max(len(mark) for mark, _ in _MARKS))
        file.seek(0)
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), encoding)
        if encoding == "utf-16" and head and not head.startswith(_ORDERS):
            raise ReadingError("reading.byte_order")
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        blocks = iter(partial(file.read, block_bytes), b"")
        texts = chain(map(decoder.decode, blocks), map(decoder.decode, [b""], [True]))
        yield from _composed(texts) if encoding == "windows-1258" else texts


def _composed(texts: Iterable[str]) -> Iterator[str]:
    """Windows-1258 writes tones as characters of their own: its letters are whole only in NFC.

    The last letter of each text waits for the next, which may begin with its tone.
    """
    rest = ""
    for text in texts:
        whole = rest + text
        letters = (place for place in range(len(whole) - 1, -1, -1) if not combining(whole[place]))
        last = next(letters, 0)
        rest = whole[last:]
        yield normalize("NFC", whole[:last])
    yield normalize("NFC", rest)
