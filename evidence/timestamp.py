"""A second opinion on time: an RFC 3161 authority signs that it has seen a head of the log.

One timestamp over a head covers every entry before it, so one is asked for a head, not for each
receipt.

Source: RFC 3161; for the checks of an answer its section 2.4.2.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from evidence.errors import (
    CustodyForgedError,
    KeyConfigurationError,
    TimestampUnavailableError,
)

LARGEST_ANSWER: Final = 1 << 20
_SECONDS: Final = 10
_OK: Final = 200


class Authority(Protocol):
    """Whoever answers timestamp queries."""

    def answer(self, query: bytes) -> bytes:
        """The answer to a DER query, in DER.

        Raises:
            TimestampUnavailableError: There is none just now.
        """
        ...


class HttpAuthority:
    """An authority behind HTTP (RFC 3161, 3.4)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = PoolManager(timeout=Timeout(_SECONDS), retries=Retry(1, redirect=0))

    def answer(self, query: bytes) -> bytes:
        """See `Authority.answer`."""
        headers = {"content-type": "application/timestamp-query"}
        try:
            answer = self._pool.request(
                "POST", self._url, body=query, headers=headers, preload_content=False
            )
            content = answer.read(LARGEST_ANSWER)
        except HTTPError as error:
            raise TimestampUnavailableError("custody.timestamp_unreachable") from error
        if answer.status != _OK:
            raise TimestampUnavailableError("custody.timestamp_answered", status=answer.status)
        return content


def load_roots(path: Path) -> tuple[Certificate, ...]:
    """The certificates an authority is trusted by, from a PEM file.

    Raises:
        KeyConfigurationError: The file cannot be read, or holds none.
    """
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise KeyConfigurationError("custody.timestamp_roots", file=str(path)) from error


def stamp(note: str, authority: Authority, *, roots: Sequence[Certificate]) -> bytes:
    """Ask an authority for a timestamp over a signed head, and take only one that holds.

    Raises:
        TimestampUnavailableError: There is no answer just now.
        CustodyForgedError: The answer does not hold.
    """
    builder = TimestampRequestBuilder().data(note.encode())
    query = builder.hash_algorithm(HashAlgorithm.SHA256).build()
    content = authority.answer(query.as_bytes())
    verify_timestamp(content, note, roots=roots, nonce=query.nonce)
    return content


def verify_timestamp(
    content: bytes, note: str, *, roots: Sequence[Certificate], nonce: int | None = None
) -> datetime:
    """When an authority has seen a signed head.

    Not checked: whether the authority's certificate had been revoked, for which a list of its
    time would be needed.

    Raises:
        CustodyForgedError: The answer is none, is over something else, or is not signed by an
            authority of these roots, with a certificate made for timestamps.
    """
    # 1. It can be read, and grants what was asked.
    try:
        answer = decode_timestamp_response(content)
    except ValueError as error:
        raise CustodyForgedError("custody.timestamp_form") from error
    # 2. Signature, chain at that time, purpose of the certificate, imprint, nonce (2.4.2).
    verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
    try:
        verifier.verify(answer, hashlib.sha256(note.encode()).digest())
    except (VerificationError, ValueError) as error:
        raise CustodyForgedError("custody.timestamp") from error
    return answer.tst_info.gen_time
