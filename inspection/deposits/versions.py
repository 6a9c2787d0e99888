"""Versions of an answer: a newer one says why, exactly one counts, older ones stay readable."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from evidence.custody import Fact
from inspection import journal, moves
from inspection.access import Case, open_deposit, require_party, require_under_way
from inspection.deposits.doors import find_latest
from inspection.errors import ConflictError, NotFoundError
from inspection.moves import checked_text
from inspection.people import SYSTEM, Actor, Party
from inspection.screening import SCREEN_JOB
from inspection.screening.gates import SHUT, refuse_shut, state_of
from inspection.screening.withdrawing import withdraw
from inspection.tables import Deposit, EvidenceItem, Screening
from inspection.workflow.states import Act, DepositState

_REPLACEABLE = frozenset({DepositState.SUBMITTED, DepositState.ACCEPTED, DepositState.RETURNED})


def add_version(
    session: Session, *, inspection_id: UUID, request_id: UUID, at: datetime, why: str = ""
) -> Deposit:
    """Open the next version of an answer; the caller has seen that none is open."""
    before = find_latest(session, inspection_id=inspection_id, request_id=request_id)
    deposit = Deposit(
        inspection_id=inspection_id,
        request_id=request_id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        why=why,
        created_at=at,
    )
    session.add(deposit)
    session.flush()
    return deposit


def begin_version(
    session: Session, *, actor: Actor, deposit_id: UUID, version: int, why: str, at: datetime
) -> UUID:
    """Begin a version that replaces one handed in, with its files; what is wrong is then changed.

    The one before counts until the new one is handed in or, where it was accepted, until the new
    one is accepted.

    Raises:
        NotFoundError: No such deposit of this organization.
        ConflictError: It is not handed in, or not the newest, or was changed meanwhile.
        InvalidError: No reason.
    """
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    require_under_way(session, case)
    latest = find_latest(
        session, inspection_id=deposit.inspection_id, request_id=deposit.request_id
    )
    if deposit.state not in _REPLACEABLE or latest is None or latest.id != deposit.id:
        raise ConflictError("deposit.not_replaceable", state=deposit.state)
    if deposit.version != version:
        raise ConflictError("changed_meanwhile", version=version, current=deposit.version)
    why = checked_text(why, field="why", longest=moves.LONGEST_REASON)
    new = add_version(
        session,
        inspection_id=deposit.inspection_id,
        request_id=deposit.request_id,
        at=at,
        why=why,
    )
    files = _take_over(session, case, deposit, new, actor=actor, at=at)
    journal.record(
        session,
        event="deposit.replace",
        subject_id=new.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=case.inspection_id,
        reason=why,
        facts={"replaces": deposit.id, "number": new.number, "files": files},
    )
    session.flush()
    return new.id


def supersede_others(
    session: Session, case: Case, deposit: Deposit, *, state: DepositState, at: datetime
) -> None:
    """End an older version that is in the state this one has just reached, or is about to reach."""
    older = session.exec(
        select(Deposit).where(
            col(Deposit.inspection_id) == deposit.inspection_id,
            col(Deposit.request_id) == deposit.request_id,
            col(Deposit.id) != deposit.id,
            col(Deposit.state) == state,
        )
    ).all()
    for one in older:
        moves.advance(
            session,
            one,
            act=Act.SUPERSEDE,
            actor=SYSTEM,
            parties=frozenset({Party.SYSTEM}),
            at=at,
            where=case,
            facts={"by": deposit.id},
        )


def remove_file(
    session: Session, *, actor: Actor, deposit_id: UUID, item_id: UUID, at: datetime
) -> None:
    """Take a wrong file out of an answer that is still open.

    Raises:
        NotFoundError: No such file of this organization.
        ConflictError: The answer was certified already, or the file is held back: what becomes of
            a secret is not its sender's to decide.
    """
    item = session.get(EvidenceItem, item_id)
    if item is None or deposit_id not in {item.deposit_id, item.removed_from}:
        raise NotFoundError
    case, deposit = open_deposit(session, actor=actor, deposit_id=deposit_id)
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    require_under_way(session, case)
    if deposit.state is not DepositState.OPEN:
        raise ConflictError("deposit.not_open", state=deposit.state)
    refuse_shut(state_of(session.get(Screening, item_id)), name="")
    if item.deposit_id is None:
        raise NotFoundError  # taken out before
    withdraw(session, item, actor=actor, at=at)


def _take_over(
    session: Session, case: Case, old: Deposit, new: Deposit, *, actor: Actor, at: datetime
) -> int:
    rows = session.exec(
        select(EvidenceItem, Screening)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.deposit_id) == old.id)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
    # What is held back stays where it is: no second copy of a secret is made.
    items = [item for item, screening in rows if state_of(screening) not in SHUT]
    for item in items:
        copy = EvidenceItem(
            # Made of both, so that taking over is once-only; the bytes are the same object.
            incoming_id=uuid5(new.id, str(item.id)),
            deposit_id=new.id,
            name=item.name,
            media_type=item.media_type,
            size_bytes=item.size_bytes,
            sha256=item.sha256,
            received_by=item.received_by,
            received_at=item.received_at,
        )
        session.add(copy)
        session.flush()
        came: dict[str, Fact] = {
            "sha256": copy.sha256,
            "size_bytes": copy.size_bytes,
            "copied_from": item.id,
        }
        journal.record(
            session,
            event="evidence.carry",
            subject_id=copy.id,
            actor=actor,
            at=at,
            campaign_id=case.campaign_id,
            inspection_id=case.inspection_id,
            facts=dict(came),
            entry={**came, "deposit_id": new.id},
        )
        journal.ask_for(session, job=SCREEN_JOB, subject_id=copy.id, at=at)
    return len(items)
