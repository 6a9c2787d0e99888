"""What is known of the bytes in the store: how long they stay, and when they were checked."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from inspection.tables.columns import stored
from inspection.workflow.states import HoldState


class StoredObject(SQLModel, table=True):
    """One object of the store under its digest, whoever refers to it."""

    sha256: str = Field(primary_key=True, max_length=64)
    retain_until: datetime | None = None
    locked_at: datetime | None = None  # when the store took the retention; None: it has no lock
    held_at: datetime | None = None  # when the store took a hold that still goes on
    checked_at: datetime | None = Field(default=None, index=True)
    outcome: str = Field(default="", max_length=20)  # of the last check
    found_sha256: str | None = Field(default=None, max_length=64)  # where it is altered


class LegalHold(SQLModel, table=True):
    """All evidence of an inspection stays, whatever its retention says, until this is lifted."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    state: HoldState = Field(default=HoldState.ASKED, sa_type=stored(HoldState))
    cause: str  # why it is asked for
    asked_by: UUID = Field(foreign_key="person.id")
    asked_at: datetime
    placed_by: UUID | None = Field(default=None, foreign_key="person.id")
    placed_at: datetime | None = None
    lift_cause: str = ""
    lift_asked_by: UUID | None = Field(default=None, foreign_key="person.id")
    lifted_by: UUID | None = Field(default=None, foreign_key="person.id")
    lifted_at: datetime | None = None
    version: int = 1
