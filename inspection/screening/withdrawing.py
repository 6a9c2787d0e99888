"""Taking a file out of an answer that is not certified yet: what it was, the journal keeps."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection import journal
from inspection.people import SYSTEM, Actor
from inspection.screening.running import where_of
from inspection.tables import Deposit, EvidenceItem, Screening
from inspection.workflow.states import DepositState, ScreeningState


def withdraw(session: Session, item: EvidenceItem, *, actor: Actor, at: datetime) -> None:
    """Have a file belong to its deposit no more; the caller has seen that this is still open."""
    campaign_id, inspection_id, _ = where_of(session, item)
    item.removed_from, item.deposit_id = item.deposit_id, None
    item.removed_at, item.removed_by = at, actor.person_id
    session.add(item)
    journal.record(
        session,
        event="evidence.withdraw",
        subject_id=item.id,
        actor=actor,
        at=at,
        campaign_id=campaign_id,
        inspection_id=inspection_id,
        facts={"sha256": item.sha256, "size_bytes": item.size_bytes},
    )
    session.flush()


def withdraw_if_open(session: Session, item: EvidenceItem, *, at: datetime) -> None:
    """Take a secret that is removed out of its answer, unless somebody has certified that."""
    deposit = session.get(Deposit, item.deposit_id) if item.deposit_id else None
    if deposit is not None and deposit.state is DepositState.OPEN:
        withdraw(session, item, actor=SYSTEM, at=at)


def withdraw_removed(session: Session, *, deposit_id: UUID, at: datetime) -> None:
    """Take out of an open answer what was removed as a secret when the answer was certified."""
    for item in list_removed(session, deposit_id=deposit_id):
        withdraw(session, item, actor=SYSTEM, at=at)


def list_removed(session: Session, *, deposit_id: UUID) -> Sequence[EvidenceItem]:
    """The files of an answer that were removed as secrets, and are not taken out of it."""
    return session.exec(
        select(EvidenceItem)
        .join(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(
            col(EvidenceItem.deposit_id) == deposit_id,
            col(Screening.state) == ScreeningState.REMOVED,
        )
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
