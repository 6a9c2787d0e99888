"""Removing a secret for good: bytes, name, rows, signers; hash, time and uploader stay.

1. All that bears the hash is marked, so that nothing can come to rest on it any more.
2. The store erases it; this can take long, and can fail.
3. What the database still says of it is forgotten.

A crash in between leaves the mark, and the act can be done again.  An answer that is still open
goes on without the file; in one that was certified it stays, for what was certified is not changed.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select

from evidence.digest import Digest
from evidence.storage import Storage
from inspection.database import Database
from inspection.people import Actor
from inspection.screening.deciding import held_item, tell
from inspection.screening.gates import NAMELESS
from inspection.screening.relying import refuse_relied_on
from inspection.screening.withdrawing import withdraw_if_open
from inspection.tables import EvidenceItem, Reading, Screening, SignatureCheck, Upload
from inspection.workflow.states import ScreeningState

_REMOVABLE: Final = frozenset({ScreeningState.QUARANTINED, ScreeningState.REMOVING})


def forget_quarantined(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    reason: str,
    at: datetime,
) -> tuple[str, ...]:
    """Remove a file held back, and every other of the same bytes.

    Returns:
        The hashes of all that was erased, so that copies made for showing can be forgotten.

    Raises:
        NotFoundError, NotAllowedError, InvalidError: See `held_item`.
        ConflictError: See there; or something rests on it, or on a file of the same bytes.
        StorageUnavailableError: The store does not let go of it.
    """
    with database.write() as session:
        item, _ = held_item(
            session, actor=actor, item_id=item_id, version=version, reason=reason, states=_REMOVABLE
        )
        sha256 = item.sha256
        twins = _twins(session, sha256)
        for one in twins:
            refuse_relied_on(session, one)
        for one in twins:
            _mark(session, one, actor=actor, reason=reason, at=at)
        session.flush()
        erased = (sha256, *_derived_of(session, twins))
    for digest in erased:
        storage.erase(Digest(digest))
    with database.write() as session:
        for one in _twins(session, sha256):
            _finish(session, one, actor=actor, reason=reason, at=at)
        _forget_announced(session, sha256)
    return erased


def _twins(session: Session, sha256: str) -> Sequence[EvidenceItem]:
    """The same bytes, sent twice, are the same secret."""
    return session.exec(
        select(EvidenceItem)
        .where(col(EvidenceItem.sha256) == sha256)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()


def _mark(session: Session, item: EvidenceItem, *, actor: Actor, reason: str, at: datetime) -> None:
    row = session.get(Screening, item.id)
    if row is None:
        row = Screening(item_id=item.id, state=ScreeningState.WAITING, screened_at=at)
    was_held_back = row.state in _REMOVABLE
    row.state = ScreeningState.REMOVING
    row.decided_by, row.decided_at, row.reason = actor.person_id, at, reason.strip()
    row.version += 1
    session.add(row)
    if not was_held_back:
        tell(session, "evidence.quarantine", item, row, actor=actor, at=at, reason=reason)


def _derived_of(session: Session, items: Sequence[EvidenceItem]) -> list[str]:
    """What reading them gave, and no other reading did: files without a fault share an object."""
    ids = [item.id for item in items]
    of_these = _digests(session, col(Reading.item_id).in_(ids))
    return sorted(of_these - _digests(session, col(Reading.item_id).not_in(ids)))


def _digests(session: Session, which: ColumnElement[bool]) -> set[str]:
    rows = session.exec(select(Reading.rows_sha256, Reading.problems_sha256).where(which))
    return {digest for row in rows for digest in row if digest}


def _forget_announced(session: Session, sha256: str) -> None:
    """Whoever has announced these bytes, on their way, refused or received: no name of them stays.

    Nobody announces them any more: `refuse_removed` has refused that since they were marked.
    """
    for upload in session.exec(select(Upload).where(col(Upload.sha256) == sha256)):
        facts = json.loads(upload.reason_facts)
        upload.reason_facts = json.dumps(
            {name: NAMELESS if told == upload.name else told for name, told in facts.items()},
            ensure_ascii=False,
        )
        upload.name = NAMELESS
        session.add(upload)


def _finish(
    session: Session, item: EvidenceItem, *, actor: Actor, reason: str, at: datetime
) -> None:
    row = session.get_one(Screening, item.id)
    if row.state is not ScreeningState.REMOVING:
        return  # another attempt was faster
    row.state = ScreeningState.REMOVED
    row.notices, row.antivirus_detail = [], ""
    row.version += 1
    item.name = NAMELESS
    session.add_all((row, item))
    if (reading := session.get(Reading, item.id)) is not None:
        session.delete(reading)
    session.exec(delete(SignatureCheck).where(col(SignatureCheck.item_id) == item.id))
    withdraw_if_open(session, item, at=at)
    tell(session, "evidence.remove", item, row, actor=actor, at=at, reason=reason)
