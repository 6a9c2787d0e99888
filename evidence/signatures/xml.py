"""Signatures in an XML document, such as an electronic invoice.

1. The signed elements are those of the document, and the signature over their digests is of the
   key in the certificate it carries (XML Signature §3.2).
2. The certificate leads to an authority that the deployment trusts (RFC 5280 §6).

Not checked: revocation, time-stamps, and the law behind a certificate.  SHA-1 proves nothing any
more, so a signature that rests on it stays undetermined.
"""

import asyncio
from base64 import b64decode
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathError, ValidationError
from signxml.exceptions import InvalidCertificate, InvalidInput, InvalidSignature
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from evidence.signatures.trust import context_of
from evidence.signatures.values import Coverage, Doubt, Integrity, SignatureFact

_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_VIETNAM: Final = timezone(timedelta(hours=7))
_IDS: Final = ("Id", "ID", "id")


def check_xml(path: Path, *, anchors: list[Certificate], at: datetime) -> list[SignatureFact]:
    """Check every signature of an XML document; one without any gives none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(path, parser).getroot()
    except etree.XMLSyntaxError:
        return []
    found = [
        one for one in root.iter(f"{_DS}Signature") if one.find(f"{_DS}SignedInfo") is not None
    ]
    return [
        _check(position, root, signature, anchors, at)
        for position, signature in enumerate(found, start=1)
    ]


def _check(
    position: int,
    root: etree._Element,
    signature: etree._Element,
    anchors: list[Certificate],
    at: datetime,
) -> SignatureFact:
    fact = SignatureFact(
        position=position,
        signer="",
        signed_at=_claimed_time(signature),
        is_timestamped=False,
        coverage=_claimed_coverage(root, signature),
        verdict=Integrity.UNDETERMINED,
        doubt=Doubt.UNREADABLE,
    )
    chain = _certificates(signature)
    location = _location(root, signature)
    if not chain or location is None:
        return fact
    fact = replace(fact, signer=_name_of(chain[0]))
    found = _verify(root, location, chain[0])
    if isinstance(found, Doubt):
        verdict = Integrity.ALTERED if found is Doubt.DIGEST else Integrity.UNDETERMINED
        return replace(fact, verdict=verdict, doubt=found)
    fact = replace(fact, coverage=_covered(root, signature, found))
    if not anchors:
        return replace(fact, doubt=Doubt.NO_ANCHOR)
    if not _is_trusted(chain, anchors, at):
        return replace(fact, doubt=Doubt.UNTRUSTED)
    return replace(fact, verdict=Integrity.INTACT, doubt=None)


def _verify(
    root: etree._Element, location: str, signer: x509.Certificate
) -> list[VerifyResult] | Doubt:
    """Step 1, at a time when the certificate was surely valid: who signed is asked afterwards."""
    configuration = SignatureConfiguration(
        location=location,
        expect_references=True,
        verification_time=signer.not_valid_before_utc,
    )
    try:
        found = XMLVerifier().verify(root, x509_cert=signer, expect_config=configuration)
    except InvalidCertificate:
        return Doubt.UNTRUSTED
    except InvalidSignature:
        return Doubt.DIGEST
    except (InvalidInput, ValueError):
        return Doubt.WEAK
    except etree.LxmlError:
        return Doubt.UNREADABLE
    return found if isinstance(found, list) else [found]


def _covered(
    root: etree._Element, signature: etree._Element, found: list[VerifyResult]
) -> Coverage:
    """By what was hashed, not by its name: signed data can be wrapped in others of the same id."""
    bare = deepcopy(root)
    at = root.getroottree().getelementpath(signature)
    if at == ".":
        return Coverage.PART  # the document is the signature, and what it signs lies within
    if (own := bare.find(at)) is not None:
        _drop(own)
    whole = _canonical(bare)
    signed = [one.signed_xml for one in found if one.signed_xml is not None]
    return Coverage.WHOLE if any(_canonical(one) == whole for one in signed) else Coverage.PART


def _drop(element: etree._Element) -> None:
    """Take an element out and leave the text behind it, as the enveloped transform does."""
    parent, before, text = element.getparent(), element.getprevious(), element.tail or ""
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    element.tail = None
    parent.remove(element)


def _canonical(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))


def _is_trusted(chain: list[x509.Certificate], anchors: list[Certificate], at: datetime) -> bool:
    """Step 2."""
    signer, *others = [Certificate.load(one.public_bytes(Encoding.DER)) for one in chain]
    validator = CertificateValidator(
        signer, others, validation_context=context_of(anchors, at=at, others=others)
    )
    try:
        asyncio.run(validator.async_validate_path())
    except (ValidationError, PathError):
        return False
    return True


def _location(root: etree._Element, signature: etree._Element) -> str | None:
    """Where the library finds this very signature; it finds only the first child of that name."""
    parent = signature.getparent()
    if parent is None:
        return "./"
    if parent.find(f"{_DS}Signature") is not signature:
        return None
    path = root.getroottree().getelementpath(parent)
    return "./" if path == "." else f"./{path}/"


def _claimed_coverage(root: etree._Element, signature: etree._Element) -> Coverage:
    """What it says it covers, told of a signature that does not hold."""
    uris = [one.get("URI") for one in signature.iterfind(f"{_DS}SignedInfo/{_DS}Reference")]
    whole = {"", *(f"#{value}" for name in _IDS if (value := root.get(name)))}
    if any(uri in whole for uri in uris):
        return Coverage.WHOLE
    return Coverage.PART if uris else Coverage.UNKNOWN


def _certificates(signature: etree._Element) -> list[x509.Certificate]:
    texts = [one.text or "" for one in signature.iter(f"{_DS}X509Certificate")]
    try:
        return [x509.load_der_x509_certificate(b64decode(text)) for text in texts]
    except ValueError:
        return []


def _claimed_time(signature: etree._Element) -> str:
    """XAdES and Vietnamese invoices name it alike; it is the signer's word, and no more."""
    for element in signature.iter("{*}SigningTime"):
        try:
            moment = datetime.fromisoformat((element.text or "").strip())
        except ValueError:
            return ""
        # A time without zone is that of Vietnam, where such documents are made.
        return (moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)).isoformat()
    return ""


def _name_of(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value if names else certificate.subject.rfc4514_string())[:300]
