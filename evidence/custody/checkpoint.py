"""The head of the log at one size, as a signed text anybody can keep.

Source: C2SP tlog-checkpoint.  Extension lines are refused: nobody could audit what they say, so
the time of a head is that of its youngest entry.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final, Self

from evidence.custody.merkle import HASH_BYTES
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing, PublicKey, Signer
from evidence.note import open_note, sign_note

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How many entries a log has, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def sign(self, signer: Signer) -> str:
        """The checkpoint as a signed note."""
        return sign_note(self.text, signer)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint.

        Raises:
            CustodyForgedError: It is not written as one.
        """
        lines = text.split("\n")
        try:
            origin, size, encoded, end = lines
            root = b64decode(encoded, validate=True)
        except (ValueError, Base64Error) as error:
            raise CustodyForgedError("custody.checkpoint_form") from error
        read = cls(origin=origin, size=int(size) if _SIZE.fullmatch(size) else -1, root=root)
        # Written again it must be the same: base64 has several spellings of one value.
        if end or not origin or read.size < 0 or len(root) != HASH_BYTES or read.text != text:
            raise CustodyForgedError("custody.checkpoint_form")
        return read


def open_checkpoint(note: str, ring: KeyRing) -> tuple[Checkpoint, PublicKey]:
    """Read a signed checkpoint of a ring's own log, and say which key signed it.

    Not checked here: whether that key was to sign it (see `KeyRing.require_worth`, which needs the
    time of an entry), and whether the tree goes on from one known before.

    Raises:
        CustodyForgedError: See `open_note` and `Checkpoint.parse`; or it is of another log.
    """
    text, signed = open_note(note, ring.keys)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin != ring.origin:
        raise CustodyForgedError("custody.another_log", origin=checkpoint.origin[:200])
    return checkpoint, signed[0]
