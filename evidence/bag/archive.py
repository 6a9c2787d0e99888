"""A bag as a ZIP file (RFC 8493 section 4), made while it is sent: nothing lies on a disk."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from evidence.bag.sealing import PAYLOAD, BagFile, Sealed, Sealing


def stream_zip(
    name: str,
    files: Iterable[BagFile],
    *,
    info: Iterable[tuple[str, str]],
    extra: Mapping[str, bytes],
    at: datetime,
    done: Callable[[Sealed], None],
) -> Iterator[bytes]:
    """The bytes of a ZIP file that holds one bag under one folder.

    Nothing is compressed: evidence mostly is already, and every byte stays findable.

    Args:
        name: The folder in the archive.
        at: Stands as the date of every file.
        done: Called with what was sealed just before the archive ends; after a break never.
    """
    sealing, pipe = Sealing(), _Pipe()
    with ZipFile(pipe, "w", ZIP_STORED) as archive:
        for file in files:
            yield from _add(archive, pipe, f"{name}/{PAYLOAD}{file.path}", sealing.hashed(file), at)
        for path, content in sealing.tag_files(info, extra):
            yield from _add(archive, pipe, f"{name}/{path}", [content], at)
    done(sealing.sealed)
    yield pipe.take()


def _add(
    archive: ZipFile, pipe: "_Pipe", path: str, chunks: Iterable[bytes], at: datetime
) -> Iterator[bytes]:
    entry = ZipInfo(path, date_time=at.timetuple()[:6])
    entry.external_attr = 0o440 << 16
    # The size shows only at the end; without this a file above 4 GiB breaks the archive.
    with archive.open(entry, "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)
            yield pipe.take()
    yield pipe.take()


class _Pipe(io.RawIOBase):
    """A file that can only be written; what came in is taken out piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object, /) -> int:
        content = bytes(piece)  # type: ignore[call-overload]  # a buffer, by io's contract
        self._pieces.append(content)
        return len(content)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
