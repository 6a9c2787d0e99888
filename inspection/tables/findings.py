"""A person's judgement on violations, and the organization's answer."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from inspection.tables.columns import BIG, JSON_DOCUMENT, stored
from inspection.workflow.states import FindingState


class Finding(SQLModel, table=True):
    """Selected units of one rule of one evaluation, under one matter of the decision.

    The selection is `rule_code`, `filter` and `excluded_keys`; count, amount and digest freeze it.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    evaluation_id: UUID = Field(foreign_key="evaluation.id", index=True)
    matter_id: UUID = Field(foreign_key="matter.id", index=True)
    number: int
    rule_code: str = Field(max_length=60)
    rule_class: str = Field(max_length=20)
    title: str = Field(max_length=300)
    question: str = ""  # what the organization is asked to explain
    filter: dict[str, str] = Field(sa_type=JSON_DOCUMENT)
    excluded_keys: list[str] = Field(sa_type=JSON_DOCUMENT)
    unit_count: int = Field(sa_type=BIG)
    amount: int | None = Field(default=None, sa_type=BIG)
    currency: str = Field(default="VND", max_length=3)
    keys_sha256: str = Field(max_length=64)
    state: FindingState = Field(default=FindingState.CANDIDATE, sa_type=stored(FindingState))
    author_id: UUID = Field(foreign_key="person.id")
    created_at: datetime
    sent_at: datetime | None = None
    answer_due_at: datetime | None = None
    answered_at: datetime | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    reason: str = ""  # why it was verified or dismissed
    version: int = 1


class Answer(SQLModel, table=True):
    """What the organization says to a finding, verbatim; files hang on `EvidenceItem.answer_id`.

    `submitted_at` is None while files are being added; afterwards nothing changes.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    finding_id: UUID = Field(foreign_key="finding.id", index=True)
    text: str = ""
    created_by: UUID = Field(foreign_key="person.id")
    created_at: datetime
    submitted_by: UUID | None = Field(default=None, foreign_key="person.id")
    submitted_at: datetime | None = None
