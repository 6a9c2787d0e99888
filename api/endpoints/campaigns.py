"""JSON: campaigns, from draft to close."""

# ruff: noqa: PLR0917 - Litestar gives every parameter by its name

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from sqlmodel import Session

from api.auth import ROLES
from api.endpoints.answers import Made, Reasoned, Versioned
from api.packs import shipped_files
from evidence.storage import Storage
from inspection import campaigns, opening
from inspection.campaigns import CampaignValues
from inspection.database import Database
from inspection.keeping import RetentionClasses
from inspection.people import Actor, Role
from inspection.queries import campaigns as queries
from inspection.queries.campaigns import CampaignLine, CampaignPage
from inspection.queries.evaluations import OrganizationTallies, list_campaign_tallies
from inspection.workflow.states import CampaignKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignBody:
    """What a decision says."""

    title: str
    decision: str
    legal_basis: str
    period_from: date
    period_to: date
    opens_on: date
    closes_on: date
    pack_code: str
    kind: CampaignKind = CampaignKind.INSPECTION
    retention_class: str = ""

    def values(self, classes: RetentionClasses) -> CampaignValues:
        """The same as the domain takes it."""
        return CampaignValues(
            kind=self.kind,
            title=self.title,
            decision=self.decision,
            legal_basis=self.legal_basis,
            period_from=self.period_from,
            period_to=self.period_to,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            pack_code=self.pack_code,
            retention_class=classes.checked(self.retention_class),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEdit:
    """A changed draft; `version` is the one that was read."""

    version: int
    campaign: CampaignBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An act of opening; the pack named in the draft is copied into the store."""

    version: int
    pack_code: str


class CampaignEndpoints(Controller):
    """Inspections opened together under one decision."""

    path = "/campaigns"
    tags = ("campaigns",)
    opt = {ROLES: frozenset({Role.INSPECTOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> tuple[CampaignLine, ...]:
        """The campaigns the actor may see."""
        return queries.list_campaigns(session, actor=actor)

    @post(sync_to_thread=True)
    def create(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
        data: JSONBody[CampaignBody],
    ) -> Made:
        """Begin a draft; who begins it leads it."""
        return Made(
            id=campaigns.create_campaign(session, actor=actor, values=data.values(classes), at=now)
        )

    @get("/{campaign_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        campaign_id: FromPath[UUID],
    ) -> CampaignPage:
        """One campaign with everything it holds."""
        return queries.get_campaign(session, actor=actor, campaign_id=campaign_id)

    @put("/{campaign_id:uuid}", sync_to_thread=True, status_code=204)
    def edit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
        data: JSONBody[CampaignEdit],
    ) -> None:
        """Change a draft."""
        campaigns.edit_campaign(
            session,
            actor=actor,
            campaign_id=campaign_id,
            version=data.version,
            values=data.campaign.values(classes),
            at=now,
        )

    @get("/{campaign_id:uuid}/tallies", sync_to_thread=True)
    def tallies(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        campaign_id: FromPath[UUID],
    ) -> tuple[OrganizationTallies, ...]:
        """Rules by organizations: how the units ended in the latest run of each inspection."""
        campaign = queries.get_campaign(session, actor=actor, campaign_id=campaign_id)
        return list_campaign_tallies(session, campaign_id=campaign.id)

    @post("/{campaign_id:uuid}/open", sync_to_thread=True, status_code=204)
    def open(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        data: JSONBody[Opening],
    ) -> None:
        """Open the campaign and its inspections."""
        opening.open_campaign(
            database,
            storage,
            actor=actor,
            campaign_id=campaign_id,
            version=data.version,
            pack_files=shipped_files(data.pack_code),
            at=now,
        )

    @post("/{campaign_id:uuid}/close", sync_to_thread=True, status_code=204)
    def close(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Close a campaign whose inspections have all ended."""
        campaigns.close_campaign(
            session, actor=actor, campaign_id=campaign_id, version=data.version, at=now
        )

    @post("/{campaign_id:uuid}/cancel", sync_to_thread=True, status_code=204)
    def cancel(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        campaign_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Stop a campaign, with a reason."""
        campaigns.cancel_campaign(
            session,
            actor=actor,
            campaign_id=campaign_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )
