"""The certificate of destruction: what was destroyed, by whom, and where the log says so."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.custody import CustodyAct
from evidence.custody.entry import written_moment
from evidence.custody.proving import find_head
from evidence.errors import CustodyPendingError, EvidenceNotFoundError
from evidence.issuing import issue_receipt
from evidence.keys import KeyRing
from evidence.receipt import CERTIFICATE, Receipt
from inspection.access import open_whole
from inspection.errors import ConflictError, NotFoundError
from inspection.keeping.belonging import list_never_handed_in
from inspection.people import Actor
from inspection.screening.naming import list_nameless, refuse_named, without_names
from inspection.tables import CustodyLeaf, DestroyedItem, Destruction, JournalEntry
from inspection.workflow.states import DestructionState


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPlace:
    """Where a certificate can be looked up in the custody log.

    Attributes:
        index: The place of the entry that binds it; None while it is being entered.
        size: How many entries the newest signed head counts.
    """

    index: int | None
    size: int


def get_certificate(
    session: Session, *, actor: Actor, destruction_id: UUID, has_log: bool
) -> dict[str, Any]:
    """The certificate of one destruction; asked for again, it is the same.

    What was found or declared to be a secret since bears no name here any more, and what was never
    handed in bears none, though older statements gave it.

    Args:
        has_log: The deployment has keys, so that every entry gets an index in the custody log.

    Raises:
        NotFoundError, NotAllowedError: See `access.open_whole`.
        ConflictError: The bytes are not erased yet.
        CustodyPendingError: Its entries are still being entered in the log.
    """
    row, statement, finished_at = _open_done(session, actor=actor, destruction_id=destruction_id)
    said = without_names(statement, _list_nameless(session, row))
    ends = {
        str(one.item_id): (one, position)
        for one, position in session.exec(
            select(DestroyedItem, CustodyLeaf.position)
            .join(CustodyLeaf, col(CustodyLeaf.id) == col(DestroyedItem.leaf_id))
            .where(col(DestroyedItem.destruction_id) == destruction_id)
        )
    }
    if has_log and any(position is None for _, position in ends.values()):
        raise CustodyPendingError("custody.being_entered")
    return {
        **said,
        "finished_at": written_moment(finished_at),
        "files": [{**file, **_end(*ends[file["id"]], has_log=has_log)} for file in said["files"]],
    }


def get_signed_certificate(
    session: Session, *, actor: Actor, destruction_id: UUID, ring: KeyRing | None
) -> Receipt:
    """The certificate with its proof, as a sealed case file brings it: for checking offline.

    Args:
        ring: The public keys; None where there are none.

    Raises:
        NotFoundError, NotAllowedError: See `access.open_whole`.
        EvidenceNotFoundError: There are no keys, and so no proof.
        ConflictError: The bytes are not erased yet; or it names what is held back since, or was
            never handed in.
        CustodyPendingError: Its entry is still being entered in the log.
    """
    row, statement, _ = _open_done(session, actor=actor, destruction_id=destruction_id)
    if ring is None:
        raise EvidenceNotFoundError("custody.no_keys")
    refuse_named([statement], _list_nameless(session, row))
    entry_id, _ = _find_entry(session, destruction_id)
    return issue_receipt(
        session, statement=statement, entry_id=entry_id, ring=ring, kind=CERTIFICATE
    )


def get_proof_place(session: Session, *, destruction_id: UUID) -> ProofPlace:
    """Where the log binds a certificate that the reader has reached."""
    head = find_head(session)
    _, index = _find_entry(session, destruction_id)
    return ProofPlace(index=index, size=head.checkpoint.size if head else 0)


def write_certificate(said: dict[str, Any]) -> bytes:
    """The certificate as a file; the same certificate gives the same bytes."""
    return (json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _open_done(
    session: Session, *, actor: Actor, destruction_id: UUID
) -> tuple[Destruction, dict[str, Any], datetime]:
    row = session.get(Destruction, destruction_id)
    if row is None:
        raise NotFoundError
    open_whole(session, actor=actor, inspection_id=row.inspection_id)
    if row.state is not DestructionState.DONE or row.statement is None or row.finished_at is None:
        raise ConflictError("destruction.not_done")
    return row, json.loads(row.statement), row.finished_at


def _find_entry(session: Session, destruction_id: UUID) -> tuple[UUID, int | None]:
    """The entry of confirming, which binds the statement, and its place in the log."""
    return session.exec(
        select(CustodyLeaf.id, CustodyLeaf.position)
        .join(JournalEntry, col(JournalEntry.leaf_id) == col(CustodyLeaf.id))
        .where(
            col(JournalEntry.event) == CustodyAct.DESTRUCTION_CONFIRM,
            col(JournalEntry.subject_id) == destruction_id,
        )
    ).one()


def _list_nameless(session: Session, row: Destruction) -> frozenset[str]:
    items = select(DestroyedItem.item_id).where(col(DestroyedItem.destruction_id) == row.id)
    own = list_never_handed_in(session, inspection_id=row.inspection_id)
    return list_nameless(session, items) | {str(one) for one in own}


def _end(one: DestroyedItem, position: int | None, *, has_log: bool) -> dict[str, Any]:
    return {
        "outcome": one.state.value,
        "ended_at": written_moment(one.ended_at) if one.ended_at else None,
        "entry_id": str(one.leaf_id),
        "custody_index": position if has_log else None,
    }
