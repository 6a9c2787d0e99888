"""The bytes of a text file as characters, block by block."""

import codecs
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final
from unicodedata import combining, normalize

import polars as pl

from rules.errors import ReadingError
from rules.reading.limits import BLOCK_BYTES
from rules.reading.vietnamese_encodings import DECODERS

# The encodings a contract may declare.
ENCODINGS: Final = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "windows-1258",
    "tcvn3",
    "vni",
    "windows-1252",
    "iso-8859-1",
)
_LINE_END_WITHIN: Final = 64 << 10  # bytes at the end of a block that are looked through for one
_UTF8_LONGEST: Final = 4
_UTF8_CONTINUED: Final = 0x80  # from here on a byte is not a character by itself
_UTF8_LEADS: Final = 0xC0  # from here on a byte begins a character
_TONES_APART: Final = frozenset({"windows-1258", "tcvn3"})
_NEEDS_MARK: Final = "utf-16"  # the other two of its family say their order by name
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_MARK: Final = max(len(mark) for mark, _ in _MARKS)
_CODECS: Final = {codecs.lookup(one).name: one for one in ENCODINGS if one not in DECODERS}


def decode(source: Path, *, encoding: str, block_bytes: int = BLOCK_BYTES) -> Iterator[str]:
    """The file's characters; a byte order mark at its start outranks the declared encoding.

    Each byte sequence that is not valid becomes U+FFFD, so that its cell can be listed.

    Raises:
        ReadingError: `reading.byte_order`, UTF-16 is declared and no mark says in which order.
    """
    with source.open("rb") as file:
        head = file.read(_LONGEST_MARK)
        file.seek(0)
        marked = marked_encoding(head)
        if marked is None and encoding == _NEEDS_MARK:
            raise ReadingError("reading.byte_order")
        encoding = marked or encoding
        decoder = _decoder(encoding)
        blocks = iter(partial(file.read, block_bytes), b"")
        texts = chain(map(decoder.decode, blocks), map(decoder.decode, [b""], [True]))
        yield from _composed(texts) if encoding in _TONES_APART else texts


def decode_whole(content: bytes, *, encoding: str) -> str:
    """Some bytes as characters, whatever mark they begin with."""
    text = _decoder(encoding).decode(content, True)
    return normalize("NFC", text) if encoding in _TONES_APART else text


def marked_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark at the start of a file tells."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def known_encoding(name: str) -> str | None:
    """An encoding under the name it is known by here, if a contract may declare it."""
    if name.lower() in DECODERS:
        return name.lower()
    try:
        return _CODECS.get(codecs.lookup(name).name)
    except LookupError:
        return None


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    made = DECODERS.get(encoding) or codecs.getincrementaldecoder(encoding)
    return made(errors="replace")


def utf8_blocks(source: Path, *, encoding: str, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The file's characters in UTF-8, as `decode` finds them, in blocks of whole characters."""
    with source.open("rb") as file:
        marked = marked_encoding(file.read(_LONGEST_MARK)) or encoding
    if marked not in {"utf-8", "utf-8-sig"}:
        texts = decode(source, encoding=encoding, block_bytes=block_bytes)
        yield from (text.encode() for text in texts if text)
        return
    with source.open("rb") as file:
        file.seek(len(codecs.BOM_UTF8) if marked == "utf-8-sig" else 0)
        rest = b""
        while read := file.read(_whole_lines(file, block_bytes)):
            block = rest + read
            whole = _whole_characters(block)
            block, rest = block[:whole], block[whole:]
            yield _valid(block)
        yield _valid(rest)


def _whole_lines(file: BinaryIO, block_bytes: int) -> int:
    """How many bytes to read up to the last line end in the next block, or else the whole block.

    A block of whole lines is neither joined to the rest of another nor cut: it is never copied.
    """
    here = file.tell()
    near = min(block_bytes, _LINE_END_WITHIN)
    file.seek(here + block_bytes - near)
    end = file.read(near).rfind(b"\n") + 1
    file.seek(here)
    return block_bytes - near + end if end else block_bytes


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
    """Letters whose tones are characters of their own, as Windows-1258 writes them, made whole.

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
