"""Public keys of the log and what they are worth; the key that signs, while it is in memory.

Keys are written as C2SP signed-note verifier keys: `<name>+<key id>+<base64 of type and key>`.

Source: C2SP signed-note; RFC 8032 for Ed25519.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evidence.errors import CustodyForgedError, KeyConfigurationError

KEY_BYTES: Final = 32
# While a key is being replaced, a server may sign what was entered in that very moment.
GRACE: Final = timedelta(minutes=1)
# Since when a key signs, where its ring does not say.
UNDATED: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_ED25519: Final = b"\x01"


class KeyState(StrEnum):
    """What a public key is worth."""

    ACTIVE = "active"
    RETIRED = "retired"  # what it signed in its time stays valid
    COMPROMISED = "compromised"  # somebody else may have signed with it, under any date


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key under the name of its log."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        """Refuse what cannot stand in a signature line."""
        if not is_name(self.name) or len(self.raw) != KEY_BYTES:
            raise KeyConfigurationError("custody.key_unreadable", key=self.name[:80])

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the SHA-256 over name, type and key; a label, not a proof."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """The whole SHA-256 of the key in hex, for comparing on paper."""
        return hashlib.sha256(self.raw).hexdigest()

    def __str__(self) -> str:
        """The key as a signed-note verifier key."""
        encoded = b64encode(_ED25519 + self.raw).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a signed-note verifier key.

        Raises:
            KeyConfigurationError: It is none, of another type, or its id is not its own.
        """
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            decoded = b64decode(encoded, validate=True)
        except (Base64Error, ValueError) as error:
            raise KeyConfigurationError("custody.key_unreadable", key=text[:80]) from error
        key = cls(name, decoded[1:])
        if decoded[:1] != _ED25519 or key.key_id.hex() != key_id:
            raise KeyConfigurationError("custody.key_unreadable", key=text[:80])
        return key

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """Whether this key's owner signed the content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """The private key, which shows itself to nobody."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey(name, private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        """The public half alone."""
        return f"Signer({self.public})"

    def sign(self, content: bytes) -> bytes:
        """The Ed25519 signature, which is the same every time."""
        return self._private.sign(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One public key of the ring.

    Attributes:
        until: When it was retired or, as far as is known, compromised; None while it is active.
    """

    key: PublicKey
    since: datetime
    until: datetime | None = None
    state: KeyState = KeyState.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Every public key a log has ever signed with: what an outside party needs, and all of it."""

    origin: str
    entries: tuple[KeyEntry, ...]

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """The keys whose signatures are looked at, good or not."""
        return tuple(entry.key for entry in self.entries)

    @property
    def active(self) -> KeyEntry | None:
        """The key that signs now."""
        return next((one for one in self.entries if one.state is KeyState.ACTIVE), None)

    def require_worth(self, key: PublicKey, *, newest_entry_at: datetime | None) -> None:
        """Refuse a signature of a key that was not to sign this.

        Args:
            newest_entry_at: The time of the youngest entry known to lie in the signed tree.

        Raises:
            CustodyForgedError: The key is unknown, compromised, or had been retired before.
        """
        entry = next((one for one in self.entries if one.key == key), None)
        if entry is None:
            raise CustodyForgedError("custody.key_unknown", key=key.key_id.hex())
        if entry.state is KeyState.COMPROMISED:
            # Whoever holds the key can write any date: nothing it signed proves anything alone.
            raise CustodyForgedError("custody.key_compromised", key=key.key_id.hex())
        if newest_entry_at and entry.until and newest_entry_at > entry.until + GRACE:
            raise CustodyForgedError(
                "custody.key_retired", key=key.key_id.hex(), until=entry.until.isoformat()
            )

    def to_json(self) -> str:
        """The ring as a file for the public."""
        keys = [
            {
                "key": str(one.key),
                "since": one.since.isoformat(),
                "until": one.until.isoformat() if one.until else None,
                "state": one.state,
            }
            for one in self.entries
        ]
        return json.dumps({"origin": self.origin, "keys": keys}, indent=2) + "\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a ring, or plain verifier keys one a line, which then are active without dates.

        Raises:
            KeyConfigurationError: It is neither, or holds no key.
        """
        try:
            read = (
                cls._parse_ring(text) if text.lstrip().startswith("{") else cls._parse_lines(text)
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyConfigurationError("custody.ring_unreadable") from error
        if not read.entries or any(one.key.name != read.origin for one in read.entries):
            raise KeyConfigurationError("custody.ring_unreadable")
        return read

    @classmethod
    def _parse_ring(cls, text: str) -> Self:
        document = json.loads(text)
        return cls(
            origin=document["origin"],
            entries=tuple(
                KeyEntry(
                    key=PublicKey.parse(one["key"]),
                    since=_moment(one["since"]),
                    until=_moment(one["until"]) if one["until"] else None,
                    state=KeyState(one["state"]),
                )
                for one in document["keys"]
            ),
        )

    @classmethod
    def _parse_lines(cls, text: str) -> Self:
        keys = [PublicKey.parse(line) for line in text.splitlines() if line.strip()]
        entries = tuple(KeyEntry(key=key, since=UNDATED) for key in keys)
        return cls(origin=keys[0].name if keys else "", entries=entries)


def is_name(name: str) -> bool:
    """Whether a text can name a key and a log: not empty, no white space, no plus sign."""
    return bool(name) and not any(one.isspace() or one == "+" or one < " " for one in name)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
