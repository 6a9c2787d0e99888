"""Certifying, accepting, returning."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.receipt import HASHED
from inspection import moves, receipts
from inspection.access import (
    open_deposit,
    require_under_way,
)
from inspection.errors import ConflictError, InvalidError
from inspection.moves import optional_text
from inspection.people import Actor
from inspection.screening import refuse_held_back
from inspection.tables import Deposit, EvidenceItem, EvidenceRequest, Reading
from inspection.workflow.states import (
    Act,
)

LONGEST_NOTE: Final = 20_000


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
    require_under_way(session, case)
    values = {
        "note": optional_text(note, field="note", longest=LONGEST_NOTE),
        "submitted_by": actor.person_id,
        "submitted_at": at,
    }
    stated = receipts.make_statement(
        session, case=case, deposit=deposit, certified_by=(actor,), at=at
    )
    leaf_id = moves.advance(
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
        entry={
            "request_id": deposit.request_id,
            "files": files,
            HASHED: stated.sha256,
        },
    )
    receipts.keep_statement(session, deposit_id=deposit.id, stated=stated, leaf_id=leaf_id, at=at)


def accept_deposit(
    session: Session, *, actor: Actor, deposit_id: UUID, version: int, at: datetime
) -> None:
    """Take a deposit as evidence of the inspection.

    Raises:
        ConflictError: A file is still being looked at, or is held back; or a file of a table could
            not be read: what rules cannot see must not count as evidence for them, so it is
            returned.
    """
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


def _refuse_unread(session: Session, deposit_id: UUID) -> None:
    rows = session.exec(
        select(EvidenceItem.name, Reading.item_id, Reading.error_code)
        .join(Deposit, col(Deposit.id) == col(EvidenceItem.deposit_id))
        .join(EvidenceRequest, col(EvidenceRequest.id) == col(Deposit.request_id))
        .outerjoin(Reading, col(Reading.item_id) == col(EvidenceItem.id))
        .where(
            col(EvidenceItem.deposit_id) == deposit_id,
            col(EvidenceRequest.table_name).is_not(None),
        )
    ).all()
    for name, read, error_code in rows:
        if read is None:
            raise ConflictError("deposit.not_read_yet", file=name)
        if error_code is not None:
            raise ConflictError("deposit.unreadable_file", file=name)


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
    require_under_way(session, case)
    moves.target_of(moves.SUBJECTS[Deposit], deposit.state, act, parties=case.parties)
    if act is Act.ACCEPT:
        request = session.get_one(EvidenceRequest, deposit.request_id)
        refuse_held_back(session, deposit_id=deposit_id, for_table=request.table_name is not None)
        _refuse_unread(session, deposit_id)
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
