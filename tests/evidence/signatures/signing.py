"""A made-up authority, a signer under it, and documents they sign."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from lxml import etree
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from signxml import XMLSigner, methods

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SIGNER = "Công ty Ví Dụ"


@dataclass(frozen=True, kw_only=True)
class Identity:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def identity(name: str, *, issuer: Identity | None = None) -> Identity:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=365))
        .not_valid_after(AT + timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=issuer is not None,
                content_commitment=issuer is not None,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=issuer is None,
                crl_sign=issuer is None,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                (issuer.key if issuer else key).public_key()
            ),
            critical=False,
        )
    )
    certificate = builder.sign((issuer.key if issuer else key), hashes.SHA256())
    return Identity(key=key, certificate=certificate)


def sign_pdf(content: bytes, who: Identity, folder: Path, *, field: str = "Chữ ký") -> bytes:
    (folder / "key.pem").write_bytes(who.key_pem)
    (folder / "cert.pem").write_bytes(who.pem)
    signer = signers.SimpleSigner.load(str(folder / "key.pem"), str(folder / "cert.pem"))
    assert signer is not None
    out = io.BytesIO()
    sign = partial(
        signers.sign_pdf,
        IncrementalPdfFileWriter(io.BytesIO(content), strict=False),
        signers.PdfSignatureMetadata(field_name=field),
        signer=signer,
        output=out,
    )
    # Beside tests of the browser an event loop runs in this thread, and signing wants its own.
    with ThreadPoolExecutor(1) as other:
        other.submit(sign).result()
    return out.getvalue()


def sign_xml(text: str, who: Identity, *, reference: str | None = None) -> bytes:
    root = etree.fromstring(text)
    signed = XMLSigner(method=methods.enveloped).sign(
        root, key=who.key, cert=[who.certificate], reference_uri=reference
    )
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
