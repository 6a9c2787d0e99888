"""Team and inspected organizations of a draft."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.campaigns.drafts import note, reach_draft
from inspection.errors import InvalidError, NotFoundError
from inspection.people import Actor, CampaignSeat, OrganizationKind, Role
from inspection.tables import (
    Inspection,
    Organization,
    Person,
    TeamMember,
)


def add_team_member(
    session: Session,
    *,
    actor: Actor,
    campaign_id: UUID,
    person_id: UUID,
    seat: CampaignSeat,
    at: datetime,
) -> UUID:
    """Give an inspector a seat.

    The issuer sits outside the team: who orders and signs neither leads nor drafts (domain §8.1).

    Raises:
        InvalidError: Not an active inspector, seated already, or both team and issuer.
    """
    campaign = reach_draft(session, actor, campaign_id)
    person = session.get(Person, person_id)
    if person is None or person.role is not Role.INSPECTOR or not person.is_active:
        raise InvalidError("team.not_an_inspector", field="person_id")
    held = set(
        session.exec(
            select(TeamMember.seat).where(
                col(TeamMember.campaign_id) == campaign.id,
                col(TeamMember.person_id) == person_id,
            )
        )
    )
    if seat in held:
        raise InvalidError("team.seated_already", field="seat")
    if (held | {seat}) > {CampaignSeat.ISSUER}:
        raise InvalidError("team.issuer_outside", field="seat")
    member = TeamMember(campaign_id=campaign.id, person_id=person_id, seat=seat)
    session.add(member)
    note(session, campaign, actor, at, "add_team_member")
    return member.id


def remove_team_member(
    session: Session, *, actor: Actor, campaign_id: UUID, member_id: UUID, at: datetime
) -> None:
    """Take a seat away; the last lead stays."""
    campaign = reach_draft(session, actor, campaign_id)
    member = session.get(TeamMember, member_id)
    if member is None or member.campaign_id != campaign.id:
        raise NotFoundError
    leads = session.exec(
        select(func.count())
        .select_from(TeamMember)
        .where(
            col(TeamMember.campaign_id) == campaign.id, col(TeamMember.seat) == CampaignSeat.LEAD
        )
    ).one()
    if member.seat == CampaignSeat.LEAD and leads == 1:
        raise InvalidError("team.last_lead", field="seat")
    session.delete(member)
    note(session, campaign, actor, at, "remove_team_member")


def add_organization(
    session: Session, *, actor: Actor, campaign_id: UUID, organization_id: UUID, at: datetime
) -> UUID:
    """Put an organization under the campaign: one inspection of its own."""
    campaign = reach_draft(session, actor, campaign_id)
    organization = session.get(Organization, organization_id)
    if (
        organization is None
        or organization.kind is not OrganizationKind.INSPECTED
        or not organization.is_active
    ):
        raise InvalidError("campaign.not_inspected_kind", field="organization_id")
    known = session.exec(
        select(Inspection.id).where(
            col(Inspection.campaign_id) == campaign.id,
            col(Inspection.organization_id) == organization_id,
        )
    ).first()
    if known:
        raise InvalidError("campaign.organization_already", field="organization_id")
    inspection = Inspection(campaign_id=campaign.id, organization_id=organization_id)
    session.add(inspection)
    note(session, campaign, actor, at, "add_organization")
    return inspection.id


def remove_organization(
    session: Session, *, actor: Actor, campaign_id: UUID, inspection_id: UUID, at: datetime
) -> None:
    """Take an organization out of a draft."""
    campaign = reach_draft(session, actor, campaign_id)
    inspection = session.get(Inspection, inspection_id)
    if inspection is None or inspection.campaign_id != campaign.id:
        raise NotFoundError
    session.delete(inspection)
    note(session, campaign, actor, at, "remove_organization")
