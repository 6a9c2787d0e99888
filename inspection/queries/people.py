"""Accounts and bodies, as an administrator sees them; choices for forms."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import require_role
from inspection.errors import NotFoundError
from inspection.people import Actor, OrganizationKind, OrganizationSeat, Role
from inspection.tables import Organization, OrganizationMember, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationLine:
    """A body as a list shows it."""

    id: UUID
    code: str
    name: str
    kind: OrganizationKind
    parent_name: str
    place: str
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """An account as a list shows it; `is_invited` has not set a password yet."""

    id: UUID
    username: str
    full_name: str
    position: str
    role: Role
    organization_id: UUID | None
    organization: str
    seats: tuple[OrganizationSeat, ...]
    language: str
    is_active: bool
    is_locked: bool
    is_invited: bool
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a form's list."""

    id: UUID
    label: str


def list_people(session: Session, *, actor: Actor) -> tuple[PersonLine, ...]:
    """All accounts, by name."""
    require_role(actor, Role.ADMINISTRATOR)
    rows = session.exec(
        select(Person, Organization)
        .outerjoin(Organization, col(Organization.id) == col(Person.organization_id))
        .order_by(col(Person.full_name), col(Person.username))
    ).all()
    seats = defaultdict(list)
    for member in session.exec(select(OrganizationMember)):
        seats[member.person_id].append(member.seat)
    return tuple(_person(person, body, seats[person.id]) for person, body in rows)


def get_person(session: Session, *, actor: Actor, person_id: UUID) -> PersonLine:
    """One account."""
    require_role(actor, Role.ADMINISTRATOR)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError
    body = session.get(Organization, person.organization_id) if person.organization_id else None
    seats = session.exec(
        select(OrganizationMember.seat).where(col(OrganizationMember.person_id) == person_id)
    ).all()
    return _person(person, body, [OrganizationSeat(seat) for seat in seats])


def list_organizations(session: Session, *, actor: Actor) -> tuple[OrganizationLine, ...]:
    """All bodies, by name."""
    require_role(actor, Role.ADMINISTRATOR)
    rows = session.exec(select(Organization).order_by(col(Organization.name)))
    return tuple(_organization(row) for row in rows)


def get_organization(session: Session, *, actor: Actor, organization_id: UUID) -> OrganizationLine:
    """One body."""
    require_role(actor, Role.ADMINISTRATOR)
    row = session.get(Organization, organization_id)
    if row is None:
        raise NotFoundError
    return _organization(row)


def list_inspected(session: Session, *, actor: Actor) -> tuple[Choice, ...]:
    """Organizations that a campaign may inspect."""
    require_role(actor, Role.INSPECTOR)
    rows = session.exec(
        select(Organization)
        .where(col(Organization.kind) == OrganizationKind.INSPECTED, col(Organization.is_active))
        .order_by(col(Organization.name))
    )
    return tuple(Choice(id=row.id, label=row.name) for row in rows)


def list_inspectors(session: Session, *, actor: Actor) -> tuple[Choice, ...]:
    """Inspectors who may take a seat."""
    require_role(actor, Role.INSPECTOR)
    rows = session.exec(
        select(Person)
        .where(col(Person.role) == Role.INSPECTOR, col(Person.is_active))
        .order_by(col(Person.full_name))
    )
    return tuple(
        Choice(id=row.id, label=f"{row.full_name} ({row.position or row.username})") for row in rows
    )


def _person(person: Person, body: Organization | None, seats: list[OrganizationSeat]) -> PersonLine:
    return PersonLine(
        id=person.id,
        username=person.username,
        full_name=person.full_name,
        position=person.position,
        role=person.role,
        organization_id=person.organization_id,
        organization=body.name if body else "",
        seats=tuple(sorted(seats)),
        language=person.language,
        is_active=person.is_active,
        is_locked=person.is_locked,
        is_invited=person.password_hash is None,
        created_at=person.created_at,
        version=person.version,
    )


def _organization(row: Organization) -> OrganizationLine:
    return OrganizationLine(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent_name=row.parent_name,
        place=row.place,
        is_active=row.is_active,
        version=row.version,
    )
