"""Signatures in a PDF.

1. The signed bytes are those of the file, and the signature over them is of the key in the
   certificate (ISO 32000-2 §12.8.1).
2. What was added after signing is allowed (§12.8.2.2): filling of forms, further signatures.
3. The certificate leads to an authority that the deployment trusts (RFC 5280 §6).

Not checked: revocation beyond what the signature carries, and the law behind a certificate.
"""

from datetime import datetime
from pathlib import Path

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import ValueErrorWithMessage
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import DisallowedAlgorithmError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from evidence.signatures.trust import context_of
from evidence.signatures.values import Coverage, Doubt, Integrity, SignatureFact

_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.WHOLE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
    SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START: Coverage.PART,
}


def check_pdf(path: Path, *, anchors: list[Certificate], at: datetime) -> list[SignatureFact]:
    """Check every signature of a PDF; a file without any gives none."""
    with path.open("rb") as file:
        try:
            signatures = PdfFileReader(file, strict=False).embedded_regular_signatures
        except (PdfError, ValueError, TypeError, KeyError):
            return []
        return [
            _check(position, signature, anchors, at)
            for position, signature in enumerate(signatures, start=1)
        ]


def _check(
    position: int, signature: EmbeddedPdfSignature, anchors: list[Certificate], at: datetime
) -> SignatureFact:
    try:
        status = validate_pdf_signature(
            signature,
            signer_validation_context=context_of(anchors, at=at),
            ts_validation_context=context_of(anchors, at=at),
        )
    except DisallowedAlgorithmError:
        return _unknown(position, signature, Doubt.WEAK)
    except (ValueErrorWithMessage, PdfError, ValueError, TypeError, KeyError):
        return _unknown(position, signature, Doubt.UNREADABLE)
    verdict, doubt = _judge(status, has_anchors=bool(anchors))
    stamped = status.timestamp_validity
    is_timestamped = stamped is not None and stamped.intact and stamped.valid and stamped.trusted
    moment = stamped.timestamp if is_timestamped and stamped else status.signer_reported_dt
    return SignatureFact(
        position=position,
        signer=_name_of(status.signing_cert),
        signed_at="" if moment is None else moment.isoformat(),
        is_timestamped=is_timestamped,
        coverage=_coverage(status),
        verdict=verdict,
        doubt=doubt,
    )


def _judge(status: PdfSignatureStatus, *, has_anchors: bool) -> tuple[Integrity, Doubt | None]:
    """Steps 1 to 3; what is altered is altered whoever signed it."""
    if not status.intact or not status.valid:
        return Integrity.ALTERED, Doubt.DIGEST
    grown = status.coverage is not SignatureCoverageLevel.ENTIRE_FILE
    if grown and not status.docmdp_ok:
        return Integrity.ALTERED, Doubt.CHANGED_AFTER
    if status.revoked:
        return Integrity.UNDETERMINED, Doubt.REVOKED
    if not status.trusted:
        return Integrity.UNDETERMINED, Doubt.UNTRUSTED if has_anchors else Doubt.NO_ANCHOR
    if not status.bottom_line:
        return Integrity.UNDETERMINED, Doubt.UNTRUSTED
    return Integrity.INTACT, None


def _coverage(status: PdfSignatureStatus) -> Coverage:
    return (
        Coverage.UNKNOWN
        if status.coverage is None
        else _COVERAGE.get(status.coverage, Coverage.UNKNOWN)
    )


def _unknown(position: int, signature: EmbeddedPdfSignature, doubt: Doubt) -> SignatureFact:
    certificate = getattr(signature, "signer_cert", None)
    return SignatureFact(
        position=position,
        signer="" if certificate is None else _name_of(certificate),
        signed_at="",
        is_timestamped=False,
        coverage=Coverage.UNKNOWN,
        verdict=Integrity.UNDETERMINED,
        doubt=doubt,
    )


def _name_of(certificate: Certificate) -> str:
    """The common name, or all of the name where there is none."""
    subject = certificate.subject.native
    name = subject.get("common_name") or certificate.subject.human_friendly
    return str(name if isinstance(name, str) else ", ".join(map(str, name)))[:300]
