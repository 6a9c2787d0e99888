"""What is known of the bytes in the store: how long they stay, and when they were checked."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from inspection.tables.columns import stored
from inspection.workflow.states import DestructionState, ErasureState, HoldState

_NOT_DECLINED = text("state <> 'declined'")


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


class Destruction(SQLModel, table=True):
    """The evidence of an inspection whose time is over: proposed by one, confirmed by another."""

    __table_args__ = (
        Index(
            "ix_destruction_one",
            "inspection_id",
            unique=True,
            sqlite_where=_NOT_DECLINED,
            postgresql_where=_NOT_DECLINED,
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    state: DestructionState = Field(
        default=DestructionState.PROPOSED, sa_type=stored(DestructionState)
    )
    cause: str
    proposed_by: UUID = Field(foreign_key="person.id")
    proposed_at: datetime
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    # What the certificate says, as JSON, as it stood when it was confirmed.
    statement: str | None = None
    finished_at: datetime | None = None
    version: int = 1


class DestroyedItem(SQLModel, table=True):
    """A piece of evidence nobody gets any more; row, name and hash stay, the bytes go after it."""

    item_id: UUID = Field(primary_key=True, foreign_key="evidenceitem.id")
    destruction_id: UUID = Field(foreign_key="destruction.id", index=True)
    leaf_id: UUID  # its entry in the custody log
    state: ErasureState = Field(default=ErasureState.WAITING, sa_type=stored(ErasureState))
    ended_at: datetime | None = None  # erased, or found to be needed by other evidence
