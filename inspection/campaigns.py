"""What a lead does with a campaign while it is a draft, and what ends it."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection import journal, moves
from inspection.access import Desk, open_desk, require_party, require_role
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.moves import checked_text
from inspection.people import Actor, CampaignSeat, OrganizationKind, Party, Role
from inspection.tables import (
    Campaign,
    EvidenceRequest,
    Inspection,
    Matter,
    Organization,
    Person,
    TeamMember,
)
from inspection.workflow.states import Act, CampaignKind, CampaignState, InspectionState

LONGEST_TITLE: Final = 300
LONGEST_MATTER: Final = 500
LONGEST_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignValues:
    """What is entered about a campaign.

    Attributes:
        decision: Number, date and issuer of the decision (article 26 L84).
        legal_basis: One basis per line.
        period_from, period_to: The period under inspection (thời kỳ thanh tra).
    """

    kind: CampaignKind
    title: str
    decision: str
    legal_basis: str
    period_from: date
    period_to: date
    opens_on: date
    closes_on: date
    pack_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestValues:
    """What is entered about an evidence request."""

    title: str
    instructions: str
    due_at: datetime
    table_name: str | None


def create_campaign(
    session: Session,
    *,
    actor: Actor,
    values: CampaignValues,
    is_demonstration: bool = False,
    at: datetime,
) -> UUID:
    """Begin a campaign as a draft; who begins it leads it until the team says otherwise.

    Raises:
        InvalidError: A field cannot be taken, or the kind has no procedure here yet.
    """
    require_role(actor, Role.INSPECTOR)
    if actor.person_id is None or actor.organization_id is None:
        raise InvalidError("campaign.no_body", field="body")
    clean = _checked(values)
    campaign = Campaign(
        kind=clean.kind,
        title=clean.title,
        decision=clean.decision,
        legal_basis=clean.legal_basis,
        period_from=clean.period_from,
        period_to=clean.period_to,
        opens_on=clean.opens_on,
        closes_on=clean.closes_on,
        pack_code=clean.pack_code,
        body_id=actor.organization_id,
        is_demonstration=is_demonstration,
        created_by=actor.person_id,
        created_at=at,
    )
    session.add(campaign)
    session.flush()
    session.add(
        TeamMember(campaign_id=campaign.id, person_id=actor.person_id, seat=CampaignSeat.LEAD)
    )
    _note(session, campaign, actor, at, "create")
    return campaign.id


def edit_campaign(
    session: Session,
    *,
    actor: Actor,
    campaign_id: UUID,
    version: int,
    values: CampaignValues,
    at: datetime,
) -> None:
    """Change a draft."""
    campaign = _draft(session, actor, campaign_id)
    moves.edit(session, campaign, version=version, values=asdict(_checked(values)))
    _note(session, campaign, actor, at, "edit")


def add_matter(
    session: Session, *, actor: Actor, campaign_id: UUID, title: str, at: datetime
) -> UUID:
    """Add a numbered content of the decision."""
    campaign = _draft(session, actor, campaign_id)
    matter = Matter(
        campaign_id=campaign.id,
        number=_next_number(session, Matter, campaign.id),
        title=checked_text(title, field="title", longest=LONGEST_MATTER),
    )
    session.add(matter)
    _note(session, campaign, actor, at, "add_matter")
    return matter.id


def remove_matter(
    session: Session, *, actor: Actor, campaign_id: UUID, matter_id: UUID, at: datetime
) -> None:
    """Take a content out of a draft; the following numbers move up."""
    campaign = _draft(session, actor, campaign_id)
    matter = session.get(Matter, matter_id)
    if matter is None or matter.campaign_id != campaign.id:
        raise NotFoundError
    session.delete(matter)
    session.flush()
    _renumber(session, Matter, campaign.id)
    _note(session, campaign, actor, at, "remove_matter")


def add_request(
    session: Session, *, actor: Actor, campaign_id: UUID, values: RequestValues, at: datetime
) -> UUID:
    """Add what every organization must hand in."""
    campaign = _draft(session, actor, campaign_id)
    request = EvidenceRequest(
        campaign_id=campaign.id,
        number=_next_number(session, EvidenceRequest, campaign.id),
        title=checked_text(values.title, field="title", longest=LONGEST_TITLE),
        instructions=values.instructions.strip()[:LONGEST_TEXT],
        due_at=values.due_at,
        table_name=values.table_name or None,
    )
    session.add(request)
    _note(session, campaign, actor, at, "add_request")
    return request.id


def remove_request(
    session: Session, *, actor: Actor, campaign_id: UUID, request_id: UUID, at: datetime
) -> None:
    """Take a request out of a draft; the following numbers move up."""
    campaign = _draft(session, actor, campaign_id)
    request = session.get(EvidenceRequest, request_id)
    if request is None or request.campaign_id != campaign.id:
        raise NotFoundError
    session.delete(request)
    session.flush()
    _renumber(session, EvidenceRequest, campaign.id)
    _note(session, campaign, actor, at, "remove_request")


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
    campaign = _draft(session, actor, campaign_id)
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
    _note(session, campaign, actor, at, "add_team_member")
    return member.id


def remove_team_member(
    session: Session, *, actor: Actor, campaign_id: UUID, member_id: UUID, at: datetime
) -> None:
    """Take a seat away; the last lead stays."""
    campaign = _draft(session, actor, campaign_id)
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
    _note(session, campaign, actor, at, "remove_team_member")


def add_organization(
    session: Session, *, actor: Actor, campaign_id: UUID, organization_id: UUID, at: datetime
) -> UUID:
    """Put an organization under the campaign: one inspection of its own."""
    campaign = _draft(session, actor, campaign_id)
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
    _note(session, campaign, actor, at, "add_organization")
    return inspection.id


def remove_organization(
    session: Session, *, actor: Actor, campaign_id: UUID, inspection_id: UUID, at: datetime
) -> None:
    """Take an organization out of a draft."""
    campaign = _draft(session, actor, campaign_id)
    inspection = session.get(Inspection, inspection_id)
    if inspection is None or inspection.campaign_id != campaign.id:
        raise NotFoundError
    session.delete(inspection)
    _note(session, campaign, actor, at, "remove_organization")


def cancel_campaign(
    session: Session, *, actor: Actor, campaign_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Stop a campaign and every inspection of it that is not concluded; nothing is deleted."""
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    _advance(session, desk, act=Act.CANCEL, actor=actor, version=version, at=at, reason=reason)
    open_states = {InspectionState.PREPARED, InspectionState.UNDER_WAY}
    for inspection in list_rows(session, campaign_id):
        if inspection.state in open_states:
            moves.advance(
                session,
                inspection,
                act=Act.CANCEL,
                actor=actor,
                parties=desk.parties,
                at=at,
                where=desk,
                reason=reason,
            )


