"""Stored bytes on their way out: streamed, verified, and always as a file to be saved."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

from litestar.response import Stream

from evidence.digest import Digest
from evidence.errors import EvidenceNotFoundError
from evidence.keys import KeyRing
from evidence.receipt import Receipt
from evidence.storage import Storage
from inspection.documents.destruction import render_certificate
from inspection.documents.receipt import render_receipt
from inspection.keeping import write_certificate

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


def send_receipt(receipt: Receipt) -> Stream:
    """Send a receipt as the file the depositor keeps."""
    return send_made(
        iter([receipt.to_json()]),
        name=f"bien-nhan-{receipt.statement['deposit_id']}.json",
        media_type="application/json",
    )


def send_certificate(said: dict[str, Any]) -> Stream:
    """Send a certificate of destruction."""
    return send_made(
        iter([write_certificate(said)]),
        name=f"chung-nhan-huy-{said['destruction_id']}.json",
        media_type="application/json",
    )


def send_signed_certificate(certificate: Receipt) -> Stream:
    """Send a certificate of destruction with its proof."""
    return send_made(
        iter([certificate.to_json()]),
        name=f"bang-chung-huy-{certificate.statement['destruction_id']}.json",
        media_type="application/json",
    )


def send_certificate_paper(said: dict[str, Any]) -> Stream:
    """Send the paper that goes with a certificate of destruction."""
    into = BytesIO()
    render_certificate(said, into=into)
    return send_made(
        iter([into.getvalue()]),
        name=f"chung-nhan-huy-{said['destruction_id']}.pdf",
        media_type="application/pdf",
    )


def send_receipt_paper(receipt: Receipt, ring: KeyRing | None) -> Stream:
    """Send the paper that goes with a receipt.

    Raises:
        EvidenceNotFoundError: There are no public keys to print the fingerprint of.
    """
    if ring is None:
        raise EvidenceNotFoundError("custody.no_keys")
    into = BytesIO()
    render_receipt(receipt, ring, into=into)
    return send_made(
        iter([into.getvalue()]),
        name=f"bien-nhan-{receipt.statement['deposit_id']}.pdf",
        media_type="application/pdf",
    )
