"""What an organization hands in: received first, recorded then; certified, accepted or returned."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.intake import Item, clean_name, receive
from evidence.storage import Storage
from inspection import journal, moves
from inspection.access import (
    Case,
    open_case,
    open_deposit,
    open_finding,
    require_party,
)
from inspection.database import Database
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.people import Actor, Party
from inspection.tables import Answer, Deposit, EvidenceItem, EvidenceRequest, Finding
from inspection.workflow.states import (
    Act,
    DepositState,
    FindingState,
    InspectionState,
    Subject,
)
from inspection.workflow.transitions import find_transition

READ_JOB: Final = "item.read"
LONGEST_NOTE: Final = 20_000


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
    limit_bytes: int,
    incoming_id: UUID,
    clock: Callable[[], datetime],
) -> ReceivedFile:
    """Take one file of an answer to a request.

    Receiving does not depend on reading: bytes that arrive whole are kept, whatever they hold.
    The same `incoming_id` sent again gives the same answer and no second file.

    Raises:
        NotFoundError: No such request, or none of this actor's.
        ConflictError: The inspection is not under way, or the answer was handed in already.
        EvidenceError: Nothing arrived, too much did, or the store refuses.
    """
    with database.read() as session:
        if known := _find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        _deposit_door(session, actor=actor, inspection_id=inspection_id, request_id=request_id)
    item = receive(storage, chunks=chunks, limit_bytes=limit_bytes, incoming=incoming_id)
    at = clock()
    with database.write() as session:
        if known := _find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        case, request, deposit = _deposit_door(
            session, actor=actor, inspection_id=inspection_id, request_id=request_id
        )
        if deposit is None:
            deposit = Deposit(inspection_id=inspection_id, request_id=request_id, created_at=at)
            session.add(deposit)
            session.flush()
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
        if request.table_name is not None:
            journal.ask_for(session, job=READ_JOB, subject_id=row.id, at=at)
        return _told(row)


def receive_answer_file(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    finding_id: UUID,
    name: str,
    chunks: Iterable[bytes],
    limit_bytes: int,
    incoming_id: UUID,
    clock: Callable[[], datetime],
) -> ReceivedFile:
    """Take one file that goes with the answer to a finding; see `receive_file`."""
    with database.read() as session:
        if known := _find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        _answer_door(session, actor=actor, finding_id=finding_id)
    item = receive(storage, chunks=chunks, limit_bytes=limit_bytes, incoming=incoming_id)
    at = clock()
    with database.write() as session:
        if known := _find_received(session, actor=actor, incoming_id=incoming_id):
            return known
        case, finding = _answer_door(session, actor=actor, finding_id=finding_id)
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


def submit_deposit(
    session: Session, *, actor: Actor, deposit_id: UUID, version: int, note: str, at: datetime
) -> None:
    """Certify a deposit and hand it in; from then on it takes no more files.

    Raises:
        InvalidError: There is no file in it.
    """
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    files = session.exec(
        select(func.count())
        .select_from(EvidenceItem)
        .where(col(EvidenceItem.deposit_id) == deposit.id)
    ).one()
    if files == 0:
        raise InvalidError("deposit.no_file", field="files")
    _require_under_way(case)
    values = {
        "note": note.strip()[:LONGEST_NOTE],
        "submitted_by": actor.person_id,
        "submitted_at": at,
    }
    moves.advance(
        session,
        deposit,
        act=Act.SUBMIT,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        values=values,
        facts={"files": files},
    )


def accept_deposit(
    session: Session, *, actor: Actor, deposit_id: UUID, version: int, at: datetime
) -> None:
    """Take a deposit as evidence of the inspection."""
    _decide(
        session,
        act=Act.ACCEPT,
        actor=actor,
        deposit_id=deposit_id,
        version=version,
        at=at,
        reason="",
    )


def return_deposit(
    session: Session, *, actor: Actor, deposit_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Give a deposit back with a reason; its files stay, the organization hands in another."""
    _decide(
        session,
        act=Act.RETURN,
        actor=actor,
        deposit_id=deposit_id,
        version=version,
        at=at,
        reason=reason,
    )


def _decide(
    session: Session,
    *,
    act: Act,
    actor: Actor,
    deposit_id: UUID,
    version: int,
    at: datetime,
    reason: str,
) -> None:
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    _require_under_way(case)
    values = {"decided_by": actor.person_id, "decided_at": at, "reason": reason.strip()}
    moves.advance(
        session,
        deposit,
        act=act,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        reason=reason,
        values=values,
    )


def _deposit_door(
    session: Session, *, actor: Actor, inspection_id: UUID, request_id: UUID
) -> tuple[Case, EvidenceRequest, Deposit | None]:
    case = open_case(session, actor=actor, inspection_id=inspection_id)
    request = session.get(EvidenceRequest, request_id)
    if request is None or request.campaign_id != case.campaign.id:
        raise NotFoundError
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    _require_under_way(case)
    latest = session.exec(
        select(Deposit)
        .where(
            col(Deposit.inspection_id) == inspection_id,
            col(Deposit.request_id) == request_id,
            col(Deposit.state) != DepositState.RETURNED,
        )
        .order_by(col(Deposit.created_at).desc())
    ).first()
    if latest is not None and latest.state is not DepositState.OPEN:
        raise ConflictError("deposit.handed_in", state=latest.state)
    return case, request, latest


def _answer_door(session: Session, *, actor: Actor, finding_id: UUID) -> tuple[Case, Finding]:
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    if find_transition(Subject.FINDING, FindingState(finding.state), Act.ANSWER) is None:
        raise ConflictError("act.not_now", subject="finding", state=finding.state, act=Act.ANSWER)
    return case, finding


def _require_under_way(case: Case) -> None:
    if case.inspection.state is not InspectionState.UNDER_WAY:
        raise ConflictError("inspection.not_under_way", state=case.inspection.state)


def _find_received(session: Session, *, actor: Actor, incoming_id: UUID) -> ReceivedFile | None:
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
    )
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
