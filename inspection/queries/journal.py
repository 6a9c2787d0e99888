"""What happened: the journal of a case for its team, the whole of it for administrators."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, or_, select

from inspection.access import open_team_case, require_role
from inspection.people import Actor, Role
from inspection.screening import RESEND
from inspection.tables import JournalEntry, Person

LARGEST_OFFSET: Final = 10**9
LARGEST_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One act; `by` is empty where the platform itself acted."""

    id: int
    event: str
    subject_id: UUID
    by: str
    at: datetime
    reason: str
    facts: Mapping[str, object]


def list_case_journal(
    session: Session, *, actor: Actor, inspection_id: UUID, limit: int, offset: int
) -> tuple[JournalLine, ...]:
    """Acts on one inspection and on its campaign as a whole, the newest first."""
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    of_case = or_(
        col(JournalEntry.inspection_id) == inspection_id,
        (col(JournalEntry.campaign_id) == case.campaign.id)
        & col(JournalEntry.inspection_id).is_(None),
    )
    rows = session.exec(
        select(JournalEntry, Person.full_name)
        .outerjoin(Person, col(Person.id) == col(JournalEntry.by))
        .where(of_case)
        .order_by(col(JournalEntry.id).desc())
        .offset(min(max(offset, 0), LARGEST_OFFSET))
        .limit(min(max(limit, 1), LARGEST_PAGE))
    ).all()
    return tuple(_line(entry, name or "") for entry, name in rows)


def list_journal(
    session: Session, *, actor: Actor, limit: int, offset: int
) -> tuple[JournalLine, ...]:
    """Acts on accounts and bodies, the newest first; an administrator reads no case content."""
    require_role(actor, Role.ADMINISTRATOR)
    rows = session.exec(
        select(JournalEntry, Person.full_name)
        .outerjoin(Person, col(Person.id) == col(JournalEntry.by))
        # That a secret was sent again is for the security officer alone.
        .where(col(JournalEntry.campaign_id).is_(None), col(JournalEntry.event) != RESEND)
        .order_by(col(JournalEntry.id).desc())
        .offset(min(max(offset, 0), LARGEST_OFFSET))
        .limit(min(max(limit, 1), LARGEST_PAGE))
    ).all()
    return tuple(_line(entry, name or "") for entry, name in rows)


def _line(entry: JournalEntry, name: str) -> JournalLine:
    return JournalLine(
        id=entry.id or 0,
        event=entry.event,
        subject_id=entry.subject_id,
        by=name,
        at=entry.at,
        reason=entry.reason,
        facts=json.loads(entry.facts),
    )
