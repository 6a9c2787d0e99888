"""The receipt a depositor keeps: what was said, and the proof that it is in the custody log.

The statement is hashed into the entry of certifying it; the entry is a leaf of the log's tree; the
root of the tree is signed.  So the one signature of a head covers every word of every receipt
before it, and the platform cannot give out two different ones.

Source: RFC 9162 section 2.1.3 (inclusion), C2SP tlog-checkpoint, RFC 8785 (canonical JSON).
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn, Self

from evidence.custody.acts import CustodyAct
from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.entry import Counted, canonical, counted_of
from evidence.custody.merkle import leaf_hash, proves_inclusion
from evidence.digest import Digest
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing, PublicKey
from evidence.strict_json import unique_members

KIND: Final = "thanhtra.receipt"
CERTIFICATE: Final = "thanhtra.destruction"  # of the same form: what was destroyed, and why
VERSION: Final = 1
LARGEST_RECEIPT: Final = 64 << 20
HASHED: Final = "statement_sha256"  # the fact of the entry that binds the statement
# The act whose entry binds the statement.
_BOUND_TO: Final = {
    KIND: CustodyAct.DEPOSIT_CERTIFY,
    CERTIFICATE: CustodyAct.DESTRUCTION_CONFIRM,
}
_MEMBERS: Final = frozenset(
    {"kind", "version", "statement", "entry", "index", "proof", "checkpoint", "timestamp"}
)

Statement = Mapping[str, Any]  # a JSON object; its files are read by `files_of`


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFile:
    """One file as a receipt names it."""

    name: str  # empty where a certificate does not tell it
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A statement with everything needed to check it offline.

    Attributes:
        statement: Who handed in what, for which request, when.
        entry: The entry of the log that binds it, as the JSON object whose canonical bytes are
            the leaf.
        proof: From the leaf to the root of the checkpoint.
        checkpoint: The signed head, whole.
        timestamp: An RFC 3161 answer over that head, where an authority was asked.
        kind: A receipt, or a certificate of destruction.
    """

    statement: Statement
    entry: Mapping[str, Any]
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    timestamp: bytes | None = None
    kind: str = KIND

    def to_json(self) -> bytes:
        """The file the depositor keeps."""
        document = {
            "kind": self.kind,
            "version": VERSION,
            "statement": self.statement,
            "entry": self.entry,
            "index": self.index,
            "proof": [b64encode(one).decode() for one in self.proof],
            "checkpoint": self.checkpoint,
            "timestamp": b64encode(self.timestamp).decode() if self.timestamp else None,
        }
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()

    @classmethod
    def parse(cls, content: bytes, *, kind: str = KIND) -> Self:
        """Read a receipt, strictly: what is not checked must not be in it.

        Args:
            kind: What it must be: nothing is taken for something else.

        Raises:
            CustodyForgedError: It is none.
        """
        try:
            document = _shaped(_strict_json(content), kind)
            stamp = document["timestamp"]
            return cls(
                statement=_object(document["statement"]),
                entry=_object(document["entry"]),
                index=document["index"],
                proof=tuple(b64decode(one, validate=True) for one in document["proof"]),
                checkpoint=str(document["checkpoint"]),
                timestamp=b64decode(stamp, validate=True) if stamp is not None else None,
                kind=kind,
            )
        except (ValueError, TypeError, KeyError, Base64Error, RecursionError) as error:
            raise CustodyForgedError("custody.receipt_form") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedReceipt:
    """What a receipt that holds has proven.

    Attributes:
        counted: Where its entry stands in its series; None where that is older than numbers.
    """

    statement: Statement
    files: tuple[ReceiptFile, ...]
    certified_at: datetime
    entry: Mapping[str, Any]
    counted: Counted | None
    index: int
    checkpoint: Checkpoint
    key: PublicKey
    note: str
    timestamp: bytes | None


def digest_of_statement(statement: Statement) -> str:
    """The SHA-256 that the entry of certifying it must name.

    Raises:
        ValueError: JSON cannot carry it exactly.
    """
    return Digest.of(canonical(statement)).hex


def kind_of(content: bytes) -> str:
    """Which of the two kinds a file says it is, for who takes either.

    Raises:
        CustodyForgedError: It is none.
    """
    try:
        kind = _strict_json(content).get("kind")
    except (ValueError, TypeError, RecursionError) as error:
        raise CustodyForgedError("custody.receipt_form") from error
    if not isinstance(kind, str) or kind not in _BOUND_TO:
        raise CustodyForgedError("custody.receipt_form")
    return kind


