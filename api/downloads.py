"""Stored bytes on their way out: streamed, verified, and always as a file to be saved."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from litestar.response import Stream

from evidence.digest import Digest
from evidence.storage import Storage

# Evidence is never shown by the browser as what it claims to be.
_ANY: Final = "application/octet-stream"
ZIP: Final = "application/zip"
_SANDBOX: Final = "default-src 'none'; sandbox"


def send_stored(storage: Storage, *, sha256: str, name: str, media_type: str = _ANY) -> Stream:
    """Send a stored object as a file.

    Bytes that turn out altered break the connection off before its announced end.

    Raises:
        EvidenceNotFoundError: No object lies under that digest.
    """
    digest = Digest(sha256)
    pieces = storage.open(digest)
    headers = {"content-length": str(storage.size_bytes(digest)), "etag": f'"{sha256}"'}
    return send_made(pieces, name=name, media_type=media_type, headers=headers)


def send_made(
    pieces: Iterator[bytes],
    *,
    name: str,
    media_type: str,
    headers: dict[str, str] | None = None,
) -> Stream:
    """Send a file that is made on the way."""
    return Stream(
        pieces,
        media_type=media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "content-security-policy": _SANDBOX,
            **(headers or {}),
        },
    )
