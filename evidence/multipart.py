"""Uploads in parts behind the S3 protocol.

The minio SDK splits a stream into parts by itself, but offers no public way to an upload whose
parts come one by one, over days: what it keeps for itself is used here, and nowhere else.
"""

# ruff: noqa: SLF001 - see above

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from minio import Minio
from minio.datatypes import Part as Piece

from evidence.storage import Part

# What a server answers when an upload, or a part of it, is not there or is not what was sent.
LOST = frozenset({"NoSuchUpload", "InvalidPart", "InvalidPartOrder", "NoSuchKey"})


class Multipart:
    """The uploads in parts of one bucket; errors are the SDK's."""

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def begin(self, name: str) -> str:
        """Begin an upload; the answer is the server's id of it."""
        return self._client._create_multipart_upload(self._bucket, name, {})

    def send(self, name: str, upload: str, *, number: int, content: bytes) -> str:
        """Send one part, replacing an earlier one of its number; the answer is its tag."""
        return self._client._upload_part(self._bucket, name, content, None, upload, number)

    def join(self, name: str, upload: str, parts: Sequence[Part]) -> bool:
        """Make one object of the parts; the answer says whether its tag is made of theirs."""
        pieces = [Piece(part.number, part.tag) for part in parts]
        joined = self._client._complete_multipart_upload(self._bucket, name, upload, pieces)
        return (joined.etag or "").strip('"') == _joined_tag(parts)

    def drop(self, prefix: str) -> None:
        """Drop the parts of every unfinished upload whose name begins so."""
        for upload in self._client._list_multipart_uploads(self._bucket, prefix=prefix).uploads:
            self._client._abort_multipart_upload(
                self._bucket, upload.object_name, str(upload.upload_id)
            )

    def unfinished(self, prefix: str) -> Iterator[tuple[str, datetime | None]]:
        """Name and beginning of unfinished uploads; at most 1,000."""
        found = self._client._list_multipart_uploads(self._bucket, prefix=prefix)
        return ((one.object_name, one.initiated_time) for one in found.uploads)


def _joined_tag(parts: Sequence[Part]) -> str | None:
    """The tag S3 gives an object of such parts; None where tags are no MD5, as under some keys."""
    try:
        tags = b"".join(bytes.fromhex(part.tag.strip('"')) for part in parts)
    except ValueError:
        return None
    # Not for security: it only says whether the bytes must be read again.
    return f"{hashlib.md5(tags, usedforsecurity=False).hexdigest()}-{len(parts)}"
