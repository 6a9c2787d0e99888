"""The bytes of a text file as characters, block by block."""

import codecs
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

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


def decode(source: Path, *, encoding: str, block_bytes: int = BLOCK_BYTES) -> Iterator[str]:
    """The file's characters; a byte order mark at its start outranks the declared encoding.

    Each byte sequence that is not valid becomes U+FFFD, so that its cell can be listed.
    """
    with source.open("rb") as file:
        head = file.read(max(len(mark) for mark, _ in _MARKS))
        file.seek(0)
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), encoding)
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while block := file.read(block_bytes):
            yield _composed(decoder.decode(block), encoding=encoding)
        yield _composed(decoder.decode(b"", final=True), encoding=encoding)


def _composed(text: str, *, encoding: str) -> str:
    """Windows-1258 writes tones as marks of their own: its letters are whole only in NFC."""
    return unicodedata.normalize("NFC", text) if encoding == "windows-1258" else text
