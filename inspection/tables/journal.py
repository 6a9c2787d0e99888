"""What happened, and what is to be done about it in the background."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from inspection.tables.columns import BIG


class JournalEntry(SQLModel, table=True):
    """One act on one subject; never updated, never deleted."""

    # SQLite numbers only INTEGER keys by itself; 2^31 acts are enough for one platform.
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: UUID | None = Field(default=None, index=True)
    inspection_id: UUID | None = Field(default=None, index=True)
    subject_id: UUID = Field(index=True)
    event: str = Field(max_length=80)
    by: UUID | None = Field(default=None, index=True)  # None is the platform itself
    reason: str = ""
    facts: str = "{}"  # JSON: identifiers, counts, digests; never contents
    at: datetime
    leaf_id: UUID | None = Field(default=None, unique=True)  # None: older than the custody log


class OutboxEntry(SQLModel, table=True):
    """A job asked for in the same transaction as the act that needs it."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    job: str = Field(max_length=60)
    subject_id: UUID
    created_at: datetime
    relayed_at: datetime | None = Field(default=None, index=True)


class Progress(SQLModel, table=True):
    """How far a long work has come: written often, kept out of the tables that matter."""

    subject_id: UUID = Field(primary_key=True)
    done: int = Field(default=0, sa_type=BIG)
    total: int = Field(default=0, sa_type=BIG)
    at: datetime
