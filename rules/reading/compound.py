"""Compound files (OLE), the shell of XLS workbooks and of workbooks under a password.

Source: MS-CFB §2.2 (header), §2.3 (FAT), §2.4 (mini FAT), §2.5 (DIFAT), §2.6 (directory).
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rules.errors import ReadingError

SIZE_LIMIT_BYTES: Final = 256 << 20
_HEADER_BYTES: Final = 512
_ENTRY_BYTES: Final = 128
_LAST_SECTOR: Final = 0xFFFFFFFA  # numbers above are marks
_STREAM, _ROOT = 2, 5
_DIFAT_IN_HEADER: Final = 109


@dataclass(frozen=True, slots=True)
class _Stream:
    name: str
    kind: int
    start: int
    size: int


def stream_names(source: Path) -> set[str]:
    """The names of the streams inside.

    Raises:
        ReadingError: `reading.compound_size` with `found` and `limit`; `reading.workbook_broken`.
    """
    return {stream.name for stream in _open(source).streams if stream.kind == _STREAM}


def read_stream(source: Path, *names: str) -> bytes:
    """The bytes of the first of these streams that is there.

    Raises:
        ReadingError: As `stream_names`.
    """
    compound = _open(source)
    by_name = {one.name: one for one in compound.streams if one.kind == _STREAM}
    for name in names:
        if name in by_name:
            with _guarded():
                return compound.read(by_name[name])
    raise ReadingError("reading.workbook_broken", detail="stream")


@contextmanager
def _guarded() -> Iterator[None]:
    """What a damaged file makes go wrong."""
    try:
        yield
    except (struct.error, IndexError, ValueError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error


def _open(source: Path) -> "_Compound":
    size = source.stat().st_size
    if size > SIZE_LIMIT_BYTES:
        raise ReadingError("reading.compound_size", found=size, limit=SIZE_LIMIT_BYTES)
    with _guarded():
        return _Compound(source.read_bytes())


class _Compound:
    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in {9, 12} or mini_shift != 6:  # noqa: PLR2004 - the two versions there are
            raise ValueError
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        (directory,) = struct.unpack_from("<I", content, 48)
        self._cutoff, mini_fat, _, difat, _ = struct.unpack_from("<5I", content, 56)
        self._fat = self._table(self._fat_sectors(difat))
        self._mini_fat = self._table(self._chain(mini_fat, self._fat))
        self.streams = self._directory(directory)
        root = next((one for one in self.streams if one.kind == _ROOT), None)
        if root is None:
            raise ValueError
        self._mini = self._long(root.start, root.size)

    def read(self, stream: _Stream) -> bytes:
        """The bytes of one stream; short ones lie in the stream of the root."""
        if stream.size >= self._cutoff:
            return self._long(stream.start, stream.size)
        chain = self._chain(stream.start, self._mini_fat)
        size = self._mini_size
        return b"".join(self._mini[at * size : (at + 1) * size] for at in chain)[: stream.size]

    def _fat_sectors(self, difat: int) -> list[int]:
        sectors = list(struct.unpack_from(f"<{_DIFAT_IN_HEADER}I", self._content, 76))
        seen = set()
        while difat < _LAST_SECTOR and difat not in seen:
            seen.add(difat)
            *more, difat = self._numbers(difat)
            sectors += more
        return [sector for sector in sectors if sector < _LAST_SECTOR]

    def _table(self, sectors: list[int]) -> list[int]:
        return [number for sector in sectors for number in self._numbers(sector)]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self._size // 4}I", self._sector(sector))

    def _sector(self, sector: int) -> bytes:
        start = (sector + 1) * self._size
        found = self._content[start : start + self._size]
        # The last sector of a file may be cut short by careless writers; others may not.
        return found.ljust(self._size, b"\0") if found else self._content[len(self._content) :]

    def _chain(self, start: int, table: list[int]) -> list[int]:
        chain: list[int] = []
        while start < _LAST_SECTOR:
            chain.append(start)
            if len(chain) > len(table):
                raise ValueError
            start = table[start]
        return chain

    def _long(self, start: int, size: int) -> bytes:
        found = b"".join(self._sector(sector) for sector in self._chain(start, self._fat))
        if len(found) < size:
            raise ValueError
        return found[:size]

    def _directory(self, start: int) -> list[_Stream]:
        content = b"".join(self._sector(sector) for sector in self._chain(start, self._fat))
        streams = []
        for at in range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            (length, kind) = struct.unpack_from("<HB", content, at + 64)
            if kind in {_STREAM, _ROOT}:
                name = content[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
                begin, size = struct.unpack_from("<II", content, at + 116)
                streams.append(_Stream(name, kind, begin, size))
        return streams
