"""What did not come: a deadline that passed without a certified deposit is an entry of its own."""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from inspection import journal
from inspection.people import SYSTEM
from inspection.tables import Deposit, EvidenceRequest, Inspection, JournalEntry
from inspection.workflow.states import InspectionState

EVENT: Final = "deposit.miss"


def note_missed(session: Session, *, at: datetime) -> int:
    """Enter every deadline that has passed unanswered, once for each inspection and request.

    What counts is whether something certified was there in time, not what became of it later.

    Returns:
        How many were entered.
    """
    in_time = select(Deposit.id).where(
        col(Deposit.inspection_id) == col(Inspection.id),
        col(Deposit.request_id) == col(EvidenceRequest.id),
        col(Deposit.submitted_at) <= col(EvidenceRequest.due_at),
    )
    entered = select(JournalEntry.id).where(
        col(JournalEntry.event) == EVENT,
        col(JournalEntry.subject_id) == col(EvidenceRequest.id),
        col(JournalEntry.inspection_id) == col(Inspection.id),
    )
    missed = session.exec(
        select(Inspection, EvidenceRequest)
        .join(EvidenceRequest, col(EvidenceRequest.campaign_id) == col(Inspection.campaign_id))
        .where(
            col(Inspection.state) == InspectionState.UNDER_WAY,
            col(EvidenceRequest.due_at) < at,
            ~in_time.exists(),
            ~entered.exists(),
        )
        .order_by(col(EvidenceRequest.due_at), col(EvidenceRequest.number), col(Inspection.id))
    ).all()
    for inspection, request in missed:
        journal.record(
            session,
            event=EVENT,
            subject_id=request.id,
            actor=SYSTEM,
            at=at,
            campaign_id=inspection.campaign_id,
            inspection_id=inspection.id,
            facts={"due_at": request.due_at},
            entry={"due_at": request.due_at},
        )
    session.flush()
    return len(missed)
