"""What organizations hand in, and what was read from it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from inspection.tables.columns import BIG, stored
from inspection.workflow.states import DepositState


class Deposit(SQLModel, table=True):
    """One answer of one organization to one request; a returned one is followed by another."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    request_id: UUID = Field(foreign_key="evidencerequest.id", index=True)
    state: DepositState = Field(default=DepositState.OPEN, sa_type=stored(DepositState))
    note: str = ""
    reason: str = ""  # why it was returned
    created_at: datetime
    submitted_by: UUID | None = Field(default=None, foreign_key="person.id")
    submitted_at: datetime | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    version: int = 1


class EvidenceItem(SQLModel, table=True):
    """A file as it was received: bytes under a digest, never edited.

    It belongs to a deposit or to an answer; `incoming_id` makes recording it once-only.
    """

    __table_args__ = (
        CheckConstraint("(deposit_id IS NULL) <> (answer_id IS NULL)", name="one_owner"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    incoming_id: UUID = Field(unique=True)
    deposit_id: UUID | None = Field(default=None, foreign_key="deposit.id", index=True)
    answer_id: UUID | None = Field(default=None, foreign_key="answer.id", index=True)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    size_bytes: int = Field(sa_type=BIG)
    sha256: str = Field(max_length=64, index=True)
    received_by: UUID = Field(foreign_key="person.id")
    received_at: datetime


class Reading(SQLModel, table=True):
    """What reading one file under its contract gave; made again, it gives the same."""

    item_id: UUID = Field(primary_key=True, foreign_key="evidenceitem.id")
    table_name: str = Field(max_length=100)
    error_code: str | None = Field(default=None, max_length=100)
    error_facts: str = "{}"  # JSON
    rows_in_file: int = Field(default=0, sa_type=BIG)
    rows_read: int = Field(default=0, sa_type=BIG)
    rows_refused: int = Field(default=0, sa_type=BIG)
    problems: int = Field(default=0, sa_type=BIG)
    rows_sha256: str | None = Field(default=None, max_length=64)
    problems_sha256: str | None = Field(default=None, max_length=64)
    read_at: datetime
