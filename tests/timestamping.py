"""A timestamp authority for tests: its own certificates, `openssl ts`, real HTTP."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIGURATION = """
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class LocalAuthority:
    """Its own root, and the certificate it signs with."""

    folder: Path
    requests: int = 0

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        self.requests += 1
        (self.folder / "query").write_bytes(query)
        command = [
            *("openssl", "ts", "-reply", "-config", self.folder / "tsa.cnf"),
            *("-queryfile", self.folder / "query", "-out", self.folder / "answer"),
            *("-signer", self.folder / "tsa.pem", "-inkey", self.folder / "tsa.key"),
        ]
        subprocess.run(command, check=True, capture_output=True)
        return (self.folder / "answer").read_bytes()


def make_authority(
    folder: Path, *, purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING
) -> LocalAuthority:
    folder.mkdir()
    root_key, key = _make_key(), _make_key()
    root_name, name = _name("Test Root"), _name("Test TSA")
    root = _builder(root_name, root_name, root_key).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    signed_root = root.sign(root_key, SHA256())
    leaf = (
        _builder(name, root_name, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        .sign(root_key, SHA256())
    )
    (folder / "root.pem").write_bytes(signed_root.public_bytes(Encoding.PEM))
    (folder / "tsa.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (folder / "serial").write_text("01")
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))
    return LocalAuthority(folder)


@contextmanager
def serving_timestamps(authority: LocalAuthority) -> Iterator[str]:
    """The authority behind HTTP; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            good = self.headers["content-type"] == "application/timestamp-query"
            content = authority.answer(query) if good else b""
            self.send_response(200 if good else 415)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
