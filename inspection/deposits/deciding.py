"""Certifying, accepting, returning."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.receipt import HASHED
from inspection import moves, receipts
from inspection.access import (
    open_deposit,
    require_under_way,
)
from inspection.deposits.obstacles import refuse_obstacles
from inspection.deposits.versions import supersede_others
from inspection.errors import ConflictError, InvalidError
from inspection.moves import optional_text
from inspection.people import Actor, Role
from inspection.screening.withdrawing import list_removed, withdraw_removed
from inspection.tables import Deposit, EvidenceItem, EvidenceRequest, Person, Upload
from inspection.workflow.states import Act, DepositState, UploadState

LONGEST_NOTE: Final = 20_000


def certify_deposit(
    session: Session,
    *,
    actor: Actor,
    deposit_id: UUID,
    version: int,
    note: str,
    effective_from: date | None = None,
    effective_to: date | None = None,
    at: datetime,
) -> None:
    """Certify as the first of two; it takes no more files, and another one hands it in.

    Args:
        note: What the organization says with it.
        effective_from: First day the files speak of, as the organization declares; both or none.
        effective_to: Last day.

    Raises:
        InvalidError: There is no file in it, or the declared period is none.
        ConflictError: The request asks for one certifier only.
    """
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    files = _require_files(session, deposit, at=at)
    require_under_way(session, case)
    if _certifiers(session, deposit) == 1:
        raise ConflictError("deposit.one_certifier")
    moves.advance(
        session,
        deposit,
        act=Act.CERTIFY,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        values={
            **check_stated(note, effective_from, effective_to),
            "certified_by": actor.person_id,
            "certified_at": at,
            "reason": "",
        },
        facts={"files": files},
    )


def reopen_deposit(
    session: Session, *, actor: Actor, deposit_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Open again what the first of two has certified: something in it is wrong.

    What was removed as a secret in the meantime is taken out of it.
    """
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    require_under_way(session, case)
    moves.advance(
        session,
        deposit,
        act=Act.REOPEN,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        reason=reason,
        values={"certified_by": None, "certified_at": None, "reason": reason.strip()},
    )
    withdraw_removed(session, deposit_id=deposit_id, at=at)


def submit_deposit(
    session: Session,
    *,
    actor: Actor,
    deposit_id: UUID,
    version: int,
    note: str,
    effective_from: date | None = None,
    effective_to: date | None = None,
    at: datetime,
) -> None:
    """Certify a deposit and hand it in; from then on it takes no more files.

    Where the request asks for two, the first has certified before, and its statement stands.

    Raises:
        InvalidError: There is no file in it, or the declared period is none.
        ConflictError: Another person has to certify first, or this one already has; or a file that
            the first has certified was removed since.
    """
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    files = _require_files(session, deposit, at=at)
    require_under_way(session, case)
    values: dict[str, object] = {"submitted_by": actor.person_id, "submitted_at": at}
    certified_by: tuple[Actor, ...] = (actor,)
    if deposit.state is DepositState.CERTIFIED:
        if deposit.certified_by == actor.person_id:
            raise ConflictError("deposit.second_certifier")
        if list_removed(session, deposit_id=deposit_id):
            raise ConflictError("deposit.removed_since")
        certified_by = (_first_certifier(session, deposit), actor)
    elif deposit.state is DepositState.OPEN and _certifiers(session, deposit) > 1:
        raise ConflictError("deposit.two_certifiers")
    else:
        values |= {**check_stated(note, effective_from, effective_to), "reason": ""}
    stated = receipts.make_statement(
        session, case=case, deposit=deposit, certified_by=certified_by, at=at
    )
    # First the older one, so that at no moment two of one request are handed in.
    supersede_others(session, case, deposit, state=DepositState.SUBMITTED, at=at)
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
        facts={"files": files, "number": deposit.number},
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


def check_stated(note: str, first: date | None, last: date | None) -> dict[str, object]:
    """What the organization says with a deposit, as it is kept.

    Raises:
        InvalidError: With everything that cannot be taken.
    """
    checks = moves.FieldChecks()
    said = checks.take(
        lambda: optional_text(note, field="note", longest=LONGEST_NOTE), otherwise=""
    )
    if (first is None) != (last is None) or (first and last and first > last):
        checks.refuse("deposit.period", field="effective_to")
    checks.end()
    return {"note": said, "effective_from": first, "effective_to": last}


def _certifiers(session: Session, deposit: Deposit) -> int:
    return session.get_one(EvidenceRequest, deposit.request_id).certifiers


def _first_certifier(session: Session, deposit: Deposit) -> Actor:
    person = session.exec(select(Person).where(col(Person.id) == deposit.certified_by)).one()
    return Actor(
        person_id=person.id,
        role=Role(person.role),
        organization_id=person.organization_id,
        full_name=person.full_name,
    )


def _require_files(session: Session, deposit: Deposit, *, at: datetime) -> int:
    if deposit.state is DepositState.OPEN:
        # Removed as a secret by a release that left it in the answer.
        withdraw_removed(session, deposit_id=deposit.id, at=at)
    files = session.exec(
        select(func.count())
        .select_from(EvidenceItem)
        .where(col(EvidenceItem.deposit_id) == deposit.id)
    ).one()
    if files == 0:
        raise InvalidError("deposit.no_file", field="files")
    on_their_way = session.exec(
        select(func.count())
        .select_from(Upload)
        .where(
            col(Upload.inspection_id) == deposit.inspection_id,
            col(Upload.request_id) == deposit.request_id,
            col(Upload.state).in_([UploadState.CHECKING, UploadState.CHECKED]),
        )
    ).one()
    if on_their_way:
        # All of it has been acknowledged to its sender: it must not miss the answer it is for.
        raise ConflictError("deposit.file_being_checked")
    return files


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
        refuse_obstacles(session, deposit_id=deposit_id, request=request)
        supersede_others(session, case, deposit, state=DepositState.ACCEPTED, at=at)
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
