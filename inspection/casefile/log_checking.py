"""Whether the custody log bears a case file out: signatures, proofs, and what the entries say."""

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from evidence.custody.acts import CustodyAct
from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.entry import Counted, counted_of
from evidence.custody.merkle import leaf_hash, proves_inclusion
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing
from evidence.receipt import VerifiedReceipt, verify_receipt
from evidence.receipt_file import read_receipt
from evidence.strict_json import read_strictly
from inspection.casefile.log import ENTRIES
from inspection.casefile.values import CaseFault
from inspection.screening.gates import NAMELESS

Rows = Sequence[Mapping[str, Any]]
Report = Callable[..., None]  # of one fault: path, expected, found
_BOUND: Final = ("sha256", "size_bytes", "deposit_id", "answer_id")
# How an item comes to be: it arrives, or a newer version of an answer takes it over.
CAME: Final = frozenset({CustodyAct.EVIDENCE_RECEIVE, CustodyAct.EVIDENCE_CARRY})


class Say(Protocol):
    """Where problems and doubts are noted."""

    def report(
        self, fault: CaseFault, path: str, *, expected: object = "", found: object = ""
    ) -> None:
        """Note a problem."""
        ...

    def warn(
        self, fault: CaseFault, path: str, *, expected: object = "", found: object = ""
    ) -> None:
        """Note what is not proven."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the case file says of what came in.

    Attributes:
        older: What came before there was a log, as far as its journal may be believed.
    """

    items: Rows
    deposits: Rows
    older: AbstractSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """One entry of the log as the case file brings it.

    Attributes:
        index: Its place; None while it waited at the time of the export.
        said: What its bytes say.
        counted: Where it stands in its series; None where it is older than numbers.
    """

    index: int | None
    body: str
    said: Mapping[str, Any]
    proof: tuple[bytes, ...]
    counted: Counted | None

    @property
    def belongs_to(self) -> str | None:
        """What it is of by its facts: one inspection, or its campaign as a whole."""
        facts = self.said["facts"]
        owner: str | None = facts.get("inspection_id") or facts.get("campaign_id")
        return owner


def read_entries(text: str) -> list[LoggedEntry]:
    """Read `custody/entries.jsonl`.

    Raises:
        ValueError, KeyError, TypeError: It is none.
    """
    return [_entry(read_strictly(line)) for line in text.splitlines()]


def check_head(note: str, ring: KeyRing, entries: Sequence[LoggedEntry]) -> Checkpoint:
    """The signed head of the case file.

    Raises:
        CustodyForgedError: Its signature is none of these keys, or that key was not to sign it.
    """
    head, key = open_checkpoint(note, ring)
    times = [datetime.fromisoformat(one.said["at"]) for one in entries if one.index is not None]
    ring.require_worth(key, newest_entry_at=max(times, default=None))
    return head


def check_proofs(head: Checkpoint, entries: Sequence[LoggedEntry], report: Report) -> None:
    """Every entry lies at its index under that head, and is here once."""
    known: set[str] = set()
    for one in entries:
        if one.said["id"] in known:
            report(CaseFault.PROOF_FAILS, ENTRIES, expected=one.said["id"], found=one.index)
        known.add(one.said["id"])
        if one.index is not None and not proves_inclusion(
            leaf_hash(one.body.encode()),
            index=one.index,
            size=head.size,
            proof=one.proof,
            root=head.root,
        ):
            report(CaseFault.PROOF_FAILS, ENTRIES, expected=one.said.get("id"), found=one.index)


def check_evidence(path: str, rows: Received, entries: Sequence[LoggedEntry], say: Say) -> None:
    """What is here or withheld is what the log says was received: digest, size, where it belongs.

    What rules have read of other organizations came in other cases, whose entries are not here:
    that a run has used it is all the log says of it.
    """
    received = {
        one.said["facts"].get("item_id"): one.said["facts"]
        for one in entries
        if one.said["act"] in CAME and one.index is not None
    }
    own = {one["id"] for one in rows.deposits}
    used = {
        one.said["facts"].get("item_id")
        for one in entries
        if one.said["act"] == CustodyAct.EVIDENCE_USE and one.index is not None
    }
    for item in rows.items:
        facts = received.get(item["id"])
        if facts is None:
            foreign = item["deposit_id"] not in {None, *own} and item["id"] in used
            tell = say.warn if foreign or item["id"] in rows.older else say.report
            tell(CaseFault.NOT_LOGGED, path, expected=item["id"], found=item["sha256"])
        elif any(facts.get(name) != item[name] for name in _BOUND):
            say.report(
                CaseFault.LOG_DIFFERS, path, expected=facts.get("sha256"), found=item["sha256"]
            )


def check_receipt(
    path: str, file: Path, ring: KeyRing, items: Rows, report: Report
) -> VerifiedReceipt | None:
    """A receipt holds, and names the files that lie here.

    Args:
        path: Its place in the case file.
        file: Where that lies on the disk.

    Returns:
        What it proves; None where it does not hold.
    """
    try:
        receipt = verify_receipt(read_receipt(file), ring)
    except CustodyForgedError as error:
        report(CaseFault.RECEIPT_FAILS, path, found=error.code)
        return None
    deposit_id = receipt.statement.get("deposit_id")
    here = sorted(item["sha256"] for item in items if item["deposit_id"] == deposit_id)
    told = sorted(file.sha256 for file in receipt.files)
    if here != told:
        missing = next(iter(set(told) ^ set(here)), "")
        report(CaseFault.RECEIPT_DIFFERS, path, expected=missing)
    elif (other := _find_renamed(receipt.statement, items)) is not None:
        report(CaseFault.RECEIPT_DIFFERS, path, expected=other)
    return receipt


def _find_renamed(statement: Mapping[str, Any], items: Rows) -> str | None:
    """A file that the receipt names otherwise; what is withheld is told without its name."""
    names = {item["id"]: item.get("name") for item in items}
    for file in statement["files"]:
        told = names.get(file["id"])
        # It was held back when it was handed in, and its name with it.
        if told not in {None, file["name"]} and file["name"] != NAMELESS:
            return str(file["name"])
    return None


def _entry(line: Mapping[str, Any]) -> LoggedEntry:
    body, index = str(line["entry"]), line["index"]
    if index is not None and type(index) is not int:
        raise TypeError(ENTRIES)
    said = read_strictly(body)
    if not isinstance(said["facts"], dict) or not isinstance(said["id"], str):
        raise TypeError(ENTRIES)
    proof = tuple(b64decode(one, validate=True) for one in line["proof"])
    return LoggedEntry(index=index, body=body, said=said, proof=proof, counted=counted_of(said))
