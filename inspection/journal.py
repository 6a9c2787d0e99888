"""The append-only record of who did what to what, when; and the jobs an act asks for."""

import json
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from inspection.people import Actor
from inspection.tables import JournalEntry, OutboxEntry


def record(
    session: Session,
    *,
    event: str,
    subject_id: UUID,
    actor: Actor,
    at: datetime,
    campaign_id: UUID | None = None,
    inspection_id: UUID | None = None,
    reason: str = "",
    facts: dict[str, object] | None = None,
) -> None:
    """Write one act into the journal of the same transaction.

    Args:
        event: `subject.act`, for example `deposit.accept`.
        facts: Identifiers, counts and digests; never contents or personal data.
    """
    session.add(
        JournalEntry(
            event=event,
            subject_id=subject_id,
            campaign_id=campaign_id,
            inspection_id=inspection_id,
            by=actor.person_id,
            reason=reason,
            facts=json.dumps(facts or {}, ensure_ascii=False, sort_keys=True, default=str),
            at=at,
        )
    )


def ask_for(session: Session, *, job: str, subject_id: UUID, at: datetime) -> None:
    """Ask for background work in the transaction of the act that needs it.

    The queue is told after the commit: a job can neither be lost nor run for an act that failed.
    """
    session.add(OutboxEntry(job=job, subject_id=subject_id, created_at=at))
