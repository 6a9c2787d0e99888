"""Keys as files in one folder: `ring.json` for the public, `signing.pem` for the signer alone.

The folder is the only place of the private key: never the database, the log or a backup.
"""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from evidence.errors import KeyConfigurationError
from evidence.keys import KeyEntry, KeyRing, KeyState, PublicKey, Signer, is_name

RING: Final = "ring.json"
PRIVATE: Final = "signing.pem"
_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077


def generate(folder: Path, *, origin: str, at: datetime) -> PublicKey:
    """Make the first key of a log.

    Args:
        folder: Made where it is missing.
        origin: The name of the log, for ever: host and path without a scheme.

    Raises:
        KeyConfigurationError: There are keys already, the name cannot be one, or the folder
            cannot be written.
    """
    if not is_name(origin):
        raise KeyConfigurationError("custody.key_unreadable", key=origin[:80])
    if (folder / RING).exists() or (folder / PRIVATE).exists():
        raise KeyConfigurationError("custody.keys_exist", folder=str(folder))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error
    return _install(folder, KeyRing(origin=origin, entries=()), at=at)


def rotate(folder: Path, *, at: datetime) -> PublicKey:
    """Retire the key that signs and put a new one in its place; the old private key is gone.

    What the old key signed until now stays valid.

    Raises:
        KeyConfigurationError: There is no ring, or the folder cannot be written.
    """
    return _succeed(folder, KeyState.RETIRED, at=at)


def replace_compromised(folder: Path, *, at: datetime) -> PublicKey:
    """Put a new key in the place of one that others may hold; nothing the old one signed counts.

    Raises:
        KeyConfigurationError: There is no ring, or the folder cannot be written.
    """
    return _succeed(folder, KeyState.COMPROMISED, at=at)


def load_ring(folder: Path) -> KeyRing:
    """The public keys.

    Raises:
        KeyConfigurationError: There is no ring, or it cannot be read.
    """
    try:
        return KeyRing.parse((folder / RING).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(folder / RING, error) from error


def find_signer(folder: Path) -> Signer | None:
    """The key that signs; None where this machine only verifies.

    Raises:
        KeyConfigurationError: Others may read the file, it holds no Ed25519 key, or it is not the
            key the ring calls active.
    """
    path = folder / PRIVATE
    ring = load_ring(folder)
    try:
        if not path.exists():
            return None
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error
    if mode & _OTHERS:
        raise KeyConfigurationError("custody.key_open", file=str(path))
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise KeyConfigurationError("custody.key_file", file=str(path)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyConfigurationError("custody.key_file", file=str(path))
    signer = Signer(ring.origin, private)
    if ring.active is None or ring.active.key != signer.public:
        raise KeyConfigurationError("custody.key_not_active", file=str(path))
    return signer


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """Where a platform's keys are looked for, each time they are needed: keys may be rotated.

    Attributes:
        path: None where the operator has named none; then nothing can be signed or verified.
    """

    path: Path | None

    def find_ring(self) -> KeyRing | None:
        """The public keys; see `load_ring`."""
        return load_ring(self.path) if self.path else None

    def find_signer(self) -> Signer | None:
        """The key that signs; see the function of that name."""
        return find_signer(self.path) if self.path else None


def _succeed(folder: Path, state: KeyState, *, at: datetime) -> PublicKey:
    ring = load_ring(folder)
    entries = tuple(
        replace(one, state=state, until=at) if one.state is KeyState.ACTIVE else one
        for one in ring.entries
    )
    return _install(folder, replace(ring, entries=entries), at=at)


def _install(folder: Path, ring: KeyRing, *, at: datetime) -> PublicKey:
    private = Ed25519PrivateKey.generate()
    signer = Signer(ring.origin, private)
    entries = (*ring.entries, KeyEntry(key=signer.public, since=at))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        # Between the two the old private key is not the active one, and nothing is signed.
        _replace_file(folder / RING, replace(ring, entries=entries).to_json().encode(), 0o644)
        _replace_file(folder / PRIVATE, pem, _OWNER_ONLY)
    except OSError as error:
        raise _unusable(folder, error) from error
    return signer.public


def _replace_file(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _unusable(path: Path, error: Exception) -> KeyConfigurationError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return KeyConfigurationError("custody.key_folder", file=str(path), reason=reason)