def verify_receipt(content: bytes, ring: KeyRing, *, kind: str = KIND) -> VerifiedReceipt:
    """Check a receipt with public keys alone: no network, no database, no platform.

    Args:
        kind: What it must be: a receipt, or a certificate of destruction.

    Not checked here: the timestamp (see `evidence.timestamp`), whether the tree goes on from the
    heads a witness has kept, and whether files at hand are those named.

    Raises:
        CustodyForgedError: It does not hold; the code says why.
    """
    # 1. It is a receipt, and says nothing beside what is checked below.
    receipt = Receipt.parse(content, kind=kind)
    files = files_of(receipt.statement, kind=kind)
    # 2. The entry is one of certifying or confirming, and binds every word of the statement.
    facts = receipt.entry.get("facts")
    if receipt.entry.get("act") != _BOUND_TO[kind] or not isinstance(facts, dict):
        raise CustodyForgedError("custody.receipt_act")
    if facts.get(HASHED) != _canonical_digest(receipt.statement):
        raise CustodyForgedError("custody.receipt_statement")
    at = _moment_of(receipt.entry)
    # 3. The head is signed by a key of the ring, for the ring's own log.
    checkpoint, key = open_checkpoint(receipt.checkpoint, ring)
    # 4. That key was to sign a tree with this entry in it.
    ring.require_worth(key, newest_entry_at=at)
    # 5. The entry lies at its index in the tree of that head.
    if not proves_inclusion(
        leaf_hash(_canonical(receipt.entry)),
        index=receipt.index,
        size=checkpoint.size,
        proof=receipt.proof,
        root=checkpoint.root,
    ):
        raise CustodyForgedError("custody.receipt_proof", index=receipt.index, size=checkpoint.size)
    return VerifiedReceipt(
        statement=receipt.statement,
        files=files,
        certified_at=at,
        entry=receipt.entry,
        counted=_counted(receipt.entry),
        index=receipt.index,
        checkpoint=checkpoint,
        key=key,
        note=receipt.checkpoint,
        timestamp=receipt.timestamp,
    )


def files_of(statement: Statement, *, kind: str = KIND) -> tuple[ReceiptFile, ...]:
    """The files a statement names.

    Raises:
        CustodyForgedError: They are not written as they must be.
    """
    # A certificate leaves out the names of what was never handed in.
    optional = {"name": ""} if kind == CERTIFICATE else {}
    try:
        files = tuple(
            ReceiptFile(
                name=str({**optional, **one}["name"]),
                size_bytes=_whole(one["size_bytes"]),
                sha256=Digest(one["sha256"]).hex,
            )
            for one in statement["files"]
        )
    except (ValueError, TypeError, KeyError) as error:
        raise CustodyForgedError("custody.receipt_form") from error
    if not files:
        raise CustodyForgedError("custody.receipt_form")
    return files


def _strict_json(content: bytes) -> dict[str, Any]:
    """JSON without fractions, and without two members of one name: readers would differ."""
    if len(content) > LARGEST_RECEIPT:
        raise ValueError(len(content))
    return _object(
        json.loads(
            content.decode(),
            parse_float=_refuse,
            parse_constant=_refuse,
            object_pairs_hook=unique_members,
        )
    )


def _shaped(document: dict[str, Any], kind: str) -> dict[str, Any]:
    if (
        set(document) != _MEMBERS
        or document["kind"] != kind
        or document["version"] != VERSION
        or type(document["index"]) is not int  # a bool is an int to Python, not to JSON
    ):
        raise ValueError(kind)
    return document


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(type(value))
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def _moment_of(entry: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(entry["at"])
    except (ValueError, TypeError, KeyError) as error:
        raise CustodyForgedError("custody.receipt_form") from error
    if at.tzinfo is None:
        raise CustodyForgedError("custody.receipt_form")
    return at


def _counted(entry: Mapping[str, Any]) -> Counted | None:
    try:
        return counted_of(entry)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CustodyForgedError("custody.receipt_form") from error


def _canonical(document: Mapping[str, Any]) -> bytes:
    try:
        return canonical(document)
    except (ValueError, RecursionError) as error:  # numbers or text that JSON cannot carry exactly
        raise CustodyForgedError("custody.receipt_form") from error


def _canonical_digest(document: Mapping[str, Any]) -> str:
    return Digest.of(_canonical(document)).hex
