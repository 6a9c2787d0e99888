"""The certificate of destruction: what was destroyed, by whom, and where the log says so."""

import json
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.custody.entry import written_moment
from evidence.errors import CustodyPendingError
from inspection.access import open_whole
from inspection.errors import ConflictError, NotFoundError
from inspection.keeping.belonging import list_never_handed_in
from inspection.people import Actor
from inspection.screening.naming import list_nameless, without_names
from inspection.tables import CustodyLeaf, DestroyedItem, Destruction
from inspection.workflow.states import DestructionState


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
    row = session.get(Destruction, destruction_id)
    if row is None:
        raise NotFoundError
    open_whole(session, actor=actor, inspection_id=row.inspection_id)
    if row.state is not DestructionState.DONE or row.statement is None or row.finished_at is None:
        raise ConflictError("destruction.not_done")
    said = without_names(json.loads(row.statement), _list_nameless(session, row))
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
        "finished_at": written_moment(row.finished_at),
        "files": [{**file, **_end(*ends[file["id"]], has_log=has_log)} for file in said["files"]],
    }


def write_certificate(said: dict[str, Any]) -> bytes:
    """The certificate as a file; the same certificate gives the same bytes."""
    return (json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


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
