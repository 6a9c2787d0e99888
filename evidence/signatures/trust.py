"""Whom to trust: authorities the deployment names in a file, and nobody else.

Nothing is fetched: revocation is known only as far as the signature carries its proof.
"""

from datetime import datetime
from pathlib import Path

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from pyhanko_certvalidator import ValidationContext

from evidence.errors import EvidenceError


def read_anchors(path: Path | None) -> list[Certificate]:
    """The certificates of a PEM file; none where no file is named.

    Raises:
        EvidenceError: `evidence.trust_anchors`, the file holds no certificate.
    """
    if path is None:
        return []
    try:
        content = path.read_bytes()
        anchors = [Certificate.load(der) for _, _, der in pem.unarmor(content, multiple=True)]
        for anchor in anchors:
            _ = anchor.subject.native  # asn1crypto reads no certificate before it is asked
    except (OSError, ValueError) as error:
        raise EvidenceError("evidence.trust_anchors", file=path.name) from error
    return anchors


def context_of(
    anchors: list[Certificate], *, at: datetime, others: list[Certificate] | None = None
) -> ValidationContext:
    """Trust these authorities at that time; `others` may stand between them and the signer."""
    return ValidationContext(
        trust_roots=anchors, other_certs=others or [], moment=at, allow_fetching=False
    )
