"""The decision on the findings of one inspection."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from inspection.tables.columns import stored
from inspection.workflow.states import ConclusionState


class Conclusion(SQLModel, table=True):
    """The text in the five groups of article 36.2 L84, and after approval its frozen form."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", unique=True)
    state: ConclusionState = Field(default=ConclusionState.DRAFT, sa_type=stored(ConclusionState))
    assessment: str = ""  # a: how law and duties were carried out
    nature: str = ""  # c: nature, extent, consequence; cause; responsibility
    measures: str = ""  # d: measures taken and recommended
    policy: str = ""  # đ: shortcomings of mechanism, policy, law
    author_id: UUID = Field(foreign_key="person.id")
    created_at: datetime
    submitted_at: datetime | None = None
    return_reason: str = ""
    issuer_id: UUID | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = None
    number: int | None = None
    symbol: str = Field(default="KL-TTr", max_length=40)
    signed_on: date | None = None
    number_year: int | None = None
    body_id: UUID = Field(foreign_key="organization.id")
    # Everything the document says, as JSON: rendering reads this and nothing else.
    frozen: str | None = None
    frozen_sha256: str | None = Field(default=None, max_length=64)
    pdf_sha256: str | None = Field(default=None, max_length=64)
    render_error: str | None = Field(default=None, max_length=100)
    issued_at: datetime | None = None
    published_at: datetime | None = None
    version: int = 1

    # Numbers run per body and year and are never given twice (domain §3.3).
    __table_args__ = (UniqueConstraint("body_id", "number_year", "symbol", "number"),)


class ConclusionItem(SQLModel, table=True):
    """b: the conclusion on one matter; every matter of the decision has one."""

    __table_args__ = (UniqueConstraint("conclusion_id", "matter_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conclusion_id: UUID = Field(foreign_key="conclusion.id")
    matter_id: UUID = Field(foreign_key="matter.id")
    text: str = ""
