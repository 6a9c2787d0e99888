"""Destructions that are done, as oversight bodies find their certificates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.access import require_role
from inspection.people import Actor, Role
from inspection.tables import (
    Campaign,
    Conclusion,
    DestroyedItem,
    Destruction,
    Inspection,
    Organization,
)
from inspection.workflow.states import ConclusionState, DestructionState

LARGEST_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedLine:
    """One destruction with a certificate."""

    id: UUID
    inspection_id: UUID
    campaign: str
    organization: str
    files: int
    finished_at: datetime


def list_finished(
    session: Session,
    *,
    actor: Actor,
    inspection_id: UUID | None = None,
    limit: int = LARGEST_PAGE,
    offset: int = 0,
) -> tuple[FinishedLine, ...]:
    """What was destroyed of inspections whose conclusion is public, the newest first.

    Args:
        inspection_id: Of this one alone.

    Raises:
        NotAllowedError: The actor is of no oversight body.
    """
    require_role(actor, Role.OVERSIGHT)
    files = (
        select(col(DestroyedItem.destruction_id).label("id"), func.count().label("files"))
        .group_by(col(DestroyedItem.destruction_id))
        .subquery()
    )
    query = (
        select(Destruction, Campaign.title, Organization.name, files.c.files)
        .join(Inspection, col(Inspection.id) == col(Destruction.inspection_id))
        .join(Conclusion, col(Conclusion.inspection_id) == col(Inspection.id))
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .join(files, files.c.id == col(Destruction.id))
        .where(
            col(Destruction.state) == DestructionState.DONE,
            col(Conclusion.state) == ConclusionState.PUBLISHED,
        )
        .order_by(col(Destruction.finished_at).desc(), col(Destruction.id))
        .offset(max(offset, 0))
        .limit(min(max(limit, 1), LARGEST_PAGE))
    )
    if inspection_id is not None:
        query = query.where(col(Inspection.id) == inspection_id)
    return tuple(
        FinishedLine(
            id=row.id,
            inspection_id=row.inspection_id,
            campaign=campaign,
            organization=organization,
            files=count,
            finished_at=row.finished_at,
        )
        for row, campaign, organization, count in session.exec(query)
        if row.finished_at is not None
    )
