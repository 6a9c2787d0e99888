"""Campaigns and what they hold: matters, team, requests, inspections."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from inspection.people import CampaignSeat
from inspection.tables.columns import JSON_DOCUMENT, stored
from inspection.workflow.states import CampaignKind, CampaignState, InspectionState


class Campaign(SQLModel, table=True):
    """Inspections opened together under one decision."""

    __table_args__ = (
        CheckConstraint("opens_on <= closes_on", name="dates"),
        CheckConstraint("period_from <= period_to", name="period"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: CampaignKind = Field(sa_type=stored(CampaignKind))
    title: str = Field(max_length=300)
    decision: str = Field(default="", max_length=300)
    legal_basis: str
    period_from: date
    period_to: date
    opens_on: date
    closes_on: date
    body_id: UUID = Field(foreign_key="organization.id", index=True)
    pack_code: str = Field(max_length=100)
    pack_version: str | None = Field(default=None, max_length=40)
    pack_digest: str | None = Field(default=None, max_length=64)
    retention_class: str = Field(default="", max_length=40)  # empty: the default of the deployment
    # Tables that rules of campaign scope read from every organization's evidence.
    shared_tables: list[str] = Field(default_factory=list, sa_type=JSON_DOCUMENT)
    is_demonstration: bool = False
    state: CampaignState = Field(default=CampaignState.DRAFT, sa_type=stored(CampaignState))
    created_by: UUID = Field(foreign_key="person.id")
    created_at: datetime
    version: int = 1


class Matter(SQLModel, table=True):
    """A numbered content of the decision; each needs an item in the conclusion (article 36.2)."""

    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaign.id")
    number: int
    title: str = Field(max_length=500)


class TeamMember(SQLModel, table=True):
    """A seat of an inspector in a campaign."""

    __table_args__ = (UniqueConstraint("campaign_id", "person_id", "seat"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaign.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    seat: CampaignSeat = Field(sa_type=stored(CampaignSeat))


class EvidenceRequest(SQLModel, table=True):
    """What every inspected organization must hand in, and by when."""

    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("certifiers IN (1, 2)", name="certifiers"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaign.id")
    number: int
    title: str = Field(max_length=300)
    instructions: str = ""
    due_at: datetime
    # The contract of the pack the files must follow; None for documents nobody computes with.
    table_name: str | None = Field(default=None, max_length=100)
    certifiers: int = 1  # how many people of the organization certify an answer: one or two


class Inspection(SQLModel, table=True):
    """One organization under one campaign: deposits, findings and the conclusion are its own."""

    __table_args__ = (UniqueConstraint("campaign_id", "organization_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaign.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    state: InspectionState = Field(
        default=InspectionState.PREPARED, sa_type=stored(InspectionState)
    )
    version: int = 1
