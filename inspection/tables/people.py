"""Bodies, people, their seats, and how they get in."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from inspection.people import OrganizationKind, OrganizationSeat, Role
from inspection.tables.columns import stored


class Organization(SQLModel, table=True):
    """A body: it inspects, is inspected, or watches both."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=300)
    kind: OrganizationKind = Field(sa_type=stored(OrganizationKind))
    parent_name: str = Field(default="", max_length=300)
    place: str = Field(default="", max_length=100)
    is_active: bool = True
    version: int = 1


class Person(SQLModel, table=True):
    """An account.  Deactivated people stay: history names them."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    username: str = Field(max_length=100, unique=True)
    full_name: str = Field(max_length=200)
    position: str = Field(default="", max_length=200)
    role: Role = Field(sa_type=stored(Role))
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    password_hash: str | None = Field(default=None, max_length=300)
    language: str = Field(default="vi", max_length=2)
    is_active: bool = True
    is_locked: bool = False
    failed_logins: int = 0
    failed_at: datetime | None = None
    created_at: datetime
    version: int = 1


class OrganizationMember(SQLModel, table=True):
    """A seat of a person in the inspected organization."""

    __table_args__ = (UniqueConstraint("person_id", "seat"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    seat: OrganizationSeat = Field(sa_type=stored(OrganizationSeat))


class Invitation(SQLModel, table=True):
    """A link by which a person sets a password, once: invited, or reset."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    token_sha256: str = Field(max_length=64, unique=True)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class CalendarFeed(SQLModel, table=True):
    """A private address of a person's obligations; the SHA-256 of its secret alone is kept."""

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    token_sha256: str = Field(max_length=64, unique=True)
    created_at: datetime


class WebSession(SQLModel, table=True):
    """A server-side session, under the SHA-256 of its id: the table opens no door."""

    id_sha256: str = Field(max_length=64, primary_key=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    data: bytes
    expires_at: datetime = Field(index=True)
