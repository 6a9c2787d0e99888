"""The name of a piece of evidence: what its bytes are, not where they lie."""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Digest:
    """A SHA-256 in lowercase hex.

    Raises:
        ValueError: Not 64 lowercase hexadecimal digits.  Nothing else ever becomes part of a key.
    """

    hex: str

    def __post_init__(self) -> None:
        """Refuse what is not a digest."""
        if not _HEX.fullmatch(self.hex):
            raise ValueError(f"not a SHA-256 in lowercase hex: {self.hex[:80]!r}")

    def __str__(self) -> str:
        """The hex alone, for logs and sentences."""
        return self.hex

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Digest bytes that are already in memory."""
        return cls(hashlib.sha256(content).hexdigest())

    @property
    def key(self) -> str:
        """Where the object lies in every store: `sha256/<first 2>/<all 64>`."""
        return f"sha256/{self.hex[:2]}/{self.hex}"


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in lowercase hex."""
    return _HEX.fullmatch(text) is not None
