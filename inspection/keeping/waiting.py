"""Destructions that wait for a second person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import require_role
from inspection.people import Actor, Role
from inspection.tables import Campaign, Destruction, Inspection, Organization, Person, TeamMember
from inspection.workflow.states import DestructionState


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """One proposal nobody has decided on.

    Attributes:
        is_own: The reader proposed it: another decides.
    """

    inspection_id: UUID
    campaign: str
    organization: str
    cause: str
    proposed_by: str
    proposed_at: datetime
    is_own: bool


def list_waiting(session: Session, *, actor: Actor) -> tuple[WaitingLine, ...]:
    """Proposals in inspections of one's own, the oldest first."""
    require_role(actor, Role.INSPECTOR)
    seats = select(TeamMember.campaign_id).where(col(TeamMember.person_id) == actor.person_id)
    rows = session.exec(
        select(Destruction, Campaign.title, Organization.name, Person.full_name)
        .join(Inspection, col(Inspection.id) == col(Destruction.inspection_id))
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .join(Person, col(Person.id) == col(Destruction.proposed_by))
        .where(col(Destruction.state) == DestructionState.PROPOSED, col(Campaign.id).in_(seats))
        .order_by(col(Destruction.proposed_at), col(Destruction.id))
    )
    return tuple(
        WaitingLine(
            inspection_id=row.inspection_id,
            campaign=campaign,
            organization=organization,
            cause=row.cause,
            proposed_by=name,
            proposed_at=row.proposed_at,
            is_own=row.proposed_by == actor.person_id,
        )
        for row, campaign, organization, name in rows
    )
