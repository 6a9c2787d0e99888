"""The draft itself."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from inspection import journal, moves
from inspection.access import open_desk, require_party, require_role
from inspection.errors import ConflictError, InvalidError
from inspection.moves import FieldChecks, checked_text, optional_text
from inspection.people import Actor, CampaignSeat, Party, Role
from inspection.tables import (
    Campaign,
    TeamMember,
)
from inspection.workflow.states import CampaignKind, CampaignState

LONGEST_TITLE: Final = 300


LONGEST_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignValues:
    """What is entered about a campaign.

    Attributes:
        decision: Number, date and issuer of the decision (article 26 L84).
        legal_basis: One basis per line.
        period_from, period_to: The period under inspection (thời kỳ thanh tra).
        retention_class: How long its evidence is kept; empty for the default class.
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
    retention_class: str = ""


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
    clean = check_campaign(values)
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
        retention_class=clean.retention_class,
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
    note(session, campaign, actor, at, "create")
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
    campaign = reach_draft(session, actor, campaign_id)
    moves.edit(session, campaign, version=version, values=asdict(check_campaign(values)))
    note(session, campaign, actor, at, "edit")


def reach_draft(session: Session, actor: Actor, campaign_id: UUID) -> Campaign:
    """Reach a campaign that is still a draft, as its lead."""
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    require_party(desk, Party.LEAD)
    if desk.campaign.state is not CampaignState.DRAFT:
        raise ConflictError("campaign.not_a_draft", state=desk.campaign.state)
    return desk.campaign


def note(session: Session, campaign: Campaign, actor: Actor, at: datetime, verb: str) -> None:
    """Record a change of the draft."""
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


def check_campaign(values: CampaignValues) -> CampaignValues:
    """What is entered about a campaign, without outer white space.

    Raises:
        InvalidError: With everything that cannot be taken.
    """
    checks = FieldChecks()
    if values.kind is not CampaignKind.INSPECTION:
        checks.refuse("campaign.kind_not_yet", field="kind", kind=values.kind)
    if values.opens_on > values.closes_on:
        checks.refuse("campaign.dates", field="closes_on")
    if values.period_from > values.period_to:
        checks.refuse("campaign.period", field="period_to")

    def text(field: str, longest: int) -> str:
        entered = getattr(values, field)
        return checks.take(
            lambda: checked_text(entered, field=field, longest=longest), otherwise=""
        )

    clean = replace(
        values,
        title=text("title", LONGEST_TITLE),
        decision=text("decision", LONGEST_TITLE),
        legal_basis=text("legal_basis", LONGEST_TEXT),
        pack_code=checks.take(lambda: _checked_pack(values), otherwise=""),
        retention_class=values.retention_class.strip(),
    )
    checks.take(lambda: _checked_class(values), otherwise="")
    checks.end()
    return clean


def _checked_pack(values: CampaignValues) -> str:
    if not values.pack_code.strip():
        # Nobody types it: it is chosen.
        raise InvalidError("choice.empty", field="pack_code")
    return checked_text(values.pack_code, field="pack_code", longest=100)


def _checked_class(values: CampaignValues) -> str:
    return optional_text(values.retention_class, field="retention_class", longest=40)
