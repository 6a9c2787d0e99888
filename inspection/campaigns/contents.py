"""Matters and evidence requests of a draft."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.campaigns.drafts import LONGEST_TEXT, LONGEST_TITLE, note, reach_draft
from inspection.errors import InvalidError, NotFoundError
from inspection.moves import FieldChecks, checked_moment, checked_text, optional_text
from inspection.people import Actor
from inspection.tables import (
    EvidenceRequest,
    Matter,
)

LONGEST_MATTER: Final = 500
MOST_CERTIFIERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestValues:
    """What is entered about an evidence request."""

    title: str
    instructions: str
    due_at: datetime
    table_name: str | None
    certifiers: int = 1


def add_matter(
    session: Session, *, actor: Actor, campaign_id: UUID, title: str, at: datetime
) -> UUID:
    """Add a numbered content of the decision."""
    campaign = reach_draft(session, actor, campaign_id)
    matter = Matter(
        campaign_id=campaign.id,
        number=_next_number(session, Matter, campaign.id),
        title=checked_text(title, field="title", longest=LONGEST_MATTER),
    )
    session.add(matter)
    note(session, campaign, actor, at, "add_matter")
    return matter.id


def remove_matter(
    session: Session, *, actor: Actor, campaign_id: UUID, matter_id: UUID, at: datetime
) -> None:
    """Take a content out of a draft; the following numbers move up."""
    campaign = reach_draft(session, actor, campaign_id)
    matter = session.get(Matter, matter_id)
    if matter is None or matter.campaign_id != campaign.id:
        raise NotFoundError
    session.delete(matter)
    session.flush()
    _renumber(session, Matter, campaign.id)
    note(session, campaign, actor, at, "remove_matter")


def add_request(
    session: Session, *, actor: Actor, campaign_id: UUID, values: RequestValues, at: datetime
) -> UUID:
    """Add what every organization must hand in."""
    campaign = reach_draft(session, actor, campaign_id)
    clean = check_request(values, at=at)
    request = EvidenceRequest(
        campaign_id=campaign.id,
        number=_next_number(session, EvidenceRequest, campaign.id),
        title=clean.title,
        instructions=clean.instructions,
        due_at=clean.due_at,
        table_name=clean.table_name or None,
        certifiers=clean.certifiers,
    )
    session.add(request)
    note(session, campaign, actor, at, "add_request")
    return request.id


def check_request(values: RequestValues, *, at: datetime) -> RequestValues:
    """What is entered about a request, without outer white space.

    Raises:
        InvalidError: With everything that cannot be taken.
    """
    checks = FieldChecks()
    clean = replace(
        values,
        title=checks.take(
            lambda: checked_text(values.title, field="title", longest=LONGEST_TITLE), otherwise=""
        ),
        instructions=checks.take(
            lambda: optional_text(values.instructions, field="instructions", longest=LONGEST_TEXT),
            otherwise="",
        ),
        due_at=checks.take(lambda: _checked_due(values.due_at, at), otherwise=at),
    )
    if values.certifiers not in {1, MOST_CERTIFIERS}:
        checks.refuse("request.certifiers", field="certifiers")
    checks.end()
    return clean


def _checked_due(due_at: datetime, at: datetime) -> datetime:
    if checked_moment(due_at, field="due_at") <= at:
        raise InvalidError("request.due_in_the_past", field="due_at")
    return due_at


def remove_request(
    session: Session, *, actor: Actor, campaign_id: UUID, request_id: UUID, at: datetime
) -> None:
    """Take a request out of a draft; the following numbers move up."""
    campaign = reach_draft(session, actor, campaign_id)
    request = session.get(EvidenceRequest, request_id)
    if request is None or request.campaign_id != campaign.id:
        raise NotFoundError
    session.delete(request)
    session.flush()
    _renumber(session, EvidenceRequest, campaign.id)
    note(session, campaign, actor, at, "remove_request")


def _next_number(session: Session, table: type[Matter | EvidenceRequest], campaign_id: UUID) -> int:
    largest = session.exec(
        select(func.max(col(table.number))).where(col(table.campaign_id) == campaign_id)
    ).one()
    return (largest or 0) + 1


def _renumber(session: Session, table: type[Matter | EvidenceRequest], campaign_id: UUID) -> None:
    rows = session.exec(
        select(table).where(col(table.campaign_id) == campaign_id).order_by(col(table.number))
    ).all()
    for number, row in enumerate(rows, start=1):
        row.number = number
        session.flush()  # one by one and ascending: no two rows share a number on the way
