"""What happened: the journal of a case for its team, the whole of it for administrators."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from inspection.access import open_team_case, require_role
from inspection.people import Actor, Role
from inspection.screening import RESEND
from inspection.tables import JournalEntry, Organization, Person

LARGEST_OFFSET: Final = 10**9
LARGEST_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One act; `by` is empty where the platform itself acted.

    Attributes:
        about: The account or body it was done to, by user name or code: names change, these do
            not.  Empty where it was done to something else, or by an account to itself.
    """

    id: int
    event: str
    subject_id: UUID
    about: str
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
    return tuple(_line(entry, name or "", about="") for entry, name in rows)


def list_journal(
    session: Session, *, actor: Actor, limit: int, offset: int
) -> tuple[JournalLine, ...]:
    """Acts on accounts and bodies, the newest first; an administrator reads no case content."""
    require_role(actor, Role.ADMINISTRATOR)
    account = aliased(Person)
    is_another = col(JournalEntry.by).is_distinct_from(col(JournalEntry.subject_id))
    about = func.coalesce(col(account.username), col(Organization.code), "")
    rows = session.exec(
        select(JournalEntry, Person.full_name, about)
        .outerjoin(Person, col(Person.id) == col(JournalEntry.by))
        .outerjoin(account, (col(account.id) == col(JournalEntry.subject_id)) & is_another)
        .outerjoin(Organization, col(Organization.id) == col(JournalEntry.subject_id))
        # That a secret was sent again is for the security officer alone.
        .where(col(JournalEntry.campaign_id).is_(None), col(JournalEntry.event) != RESEND)
        .order_by(col(JournalEntry.id).desc())
        .offset(min(max(offset, 0), LARGEST_OFFSET))
        .limit(min(max(limit, 1), LARGEST_PAGE))
    ).all()
    return tuple(_line(entry, name or "", about=about) for entry, name, about in rows)


def _line(entry: JournalEntry, name: str, *, about: str) -> JournalLine:
    return JournalLine(
        id=entry.id or 0,
        event=entry.event,
        subject_id=entry.subject_id,
        about=about,
        by=name,
        at=entry.at,
        reason=entry.reason,
        facts=json.loads(entry.facts),
    )
