"""JSON: what a campaign consists of: matters, requests, team and organizations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import Controller, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlmodel import Session

from api.auth import ROLES
from api.endpoints.answers import Made
from inspection import campaigns
from inspection.campaigns import RequestValues
from inspection.people import Actor, CampaignSeat, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterBody:
    """A numbered content of the decision."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """What every organization must hand in."""

    title: str
    due_at: datetime
    instructions: str = ""
    table_name: str | None = None
    certifiers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatBody:
    """A seat in the campaign."""

    person_id: UUID
    seat: CampaignSeat


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationBody:
    """An organization to be inspected."""

    organization_id: UUID


class CampaignContentEndpoints(Controller):
    """The parts of a draft."""

    path = "/campaigns"
    tags = ("campaigns",)
    opt = {ROLES: frozenset({Role.INSPECTOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @post("/{campaign_id:uuid}/matters", sync_to_thread=True)
    def add_matter(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        data: JSONBody[MatterBody],
    ) -> Made:
        """Add a matter to the decision."""
        return Made(
            id=campaigns.add_matter(
                session, actor=actor, campaign_id=campaign_id, title=data.title, at=now
            )
        )

    @delete("/{campaign_id:uuid}/matters/{matter_id:uuid}", sync_to_thread=True)
    def remove_matter(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        matter_id: FromPath[UUID],
    ) -> None:
        """Take a matter out of a draft."""
        campaigns.remove_matter(
            session, actor=actor, campaign_id=campaign_id, matter_id=matter_id, at=now
        )

    @post("/{campaign_id:uuid}/requests", sync_to_thread=True)
    def add_request(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        data: JSONBody[RequestBody],
    ) -> Made:
        """Ask every organization for something."""
        values = RequestValues(
            title=data.title,
            instructions=data.instructions,
            due_at=data.due_at,
            table_name=data.table_name,
            certifiers=data.certifiers,
        )
        return Made(
            id=campaigns.add_request(
                session, actor=actor, campaign_id=campaign_id, values=values, at=now
            )
        )

    @delete("/{campaign_id:uuid}/requests/{request_id:uuid}", sync_to_thread=True)
    def remove_request(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        request_id: FromPath[UUID],
    ) -> None:
        """Take a request out of a draft."""
        campaigns.remove_request(
            session, actor=actor, campaign_id=campaign_id, request_id=request_id, at=now
        )

    @post("/{campaign_id:uuid}/team", sync_to_thread=True)
    def add_member(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        data: JSONBody[SeatBody],
    ) -> Made:
        """Seat somebody."""
        return Made(
            id=campaigns.add_team_member(
                session,
                actor=actor,
                campaign_id=campaign_id,
                person_id=data.person_id,
                seat=data.seat,
                at=now,
            )
        )

    @delete("/{campaign_id:uuid}/team/{member_id:uuid}", sync_to_thread=True)
    def remove_member(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        member_id: FromPath[UUID],
    ) -> None:
        """Take a seat away."""
        campaigns.remove_team_member(
            session, actor=actor, campaign_id=campaign_id, member_id=member_id, at=now
        )

    @post("/{campaign_id:uuid}/inspections", sync_to_thread=True)
    def add_organization(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        data: JSONBody[OrganizationBody],
    ) -> Made:
        """Put an organization under the campaign: one inspection each."""
        return Made(
            id=campaigns.add_organization(
                session,
                actor=actor,
                campaign_id=campaign_id,
                organization_id=data.organization_id,
                at=now,
            )
        )

    @delete("/{campaign_id:uuid}/inspections/{inspection_id:uuid}", sync_to_thread=True)
    def remove_organization(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        inspection_id: FromPath[UUID],
    ) -> None:
        """Take an organization out of a draft."""
        campaigns.remove_organization(
            session, actor=actor, campaign_id=campaign_id, inspection_id=inspection_id, at=now
        )