def close_campaign(
    session: Session, *, actor: Actor, campaign_id: UUID, version: int, at: datetime
) -> None:
    """End a campaign whose inspections have all ended.

    Raises:
        ConflictError: `facts["open"]` inspections are still under way.
    """
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    ended = {InspectionState.PUBLISHED, InspectionState.CANCELLED}
    still_open = [i for i in list_rows(session, campaign_id) if i.state not in ended]
    if still_open:
        raise ConflictError("campaign.inspections_open", open=len(still_open))
    _advance(session, desk, act=Act.CLOSE, actor=actor, version=version, at=at, reason="")


def list_rows(session: Session, campaign_id: UUID) -> list[Inspection]:
    """The inspections of a campaign, as rows, in a fixed order."""
    return list(
        session.exec(
            select(Inspection)
            .where(col(Inspection.campaign_id) == campaign_id)
            .order_by(col(Inspection.id))
        )
    )


def _advance(
    session: Session,
    desk: Desk,
    *,
    act: Act,
    actor: Actor,
    version: int,
    at: datetime,
    reason: str,
) -> None:
    moves.advance(
        session,
        desk.campaign,
        act=act,
        actor=actor,
        parties=desk.parties,
        at=at,
        where=desk,
        version=version,
        reason=reason,
    )


def _draft(session: Session, actor: Actor, campaign_id: UUID) -> Campaign:
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    require_party(desk, Party.LEAD)
    if desk.campaign.state is not CampaignState.DRAFT:
        raise ConflictError("campaign.not_a_draft", state=desk.campaign.state)
    return desk.campaign


def _checked(values: CampaignValues) -> CampaignValues:
    if values.kind is not CampaignKind.INSPECTION:
        raise InvalidError("campaign.kind_not_yet", field="kind", kind=values.kind)
    if values.opens_on > values.closes_on:
        raise InvalidError("campaign.dates", field="closes_on")
    if values.period_from > values.period_to:
        raise InvalidError("campaign.period", field="period_to")
    return replace(
        values,
        title=checked_text(values.title, field="title", longest=LONGEST_TITLE),
        decision=checked_text(values.decision, field="decision", longest=LONGEST_TITLE),
        legal_basis=checked_text(values.legal_basis, field="legal_basis", longest=LONGEST_TEXT),
        pack_code=checked_text(values.pack_code, field="pack_code", longest=100),
    )


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


def _note(session: Session, campaign: Campaign, actor: Actor, at: datetime, verb: str) -> None:
    session.flush()
    journal.record(
        session,
        event=f"campaign.{verb}",
        subject_id=campaign.id,
        actor=actor,
        at=at,
        campaign_id=campaign.id,
    )
    session.flush()
