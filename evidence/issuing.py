"""Putting receipts and certificates together, out of the log as it is kept."""

from collections.abc import Mapping
from itertools import islice
from uuid import UUID

from sqlmodel import Session

from evidence.custody.merkle import inclusion_ranges
from evidence.custody.nodes import fold_ranges
from evidence.custody.proving import find_entries, get_entry
from evidence.custody.sequencing import covered_size, find_covering
from evidence.errors import CustodyPendingError
from evidence.keys import KeyRing
from evidence.receipt import KIND, Receipt, Statement


def issue_receipt(
    session: Session, *, statement: Statement, entry_id: UUID, ring: KeyRing, kind: str = KIND
) -> Receipt:
    """Put a receipt together, under a head whose key still is worth something.

    Raises:
        CustodyPendingError: The entry is still being entered in the log.
        EvidenceNotFoundError: There is no such entry.
    """
    found = issue_receipts(session, statements={entry_id: statement}, ring=ring, kind=kind)
    if entry_id not in found:
        get_entry(session, entry_id=entry_id)
        raise CustodyPendingError("custody.being_entered")
    return found[entry_id]


def issue_receipts(
    session: Session, *, statements: Mapping[UUID, Statement], ring: KeyRing, kind: str = KIND
) -> Mapping[UUID, Receipt]:
    """Put receipts together, all under one such head; as many questions for all as for one.

    Args:
        statements: By the entry that binds each.

    Returns:
        Receipts by entry, without those whose entry still is being entered, or is not there.
    """
    covered = covered_size(session, ring=ring)
    placed = {
        entry.index: entry
        for entry in find_entries(session, entry_ids=list(statements)).values()
        if entry.index is not None and entry.index < covered
    }
    head = find_covering(session, index=max(placed), ring=ring) if placed else None
    if head is None:
        return {}
    ranges = {index: inclusion_ranges(index, head.size) for index in placed}
    hashes = iter(fold_ranges(session, [one for some in ranges.values() for one in some]))
    return {
        entry.id: Receipt(
            statement=statements[entry.id],
            entry=entry.said,
            index=index,
            proof=tuple(islice(hashes, len(ranges[index]))),
            checkpoint=head.note,
            timestamp=head.timestamp,
            kind=kind,
        )
        for index, entry in placed.items()
    }
