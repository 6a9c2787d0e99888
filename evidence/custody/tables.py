"""The log as it lies in the database: entries, the hashes over them, and signed heads."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from evidence.columns import BIG, COUNTING, HASH


class CustodyLeaf(SQLModel, table=True):
    """One entry: what happened, as the very bytes that are hashed; never updated but once.

    It is pending while `position` is empty; the sequencer sets that once and for all.
    """

    number: int | None = Field(default=None, primary_key=True, sa_type=COUNTING)  # order of writing
    id: UUID = Field(unique=True)
    position: int | None = Field(default=None, unique=True, sa_type=BIG)  # dense, from 0
    act: str = Field(max_length=40)
    at: datetime
    body: str  # canonical JSON (RFC 8785)


class CustodySubject(SQLModel, table=True):
    """What an entry is about, so that the entries on one thing are found; it proves nothing."""

    subject_id: UUID = Field(primary_key=True)
    leaf_id: UUID = Field(primary_key=True)


class CustodySeries(SQLModel, table=True):
    """How many entries count in a series: the number of the last one, given or from before."""

    id: UUID = Field(primary_key=True)
    reached: int = Field(sa_type=BIG)


class CustodyNode(SQLModel, table=True):
    """The hash of one complete subtree, written once: the one over `1 << level` leaves."""

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_type=HASH)


class CustodyCheckpoint(SQLModel, table=True):
    """A signed head, as it was published."""

    number: int | None = Field(default=None, primary_key=True, sa_type=COUNTING)
    size: int = Field(index=True, sa_type=BIG)
    note: str  # the signed note, whole
    key_id: str = Field(default="", max_length=8)  # who signed, for searching
    signed_at: datetime
    timestamp: bytes | None = None  # an RFC 3161 answer over the note
    stored_sha256: str | None = Field(default=None, max_length=64)  # its copy in the store
