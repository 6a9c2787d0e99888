"""Uploads in parts behind the S3 protocol.

The minio SDK splits a stream into parts by itself, but offers no public way to an upload whose
parts come one by one, over days: what it keeps for itself is used here, and nowhere else.
"""

# ruff: noqa: SLF001 - see above

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from minio import Minio
from minio.datatypes import Part as Piece
from minio.error import S3Error

from evidence.limits import PIECE_BYTES
from evidence.storage import Part

# What a server answers when an upload, or a part of it, is not there or is not what was sent.
LOST = frozenset({"NoSuchUpload", "InvalidPart", "InvalidPartOrder"})
_AT_ONCE: Final = 2


class Multipart:
    """The uploads in parts of one bucket; errors are the SDK's."""

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def begin(self, name: str) -> str:
        """Begin an upload; the answer is the server's id of it."""
        return self._client._create_multipart_upload(self._bucket, name, {})

    def send(self, name: str, upload: str, *, offset: int, chunks: Iterable[bytes]) -> str:
        """Send what belongs at `offset`, replacing earlier attempts; the answer are its tags.

        The first piece is on its way while the second still comes.
        """
        first = offset // PIECE_BYTES + 1
        with ThreadPoolExecutor(_AT_ONCE) as lines:
            sent = [
                lines.submit(self._put, name, upload, number, piece)
                for number, piece in enumerate(_pieces(chunks), first)
            ]
        return " ".join(one.result() for one in sent)

    def join(self, name: str, upload: str, parts: Sequence[Part]) -> tuple[bool, str | None]:
        """Make one object of the parts; the answer says whether its tag is made of theirs.

        And which version it is, where the bucket has any.
        """
        tags = [tag for part in parts for tag in part.tag.split()]
        pieces = [Piece(number, tag) for number, tag in enumerate(tags, 1)]
        joined = self._client._complete_multipart_upload(self._bucket, name, upload, pieces)
        return (joined.etag or "").strip('"') == _joined_tag(tags), joined.version_id

    def drop(self, prefix: str) -> None:
        """Drop the parts of every unfinished upload whose name begins so."""
        for upload in self._client._list_multipart_uploads(self._bucket, prefix=prefix).uploads:
            try:
                self._client._abort_multipart_upload(
                    self._bucket, upload.object_name, str(upload.upload_id)
                )
            except S3Error as error:  # joined or dropped meanwhile
                if error.code not in LOST:
                    raise

    def unfinished(self, prefix: str) -> Iterator[tuple[str, datetime | None]]:
        """Name and beginning of unfinished uploads; at most 1,000."""
        found = self._client._list_multipart_uploads(self._bucket, prefix=prefix)
        return ((one.object_name, one.initiated_time) for one in found.uploads)

    def _put(self, name: str, upload: str, number: int, content: bytes) -> str:
        tag: str = self._client._upload_part(self._bucket, name, content, None, upload, number)
        return tag


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size, the last one smaller."""
    gathered, size = list[bytes](), 0
    for chunk in chunks:
        rest = chunk
        while size + len(rest) >= PIECE_BYTES:
            room = PIECE_BYTES - size
            yield b"".join((*gathered, rest[:room]))
            gathered, size, rest = [], 0, rest[room:]
        if rest:
            gathered.append(rest)
            size += len(rest)
    if gathered:
        yield b"".join(gathered)


def _joined_tag(tags: Sequence[str]) -> str | None:
    """The tag S3 gives an object of such pieces; None where tags are no MD5, as under some keys."""
    try:
        joined = b"".join(bytes.fromhex(tag.strip('"')) for tag in tags)
    except ValueError:
        return None
    # Not for security: it only says whether the bytes must be read again.
    return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(tags)}"
