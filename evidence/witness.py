"""What an outside party keeps of a log: heads, each proven to go on from the one before.

The file is JSON, one head a line.  It needs no trust in the platform: every head bears its
signature, and a proof that the entries before it are those of the head before.

Source: C2SP tlog-checkpoint; RFC 9162 section 2.1.4 (consistency).
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.merkle import EMPTY_ROOT, proves_consistency
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing

LARGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """A head as it was kept, and the proof from the one before."""

    note: str
    proof: tuple[bytes, ...]

    def to_line(self) -> str:
        """One line of a witness file."""
        proof = [b64encode(one).decode() for one in self.proof]
        return json.dumps({"checkpoint": self.note, "proof": proof}, ensure_ascii=False) + "\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line.

        Raises:
            CustodyForgedError: It is none.
        """
        try:
            document = json.loads(line)
            return cls(
                note=str(document["checkpoint"]),
                proof=tuple(b64decode(one, validate=True) for one in document["proof"]),
            )
        except (ValueError, TypeError, KeyError, Base64Error, RecursionError) as error:
            raise CustodyForgedError("custody.witness_form") from error


def read_witness(content: str, ring: KeyRing) -> tuple[Checkpoint, ...]:
    """Check a witness file from its first line to its last, and give back its heads.

    Raises:
        CustodyForgedError: A head is not signed, or does not go on from the one before.
    """
    heads: list[Checkpoint] = []
    for line in _lines(content):
        heads.append(extend(heads, Witnessed.parse(line), ring))
    return tuple(heads)


def extend(heads: Sequence[Checkpoint], witnessed: Witnessed, ring: KeyRing) -> Checkpoint:
    """Check that a head goes on from those kept before.

    Raises:
        CustodyForgedError: It is not signed by the ring, is smaller than the last one, or holds
            other entries where that one has some: the log was forked.
    """
    # 1. The head is signed, for this log.
    head, _ = open_checkpoint(witnessed.note, ring)
    last = heads[-1] if heads else Checkpoint(origin=ring.origin, size=0, root=EMPTY_ROOT)
    # 2. A log never shrinks.
    if head.size < last.size:
        raise CustodyForgedError("custody.shrunk", size=head.size, before=last.size)
    # 3. What it held then it holds now, in the same order.
    if not proves_consistency(
        old=last.size,
        new=head.size,
        proof=witnessed.proof,
        old_root=last.root,
        new_root=head.root,
    ):
        raise CustodyForgedError("custody.forked", size=head.size, before=last.size)
    return head


def _lines(content: str) -> Iterator[str]:
    for line in content.splitlines():
        if len(line) > LARGEST_LINE:
            raise CustodyForgedError("custody.witness_form")
        if line.strip():
            yield line
