"""Whether the custody log bears a case file out: signatures, proofs, and what the entries say."""

import sys
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from evidence.custody.acts import CustodyAct
from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.merkle import leaf_hash, proves_inclusion
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing
from evidence.receipt import digest_of_statement, verify_receipt
from evidence.receipt_file import read_receipt
from evidence.strict_json import read_strictly
from inspection.casefile.log import CHECKPOINT, ENTRIES
from inspection.casefile.values import CaseFault
from inspection.journal import digest_of
from inspection.tables import JournalEntry

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
    """What the case file says of what came in."""

    items: Rows
    deposits: Rows
    journal: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """One entry of the log as the case file brings it.

    Attributes:
        index: Its place; None while it waited at the time of the export.
        said: What its bytes say.
    """

    index: int | None
    body: str
    said: Mapping[str, Any]
    proof: tuple[bytes, ...]


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
    """Every entry lies at its index under that head."""
    for one in entries:
        if one.index is not None and not proves_inclusion(
            leaf_hash(one.body.encode()),
            index=one.index,
            size=head.size,
            proof=one.proof,
            root=head.root,
        ):
            report(CaseFault.PROOF_FAILS, ENTRIES, expected=one.said.get("id"), found=one.index)


def check_journal(path: str, journal: Rows, entries: Sequence[LoggedEntry], report: Report) -> None:
    """Every line of the journal is the one whose hash is in the log, and none was taken out.

    Lines older than the log are in no log: they stand before the first that is.
    """
    logged = {
        one.said["id"]: one.said["facts"]["journal_sha256"]
        for one in entries
        if "journal_sha256" in one.said["facts"]  # others are acts without a line
    }
    first = first_logged(journal)
    for row in journal:
        if row["leaf_id"] is None and row["id"] < first:
            continue
        found = digest_of(_as_entry(row))
        expected = logged.pop(row["leaf_id"], "")
        if found != expected:
            report(CaseFault.JOURNAL_DIFFERS, path, expected=expected, found=row["id"])
    for entry_id in logged:
        report(CaseFault.JOURNAL_DIFFERS, path, expected=entry_id)


def first_logged(journal: Rows) -> int:
    """The number of the first line that is in the log; after all where none is."""
    return min((row["id"] for row in journal if row["leaf_id"]), default=sys.maxsize)


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
    first = first_logged(rows.journal)
    older = {
        row["subject_id"]
        for row in rows.journal
        if row["event"] == CustodyAct.EVIDENCE_RECEIVE and not row["leaf_id"] and row["id"] < first
    }
    for item in rows.items:
        facts = received.get(item["id"])
        if facts is None:
            foreign = item["deposit_id"] not in {None, *own} and item["id"] in used
            tell = say.warn if foreign or item["id"] in older else say.report
            tell(CaseFault.NOT_LOGGED, path, expected=item["id"], found=item["sha256"])
        elif any(facts.get(name) != item[name] for name in _BOUND):
            say.report(
                CaseFault.LOG_DIFFERS, path, expected=facts.get("sha256"), found=item["sha256"]
            )


def check_receipt(path: str, file: Path, ring: KeyRing, items: Rows, report: Report) -> str:
    """A receipt holds, and names the files that lie here.

    Args:
        path: Its place in the case file.
        file: Where that lies on the disk.

    Returns:
        The digest of what it states; empty where it does not hold.
    """
    try:
        receipt = verify_receipt(read_receipt(file), ring)
    except CustodyForgedError as error:
        report(CaseFault.RECEIPT_FAILS, path, found=error.code)
        return ""
    deposit_id = receipt.statement.get("deposit_id")
    here = sorted(item["sha256"] for item in items if item["deposit_id"] == deposit_id)
    told = sorted(file.sha256 for file in receipt.files)
    if here != told:
        missing = next(iter(set(told) ^ set(here)), "")
        report(CaseFault.RECEIPT_DIFFERS, path, expected=missing)
    return digest_of_statement(receipt.statement)


def read_lines(text: str) -> Rows:
    """The rows of `journal.jsonl`."""
    rows = [read_strictly(line) for line in text.splitlines()]
    if not all(isinstance(row, dict) for row in rows):
        raise TypeError(CHECKPOINT)
    return rows


def _entry(line: Mapping[str, Any]) -> LoggedEntry:
    body, index = str(line["entry"]), line["index"]
    if index is not None and type(index) is not int:
        raise TypeError(ENTRIES)
    said = read_strictly(body)
    if not isinstance(said["facts"], dict) or not isinstance(said["id"], str):
        raise TypeError(ENTRIES)
    proof = tuple(b64decode(one, validate=True) for one in line["proof"])
    return LoggedEntry(index=index, body=body, said=said, proof=proof)


def _as_entry(row: Mapping[str, Any]) -> JournalEntry:
    return JournalEntry(
        event=row["event"],
        subject_id=UUID(row["subject_id"]),
        campaign_id=UUID(row["campaign_id"]) if row["campaign_id"] else None,
        inspection_id=UUID(row["inspection_id"]) if row["inspection_id"] else None,
        by=UUID(row["by"]) if row["by"] else None,
        reason=row["reason"],
        facts=row["facts"],
        at=datetime.fromisoformat(row["at"]),
    )
