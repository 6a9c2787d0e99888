"""The append-only record of who did what to what, when; and the jobs an act asks for.

Every entry enters the custody log in the same transaction: acts on evidence under their own names,
everything else as the hash of its journal entry.  Nobody writes one without the other.
The entry counts in the series of its inspection, or of its campaign where that is of no single one:
what is left out of a case file leaves a hole.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from evidence import custody
from evidence.custody import CustodyAct, Fact
from evidence.custody.entry import canonical, written_moment
from evidence.digest import Digest
from inspection.people import Actor
from inspection.tables import JournalEntry, OutboxEntry

# Events that are acts on evidence, and what their subject is called in the custody log.
ACTS: Final[Mapping[str, tuple[CustodyAct, str]]] = {
    "evidence.receive": (CustodyAct.EVIDENCE_RECEIVE, "item_id"),
    "evidence.carry": (CustodyAct.EVIDENCE_CARRY, "item_id"),
    "deposit.certify": (CustodyAct.DEPOSIT_COSIGN, "deposit_id"),
    "deposit.reopen": (CustodyAct.DEPOSIT_REOPEN, "deposit_id"),
    "deposit.submit": (CustodyAct.DEPOSIT_CERTIFY, "deposit_id"),
    "deposit.accept": (CustodyAct.DEPOSIT_ACCEPT, "deposit_id"),
    "deposit.return": (CustodyAct.DEPOSIT_RETURN, "deposit_id"),
    "deposit.supersede": (CustodyAct.DEPOSIT_SUPERSEDE, "deposit_id"),
    "evidence.withdraw": (CustodyAct.EVIDENCE_WITHDRAW, "item_id"),
    "evidence.quarantine": (CustodyAct.EVIDENCE_QUARANTINE, "item_id"),
    "evidence.remove": (CustodyAct.EVIDENCE_DESTROY, "item_id"),
    "evidence.destroy": (CustodyAct.EVIDENCE_DESTROY, "item_id"),
    "destruction.confirm": (CustodyAct.DESTRUCTION_CONFIRM, "destruction_id"),
    # All of it at once: who took a case file has taken every piece of evidence in it.
    "case.export": (CustodyAct.EVIDENCE_DOWNLOAD, "inspection_id"),
    "hold.place": (CustodyAct.EVIDENCE_HOLD, "hold_id"),
    "hold.lift": (CustodyAct.EVIDENCE_RELEASE, "hold_id"),
    "deposit.miss": (CustodyAct.DEPOSIT_MISSED, "request_id"),
}


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
    entry: Mapping[str, Fact] | None = None,
) -> UUID:
    """Write one act into the journal and the custody log of the same transaction.

    Args:
        event: `subject.act`, for example `deposit.accept`.
        facts: Identifiers, counts and digests; never contents or personal data.
        entry: What the custody log says beside the case and the hash of this journal entry.  It can
            never be taken out again: the subject of an act that is none on evidence, who may be a
            person, is not named there.

    Returns:
        The id of the entry in the custody log.
    """
    row = JournalEntry(
        event=event,
        subject_id=subject_id,
        campaign_id=campaign_id,
        inspection_id=inspection_id,
        by=actor.person_id,
        reason=reason,
        facts=json.dumps(facts or {}, ensure_ascii=False, sort_keys=True, default=str),
        at=at,
    )
    act, subject = ACTS.get(event, (CustodyAct.JOURNAL_ENTRY, None))
    said = {"campaign_id": campaign_id, "inspection_id": inspection_id, **(entry or {})}
    if subject is not None:
        said[subject] = subject_id
    leaf_id = row.leaf_id = custody.record(
        session,
        act=act,
        actor_id=actor.person_id,
        at=at,
        facts={
            **{name: value for name, value in said.items() if value is not None},
            "journal_sha256": digest_of(row),
        },
        series_id=inspection_id or campaign_id,
    )
    session.add(row)
    return leaf_id


def digest_of(row: JournalEntry) -> str:
    """The SHA-256 over what a journal entry says, as the custody log keeps it."""
    return Digest.of(
        canonical(
            {
                "event": row.event,
                "subject_id": str(row.subject_id),
                "campaign_id": str(row.campaign_id) if row.campaign_id else None,
                "inspection_id": str(row.inspection_id) if row.inspection_id else None,
                "by": str(row.by) if row.by else None,
                "reason": row.reason,
                "facts": row.facts,
                "at": written_moment(row.at),
            }
        )
    ).hex


def ask_for(session: Session, *, job: str, subject_id: UUID, at: datetime) -> None:
    """Ask for background work in the transaction of the act that needs it.

    The queue is told after the commit: a job can neither be lost nor run for an act that failed.
    """
    session.add(OutboxEntry(job=job, subject_id=subject_id, created_at=at))
