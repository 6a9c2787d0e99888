"""What organizations hand in, and what was read from it."""

from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from inspection.tables.columns import BIG, stored
from inspection.workflow.states import DepositState

_ONE_OF: Final = {
    "open": "'open', 'certified'",
    "submitted": "'submitted'",
    "accepted": "'accepted'",
}


def _only_one(name: str, states: str) -> Index:
    where = text(f"state IN ({states})")
    return Index(
        f"ix_deposit_one_{name}",
        "inspection_id",
        "request_id",
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


class Deposit(SQLModel, table=True):
    """One version of an organization's answer to a request; a newer one says why it replaces it."""

    __table_args__ = (
        UniqueConstraint("inspection_id", "request_id", "number"),
        CheckConstraint("effective_from <= effective_to", name="effective"),
        # Of all versions one is being written, one waits, one counts: at most, whatever happens.
        *(_only_one(name, states) for name, states in _ONE_OF.items()),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    request_id: UUID = Field(foreign_key="evidencerequest.id", index=True)
    state: DepositState = Field(default=DepositState.OPEN, sa_type=stored(DepositState))
    number: int = 1
    supersedes_id: UUID | None = Field(default=None, foreign_key="deposit.id")
    why: str = ""  # why it replaces the version before
    note: str = ""
    # The time the files speak of, as declared; when they came is not the organization's to say.
    effective_from: date | None = None
    effective_to: date | None = None
    reason: str = ""  # why it was returned, or opened again
    created_at: datetime
    certified_by: UUID | None = Field(default=None, foreign_key="person.id")  # the first of two
    certified_at: datetime | None = None
    submitted_by: UUID | None = Field(default=None, foreign_key="person.id")
    submitted_at: datetime | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    version: int = 1


class EvidenceItem(SQLModel, table=True):
    """A file as it was received: bytes under a digest, never edited.

    It belongs to a deposit or to an answer; `incoming_id` makes recording it once-only.  Taken out
    of a deposit before that was certified, it belongs to nothing: only the journal knows of it.
    """

    __table_args__ = (
        CheckConstraint(
            "CASE WHEN removed_at IS NULL THEN (deposit_id IS NULL) <> (answer_id IS NULL) "
            "ELSE deposit_id IS NULL AND answer_id IS NULL END",
            name="one_owner",
        ),
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
    removed_at: datetime | None = None
    removed_by: UUID | None = Field(default=None, foreign_key="person.id")
    removed_from: UUID | None = Field(default=None, foreign_key="deposit.id")


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
