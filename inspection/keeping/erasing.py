"""Erasing what was destroyed: again and again, until nothing of it is left to erase.

The record comes first and the bytes after it: a crash in between leaves work, never a loss.  Every
object is looked at and erased in one short writing transaction, so that nothing comes to need it in
between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.digest import Digest
from evidence.errors import RetainedError
from evidence.storage import Storage
from inspection import moves
from inspection.database import Database
from inspection.keeping.holds import ENDED
from inspection.keeping.known import ENDED_ERASURES, is_needed, list_pack_files, list_packs
from inspection.people import SYSTEM, Party
from inspection.tables import (
    DestroyedItem,
    Destruction,
    EvidenceItem,
    Inspection,
    LegalHold,
    Reading,
    StoredObject,
    Upload,
)
from inspection.violations.caching import forget_copies
from inspection.workflow.states import Act, DestructionState, ErasureState, UploadState


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    campaign_id: UUID | None
    inspection_id: UUID | None


def erase_destroyed(
    database: Database, storage: Storage, *, cache: Path, clock: Callable[[], datetime]
) -> dict[ErasureState, int]:
    """Erase what was confirmed to be destroyed and is still there.

    What other evidence or a conclusion needs stays; a hold or a lock wins, is noted, and is asked
    again the next time.

    Args:
        cache: Where copies made for showing lie; they go as well.

    Returns:
        How many files have come how far this time; nothing where nothing waits.

    Raises:
        StorageUnavailableError: The store does not answer; what was done stays done.
    """
    with database.read() as session:
        waiting = session.exec(
            select(DestroyedItem.item_id)
            .where(col(DestroyedItem.state).not_in(ENDED_ERASURES))
            .order_by(col(DestroyedItem.item_id))
        ).all()
        packs = list_packs(session) if waiting else []
    kept = frozenset().union(*(list_pack_files(storage, one) for one in packs))
    told: dict[ErasureState, int] = {}
    for item_id in waiting:
        with database.write() as session:
            state = _erase(session, storage, cache, item_id, kept=kept, at=clock())
        told[state] = told.get(state, 0) + 1
    with database.write() as session:
        _finish(session, at=clock())
    return told


def _erase(
    session: Session,
    storage: Storage,
    cache: Path,
    item_id: UUID,
    *,
    kept: frozenset[str],
    at: datetime,
) -> ErasureState:
    row = session.get_one(DestroyedItem, item_id)
    item = session.get_one(EvidenceItem, item_id)
    state = _find_pause(session, row, item) or ErasureState.ERASED
    if state is ErasureState.ERASED:
        reading = session.get(Reading, item_id)
        made = (reading.rows_sha256, reading.problems_sha256) if reading is not None else ()
        try:
            for sha256 in (*made, item.sha256):
                if sha256 is None:
                    continue
                if sha256 in kept or is_needed(session, sha256):
                    shared = sha256 == item.sha256
                    state = ErasureState.SHARED if shared else state
                    continue
                storage.erase(Digest(sha256))
                _forget(session, cache, sha256)
        except RetainedError:
            state = ErasureState.LOCKED
    if row.state is not state:
        row.state = state
        row.ended_at = at if state in ENDED_ERASURES else None
        session.add(row)
    session.flush()
    return state


def _find_pause(session: Session, row: DestroyedItem, item: EvidenceItem) -> ErasureState | None:
    """Why nothing is erased just now: a hold, or the same bytes are on their way in again."""
    if _is_held(session, row):
        return ErasureState.HELD
    coming = session.exec(
        select(Upload.id).where(
            col(Upload.sha256) == item.sha256,
            col(Upload.state).not_in([UploadState.RECEIVED, UploadState.REFUSED]),
        )
    ).first()
    return None if coming is None else ErasureState.WAITING


def _is_held(session: Session, row: DestroyedItem) -> bool:
    held = session.exec(
        select(LegalHold.id)
        .join(Destruction, col(Destruction.inspection_id) == col(LegalHold.inspection_id))
        .where(col(Destruction.id) == row.destruction_id, col(LegalHold.state).not_in(ENDED))
    ).first()
    return held is not None


def _forget(session: Session, cache: Path, sha256: str) -> None:
    forget_copies(cache, sha256=sha256)
    if (known := session.get(StoredObject, sha256)) is not None:
        session.delete(known)


def _finish(session: Session, *, at: datetime) -> None:
    """Close every destruction of which nothing waits any more."""
    waiting = select(DestroyedItem.destruction_id).where(
        col(DestroyedItem.state).not_in(ENDED_ERASURES)
    )
    rows = session.exec(
        select(Destruction, Inspection.campaign_id)
        .join(Inspection, col(Inspection.id) == col(Destruction.inspection_id))
        .where(
            col(Destruction.state) == DestructionState.CONFIRMED,
            col(Destruction.id).not_in(waiting),
        )
    ).all()
    for row, campaign_id in rows:
        moves.advance(
            session,
            row,
            act=Act.FINISH,
            actor=SYSTEM,
            parties=frozenset({Party.SYSTEM}),
            at=at,
            where=_Where(campaign_id=campaign_id, inspection_id=row.inspection_id),
            values={"finished_at": at},
        )
