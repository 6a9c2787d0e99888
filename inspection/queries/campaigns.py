"""Campaigns, as their team sees them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.access import open_desk
from inspection.offers import ActOffer, offer_acts
from inspection.people import Actor, CampaignSeat, Party
from inspection.tables import (
    Campaign,
    EvidenceRequest,
    Inspection,
    Matter,
    Organization,
    Person,
    TeamMember,
)
from inspection.workflow.states import CampaignKind, CampaignState, InspectionState, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """A campaign as a list shows it."""

    id: UUID
    kind: CampaignKind
    title: str
    state: CampaignState
    opens_on: date
    closes_on: date
    inspections: int
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLine:
    """A numbered content of the decision."""

    id: UUID
    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """Who sits where."""

    id: UUID
    person_id: UUID
    full_name: str
    position: str
    seat: CampaignSeat


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """What every organization must hand in."""

    id: UUID
    number: int
    title: str
    instructions: str
    due_at: datetime
    table_name: str | None
    certifiers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionLine:
    """One organization under the campaign."""

    id: UUID
    organization_id: UUID
    organization: str
    state: InspectionState


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPage:
    """A campaign with all it holds."""

    id: UUID
    kind: CampaignKind
    title: str
    decision: str
    legal_basis: str
    period_from: date
    period_to: date
    opens_on: date
    closes_on: date
    pack_code: str
    retention_class: str
    pack_version: str | None
    pack_digest: str | None
    state: CampaignState
    is_demonstration: bool
    version: int
    matters: tuple[MatterLine, ...]
    team: tuple[SeatLine, ...]
    requests: tuple[RequestLine, ...]
    inspections: tuple[InspectionLine, ...]
    parties: tuple[Party, ...]
    acts: tuple[ActOffer, ...]


def list_campaigns(session: Session, *, actor: Actor) -> tuple[CampaignLine, ...]:
    """Campaigns in which the actor has a seat; the first to end first."""
    seated = select(TeamMember.campaign_id).where(col(TeamMember.person_id) == actor.person_id)
    rows = session.exec(
        select(Campaign, func.count(col(Inspection.id)))
        .outerjoin(Inspection, col(Inspection.campaign_id) == col(Campaign.id))
        .where(col(Campaign.id).in_(seated))
        .group_by(col(Campaign.id))
        .order_by(col(Campaign.closes_on), col(Campaign.title), col(Campaign.id))
    ).all()
    return tuple(
        CampaignLine(
            id=row.id,
            kind=row.kind,
            title=row.title,
            state=row.state,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            inspections=count,
            is_demonstration=row.is_demonstration,
        )
        for row, count in rows
    )


def get_campaign(session: Session, *, actor: Actor, campaign_id: UUID) -> CampaignPage:
    """One campaign."""
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    row = desk.campaign
    return CampaignPage(
        id=row.id,
        kind=row.kind,
        title=row.title,
        decision=row.decision,
        legal_basis=row.legal_basis,
        period_from=row.period_from,
        period_to=row.period_to,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        pack_code=row.pack_code,
        retention_class=row.retention_class,
        pack_version=row.pack_version,
        pack_digest=row.pack_digest,
        state=row.state,
        is_demonstration=row.is_demonstration,
        version=row.version,
        matters=list_matters(session, campaign_id=campaign_id),
        team=list_team(session, campaign_id=campaign_id),
        requests=list_requests(session, campaign_id=campaign_id),
        inspections=_list_inspections(session, campaign_id),
        parties=tuple(sorted(desk.parties)),
        acts=offer_acts(Subject.CAMPAIGN, row.state, parties=desk.parties),
    )


def list_matters(session: Session, *, campaign_id: UUID) -> tuple[MatterLine, ...]:
    """The contents of a decision; for who has reached the campaign already."""
    rows = session.exec(
        select(Matter).where(col(Matter.campaign_id) == campaign_id).order_by(col(Matter.number))
    )
    return tuple(MatterLine(id=row.id, number=row.number, title=row.title) for row in rows)


def list_requests(session: Session, *, campaign_id: UUID) -> tuple[RequestLine, ...]:
    """The requests of a campaign; for who has reached it already."""
    rows = session.exec(
        select(EvidenceRequest)
        .where(col(EvidenceRequest.campaign_id) == campaign_id)
        .order_by(col(EvidenceRequest.number))
    )
    return tuple(
        RequestLine(
            id=row.id,
            number=row.number,
            title=row.title,
            instructions=row.instructions,
            due_at=row.due_at,
            table_name=row.table_name,
            certifiers=row.certifiers,
        )
        for row in rows
    )


def list_team(session: Session, *, campaign_id: UUID) -> tuple[SeatLine, ...]:
    """Who sits in a campaign; for who has reached it already."""
    rows = session.exec(
        select(TeamMember, Person)
        .join(Person, col(Person.id) == col(TeamMember.person_id))
        .where(col(TeamMember.campaign_id) == campaign_id)
        .order_by(col(TeamMember.seat), col(Person.full_name))
    ).all()
    return tuple(
        SeatLine(
            id=member.id,
            person_id=person.id,
            full_name=person.full_name,
            position=person.position,
            seat=member.seat,
        )
        for member, person in rows
    )


def _list_inspections(session: Session, campaign_id: UUID) -> tuple[InspectionLine, ...]:
    rows = session.exec(
        select(Inspection, Organization.name)
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .where(col(Inspection.campaign_id) == campaign_id)
        .order_by(col(Organization.name))
    ).all()
    return tuple(
        InspectionLine(
            id=row.id, organization_id=row.organization_id, organization=name, state=row.state
        )
        for row, name in rows
    )
