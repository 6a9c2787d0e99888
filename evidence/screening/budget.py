"""What opening one file may take in bytes, entries, ratio, depth and lengths, counted as it goes.

Sizes that an archive announces are never believed: only bytes that came out are counted.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from evidence.errors import HostileFileError

CHUNK_BYTES: Final = 1 << 18
_IN_MEMORY_BYTES: Final = 8 << 20


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; nothing at the end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The limits.

    Attributes:
        unpacked_bytes: All that comes out of a file and the files within, together.
        ratio: Bytes out for one byte in; judged only from `ratio_from_bytes` on, since a small
            file of equal letters is nothing to fear.
        entries: Of all archives together.
        depth: Archives within archives; the file itself is depth 0.
        line_bytes: The longest line of a text.
        columns: Of a Parquet file.
        footer_bytes: Of a Parquet file.
        pixels: Of an image.
    """

    unpacked_bytes: int = 4 << 30
    ratio: int = 200
    ratio_from_bytes: int = 16 << 20
    entries: int = 10_000
    depth: int = 3
    line_bytes: int = 16 << 20
    columns: int = 16_384
    footer_bytes: int = 32 << 20
    pixels: int = 100_000_000


class Meter:
    """Counts against one budget, over a file and all that lies in it."""

    def __init__(self, budget: Budget, *, packed_bytes: int, folder: Path) -> None:
        self.budget = budget
        self._packed_bytes = max(packed_bytes, 1)
        self._folder = folder
        self._unpacked_bytes = 0
        self._entries = 0

    def enter(self, depth: int) -> None:
        """Go one archive deeper."""
        if depth > self.budget.depth:
            raise HostileFileError("screening.depth", limit=self.budget.depth)

    def count_entries(self, entries: int = 1) -> None:
        """Meet entries of an archive."""
        self._entries += entries
        if self._entries > self.budget.entries:
            raise HostileFileError("screening.entries", limit=self.budget.entries)

    def unpack(self, stream: Readable) -> IO[bytes]:
        """Take out one member, as a file that can be sought; the caller closes it."""
        out = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - handed out
            max_size=_IN_MEMORY_BYTES, dir=str(self._folder)
        )
        try:
            for chunk in iter(lambda: stream.read(CHUNK_BYTES), b""):
                self._count_bytes(len(chunk))
                out.write(chunk)
        except BaseException:
            out.close()
            raise
        out.seek(0)
        return out

    def _count_bytes(self, size: int) -> None:
        self._unpacked_bytes += size
        if self._unpacked_bytes > self.budget.unpacked_bytes:
            raise HostileFileError(
                "screening.unpacked_bytes", limit_bytes=self.budget.unpacked_bytes
            )
        if (
            self._unpacked_bytes > self.budget.ratio_from_bytes
            and self._unpacked_bytes > self.budget.ratio * self._packed_bytes
        ):
            raise HostileFileError("screening.ratio", limit=self.budget.ratio)
