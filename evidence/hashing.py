"""Chunks that turn into a file to be read, hashed and counted on the way."""

import hashlib
import io
from collections.abc import Iterable

from evidence.digest import Digest


class HashingReader(io.RawIOBase):
    """A readable file over an iterator of chunks, which knows what went through it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""
        self._hasher = hashlib.sha256()
        self.size_bytes = 0

    @property
    def digest(self) -> Digest:
        """The digest of all chunks taken so far."""
        return Digest(self._hasher.hexdigest())

    def read(self, size: int = -1, /) -> bytes:
        """Read the full size asked for, or up to the end.

        Never less: the minio SDK would join many short answers in quadratic time.
        """
        pieces, wanted = [], size
        while wanted:
            if not self._rest and not self._next():
                break
            piece = self._rest[:wanted] if wanted > 0 else self._rest
            self._rest = self._rest[len(piece) :]
            pieces.append(piece)
            if wanted > 0:
                wanted -= len(piece)
        return b"".join(pieces)

    def _next(self) -> bool:
        for chunk in self._chunks:
            if chunk:
                self._hasher.update(chunk)
                self.size_bytes += len(chunk)
                self._rest = chunk
                return True
        return False
