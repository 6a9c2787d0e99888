"""A file under gzip, unpacked within a budget."""

import gzip
import zlib
from pathlib import Path
from typing import Final

from rules.errors import ReadingError

UNPACKED_LIMIT_BYTES: Final = 4 << 30
_CHUNK_BYTES: Final = 1 << 20


def unpack(source: Path, target: Path, *, limit_bytes: int = UNPACKED_LIMIT_BYTES) -> None:
    """Write what is inside, as long as it stays within the budget.

    Raises:
        ReadingError: `reading.gzip_size` with `limit`; `reading.gzip_broken`.
    """
    written = 0
    try:
        with gzip.open(source) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK_BYTES):
                written += len(chunk)
                if written > limit_bytes:
                    raise ReadingError("reading.gzip_size", limit=limit_bytes)
                file.write(chunk)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ReadingError("reading.gzip_broken", detail=type(error).__name__) from error
