"""Receiving: the bytes first, then the record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.intake import Item, clean_name, receive
from evidence.limits import Limits
from evidence.storage import Storage
from inspection import journal
from inspection.access import (
    Case,
)
from inspection.database import Database
from inspection.deposits.doors import answer_door, deposit_door
from inspection.deposits.limiting import refuse_too_many
from inspection.deposits.versions import add_version
from inspection.errors import ConflictError, NotFoundError
from inspection.people import Actor
from inspection.screening import (
    SCREEN_JOB,
    leaving_no_secret,
    refuse_removed,
    telling_of_secrets,
)
from inspection.tables import Answer, EvidenceItem, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """What the depositor is told at once: the bytes are here, whole, under this digest."""

    item_id: UUID
    deposit_id: UUID | None
    answer_id: UUID | None
    name: str
    size_bytes: int
    sha256: str
    media_type: str
    received_at: datetime


def receive_file(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    inspection_id: UUID,
    request_id: UUID,
    name: str,
    chunks: Iterable[bytes],
    limits: Limits,
    incoming_id: UUID,
    clock: Callable[[], datetime],
) -> ReceivedFile:
    """Take one file of an answer to a request.

    Receiving does not depend on reading: bytes that arrive whole are kept, whatever they hold.
    The same `incoming_id` sent again gives the same answer and no second file.

    Raises:
        NotFoundError: No such request, or none of this actor's.
        ConflictError: The inspection is not under way, or the answer was handed in already; or
            these bytes were removed as a secret before.
        InvalidError: More files, or more bytes together, than one answer may hold.
        EvidenceError: Nothing arrived, too much did, or the store refuses.
    """
    with database.read() as session:
        if known := find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        case, _, _ = deposit_door(
            session, actor=actor, inspection_id=inspection_id, request_id=request_id
        )
        refuse_too_many(session, case, request_id=request_id, coming_bytes=0, limits=limits)
    item = receive(storage, chunks=chunks, limit_bytes=limits.file_bytes)
    with (
        telling_of_secrets(database, actor=actor, sha256=item.digest.hex, clock=clock),
        leaving_no_secret(storage, item.digest),
        database.write() as session,
    ):
        # Before anything else can refuse them: then bytes of a secret would stay in the store.
        refuse_removed(session, sha256=item.digest.hex)
        if known := find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        refuse_too_many(
            session, case, request_id=request_id, coming_bytes=item.size_bytes, limits=limits
        )
        storage.size_bytes(item.digest)  # the same bytes may have been destroyed just now
        return record_file(
            session,
            actor=actor,
            inspection_id=inspection_id,
            request_id=request_id,
            item=item,
            name=name,
            incoming_id=incoming_id,
            at=clock(),
        )


def record_file(
    session: Session,
    *,
    actor: Actor,
    inspection_id: UUID,
    request_id: UUID,
    item: Item,
    name: str,
    incoming_id: UUID,
    at: datetime,
) -> ReceivedFile:
    """Record a file that lies in the store as part of the open answer to a request.

    Raises:
        NotFoundError, ConflictError: See `receive_file`.
    """
    case, _, deposit = deposit_door(
        session, actor=actor, inspection_id=inspection_id, request_id=request_id
    )
    if deposit is None:
        deposit = add_version(session, inspection_id=inspection_id, request_id=request_id, at=at)
    row = _record(
        session,
        case,
        actor=actor,
        item=item,
        name=name,
        incoming_id=incoming_id,
        at=at,
        deposit_id=deposit.id,
    )
    return _told(row)


def receive_answer_file(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    finding_id: UUID,
    name: str,
    chunks: Iterable[bytes],
    limits: Limits,
    incoming_id: UUID,
    clock: Callable[[], datetime],
) -> ReceivedFile:
    """Take one file that goes with the answer to a finding; see `receive_file`."""
    with database.read() as session:
        if known := find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        case, _ = answer_door(session, actor=actor, finding_id=finding_id)
        refuse_too_many(session, case, finding_id=finding_id, coming_bytes=0, limits=limits)
    item = receive(storage, chunks=chunks, limit_bytes=limits.file_bytes)
    with (
        telling_of_secrets(database, actor=actor, sha256=item.digest.hex, clock=clock),
        leaving_no_secret(storage, item.digest),
        database.write() as session,
    ):
        refuse_removed(session, sha256=item.digest.hex)  # as above
        if known := find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        refuse_too_many(
            session, case, finding_id=finding_id, coming_bytes=item.size_bytes, limits=limits
        )
        storage.size_bytes(item.digest)  # as above
        return record_answer_file(
            session,
            actor=actor,
            finding_id=finding_id,
            item=item,
            name=name,
            incoming_id=incoming_id,
            at=clock(),
        )


def record_answer_file(
    session: Session,
    *,
    actor: Actor,
    finding_id: UUID,
    item: Item,
    name: str,
    incoming_id: UUID,
    at: datetime,
) -> ReceivedFile:
    """Record a file that lies in the store as part of the answer being written to a finding."""
    case, finding = answer_door(session, actor=actor, finding_id=finding_id)
    answer = open_answer(session, finding=finding, actor=actor, at=at)
    row = _record(
        session,
        case,
        actor=actor,
        item=item,
        name=name,
        incoming_id=incoming_id,
        at=at,
        answer_id=answer.id,
    )
    return _told(row)


def open_answer(session: Session, *, finding: Finding, actor: Actor, at: datetime) -> Answer:
    """The answer the organization is writing, begun where there is none."""
    answer = session.exec(
        select(Answer).where(
            col(Answer.finding_id) == finding.id, col(Answer.submitted_at).is_(None)
        )
    ).first()
    if answer is None:
        if actor.person_id is None:
            raise NotFoundError
        answer = Answer(finding_id=finding.id, created_by=actor.person_id, created_at=at)
        session.add(answer)
        session.flush()
    return answer


def find_received(session: Session, *, actor: Actor, incoming_id: UUID) -> ReceivedFile | None:
    """What became of a name of passage, where it is evidence already.

    Raises:
        ConflictError: It is somebody else's.
    """
    row = session.exec(
        select(EvidenceItem).where(col(EvidenceItem.incoming_id) == incoming_id)
    ).first()
    if row is None:
        return None
    if row.received_by != actor.person_id:
        raise ConflictError("upload.name_taken")
    return _told(row)


def _record(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    item: Item,
    name: str,
    incoming_id: UUID,
    at: datetime,
    deposit_id: UUID | None = None,
    answer_id: UUID | None = None,
) -> EvidenceItem:
    if actor.person_id is None:
        raise NotFoundError
    row = EvidenceItem(
        incoming_id=incoming_id,
        deposit_id=deposit_id,
        answer_id=answer_id,
        name=clean_name(name),
        media_type=item.media_type,
        size_bytes=item.size_bytes,
        sha256=item.digest.hex,
        received_by=actor.person_id,
        received_at=at,
    )
    session.add(row)
    session.flush()
    journal.record(
        session,
        event="evidence.receive",
        subject_id=row.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=case.inspection_id,
        facts={"sha256": row.sha256, "size_bytes": row.size_bytes},
        entry={
            "sha256": row.sha256,
            "size_bytes": row.size_bytes,
            "deposit_id": deposit_id,
            "answer_id": answer_id,
        },
    )
    # What is read as a table, and whether, is decided when the file has been looked at.
    journal.ask_for(session, job=SCREEN_JOB, subject_id=row.id, at=at)
    session.flush()
    return row


def _told(row: EvidenceItem) -> ReceivedFile:
    return ReceivedFile(
        item_id=row.id,
        deposit_id=row.deposit_id,
        answer_id=row.answer_id,
        name=row.name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        media_type=row.media_type,
        received_at=row.received_at,
    )
