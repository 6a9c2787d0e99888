"""The bytes of a text file as characters, block by block."""

import codecs
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final
from unicodedata import combining, normalize

import polars as pl

from rules.reading.limits import BLOCK_BYTES

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
_UTF8_LONGEST: Final = 4
_UTF8_CONTINUED: Final = 0x80  # from here on a byte is not a character by itself
_UTF8_LEADS: Final = 0xC0  # from here on a byte begins a character
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
        blocks = iter(partial(file.read, block_bytes), b"")
        texts = chain(map(decoder.decode, blocks), map(decoder.decode, [b""], [True]))
        yield from _composed(texts) if encoding == "windows-1258" else texts


def utf8_blocks(source: Path, *, encoding: str, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The file's characters in UTF-8, as `decode` finds them, in blocks of whole characters."""
    with source.open("rb") as file:
        head = file.read(max(len(mark) for mark, _ in _MARKS))
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), encoding)
    if marked not in {"utf-8", "utf-8-sig"}:
        texts = decode(source, encoding=encoding, block_bytes=block_bytes)
        yield from (text.encode() for text in texts if text)
        return
    with source.open("rb") as file:
        file.seek(len(codecs.BOM_UTF8) if marked == "utf-8-sig" else 0)
        rest = b""
        while read := file.read(block_bytes):
            block = rest + read
            whole = _whole_characters(block)
            block, rest = block[:whole], block[whole:]
            yield _valid(block)
        yield _valid(rest)


def _whole_characters(block: bytes) -> int:
    """Where the last character begins if it may go on behind the block, or else the block's end."""
    for back in range(1, min(len(block), _UTF8_LONGEST - 1) + 1):
        byte = block[-back]
        if byte < _UTF8_CONTINUED:
            return len(block)
        if byte >= _UTF8_LEADS:
            return len(block) - back
    return len(block)


def _valid(block: bytes) -> bytes:
    """The block, each byte sequence that is not valid UTF-8 being U+FFFD."""
    try:
        # Ten times as fast as Python's decoder, which is asked only where there is something.
        pl.Series([block], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return block.decode("utf-8", errors="replace").encode()
    return block


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
