"""People: entered, changed, seated."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from inspection import journal, moves
from inspection.access import require_role
from inspection.accounts.checks import LONGEST_NAME, check_body, checked_language, checked_username
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.moves import FieldChecks, checked_text
from inspection.people import Actor, OrganizationSeat, Role
from inspection.tables import OrganizationMember, Person


def create_first_administrator(
    session: Session, *, username: str, full_name: str, password_hash: str, at: datetime
) -> UUID:
    """Make the account everything else begins with.

    Raises:
        ConflictError: There is an administrator already; that one creates the others.
    """
    if session.exec(select(Person.id).where(col(Person.role) == Role.ADMINISTRATOR)).first():
        raise ConflictError("account.administrator_exists")
    person = Person(
        username=checked_username(session, username),
        full_name=checked_text(full_name, field="full_name", longest=LONGEST_NAME),
        role=Role.ADMINISTRATOR,
        password_hash=password_hash,
        created_at=at,
    )
    session.add(person)
    session.flush()
    founder = Actor(person_id=person.id, role=Role.ADMINISTRATOR)
    journal.record(session, event="person.create", subject_id=person.id, actor=founder, at=at)
    session.flush()
    return person.id


def create_person(
    session: Session,
    *,
    actor: Actor,
    username: str,
    full_name: str,
    position: str = "",
    role: Role,
    organization_id: UUID | None,
    seats: frozenset[OrganizationSeat] = frozenset(),
    language: str = "vi",
    at: datetime,
) -> UUID:
    """Enter a person; an invitation lets that person set a password.

    Raises:
        InvalidError: The name is taken, or the role does not fit the body.
    """
    require_role(actor, Role.ADMINISTRATOR)
    checks = FieldChecks()
    username = checks.take(lambda: checked_username(session, username), otherwise="")
    full_name = checks.take(lambda: _checked_name(full_name), otherwise="")
    checks.run(lambda: check_body(session, role=role, organization_id=organization_id))
    if seats and role is not Role.ORGANIZATION:
        checks.refuse("account.seat_needs_organization", field="seats")
    language = checks.take(lambda: checked_language(language), otherwise="")
    checks.end()
    person = Person(
        username=username,
        full_name=full_name,
        position=position.strip(),
        role=role,
        organization_id=organization_id,
        language=language,
        created_at=at,
    )
    session.add(person)
    session.flush()
    _seat(session, person, seats)
    journal.record(session, event="person.create", subject_id=person.id, actor=actor, at=at)
    session.flush()
    return person.id


def check_names(session: Session, *, username: str, full_name: str, language: str) -> None:
    """What can be said of a person whose role is not known yet.

    Raises:
        InvalidError: With everything that cannot be taken.
    """
    checks = FieldChecks()
    checks.run(lambda: checked_username(session, username))
    checks.run(lambda: _checked_name(full_name))
    checks.run(lambda: checked_language(language))
    checks.end()


def edit_person(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    version: int,
    full_name: str,
    position: str,
    seats: frozenset[OrganizationSeat],
    language: str,
    at: datetime,
) -> None:
    """Change what is said of a person; role and body stay what they were in history."""
    person = get_row(session, actor, person_id)
    checks = FieldChecks()
    values = {
        "full_name": checks.take(lambda: _checked_name(full_name), otherwise=""),
        "position": position.strip(),
        "language": checks.take(lambda: checked_language(language), otherwise=""),
    }
    checks.end()
    moves.edit(session, person, version=version, values=values)
    session.exec(delete(OrganizationMember).where(col(OrganizationMember.person_id) == person.id))
    _seat(session, person, seats)
    journal.record(session, event="person.edit", subject_id=person.id, actor=actor, at=at)
    session.flush()


def get_row(session: Session, actor: Actor, person_id: UUID) -> Person:
    """Reach an account as an administrator."""
    require_role(actor, Role.ADMINISTRATOR)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError
    return person


def _checked_name(full_name: str) -> str:
    return checked_text(full_name, field="full_name", longest=LONGEST_NAME)


def _seat(session: Session, person: Person, seats: frozenset[OrganizationSeat]) -> None:
    if not seats:
        return
    if person.role is not Role.ORGANIZATION or person.organization_id is None:
        raise InvalidError("account.seat_needs_organization", field="seats")
    for seat in sorted(seats):
        session.add(
            OrganizationMember(
                person_id=person.id, organization_id=person.organization_id, seat=seat
            )
        )
    session.flush()
