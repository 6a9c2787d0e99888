"""What an inspection relies on, or may have to: held back it may be, removed it may not."""

from uuid import UUID

from sqlmodel import Session, col, select

from inspection.errors import ConflictError
from inspection.tables import Answer, Deposit, EvaluationInput, EvidenceItem, LegalHold
from inspection.workflow.states import ACTIVE_HOLDS, DepositState


def refuse_relied_on(session: Session, item: EvidenceItem) -> None:
    """Refuse to remove a file that something rests on, or that is to be kept.

    Raises:
        ConflictError: A run read it, it was evidence at any time, it went with an answer handed
            in, or it lies under a legal hold.
    """
    read = select(EvaluationInput.id).where(col(EvaluationInput.item_id) == item.id)
    if session.exec(read).first() is not None:
        raise ConflictError("screening.evaluated")
    if item.answer_id and session.get_one(Answer, item.answer_id).submitted_at is not None:
        raise ConflictError("screening.answered")
    if item.deposit_id is None:
        return  # withdrawn, or of an answer still being written
    deposit = session.get_one(Deposit, item.deposit_id)
    if _was_accepted(deposit):
        raise ConflictError("screening.accepted_already")
    if deposit.state is not DepositState.OPEN and _is_held(session, deposit.inspection_id):
        raise ConflictError("screening.under_hold")


def _was_accepted(deposit: Deposit) -> bool:
    # A returned one is never superseded: what was decided on and is superseded was accepted.
    is_replaced = deposit.state is DepositState.SUPERSEDED and deposit.decided_at is not None
    return is_replaced or deposit.state is DepositState.ACCEPTED


def _is_held(session: Session, inspection_id: UUID) -> bool:
    hold = select(LegalHold.id).where(
        col(LegalHold.inspection_id) == inspection_id, col(LegalHold.state).in_(ACTIVE_HOLDS)
    )
    return session.exec(hold).first() is not None
