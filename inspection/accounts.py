"""Bodies and people: what an administrator does.  Nothing is deleted: history names everybody."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from inspection import journal, moves
from inspection.access import require_role
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.moves import checked_text
from inspection.people import Actor, OrganizationKind, OrganizationSeat, Role
from inspection.tables import Invitation, Organization, OrganizationMember, Person, WebSession

USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,98}[a-z0-9]")
LONGEST_NAME: Final = 200
LONGEST_BODY_NAME: Final = 300

# Which bodies an account of a role may belong to; None stands for no body.
BODY_OF_ROLE: Final[Mapping[Role, frozenset[OrganizationKind | None]]] = {
    Role.ADMINISTRATOR: frozenset({None, OrganizationKind.INSPECTORATE}),
    Role.INSPECTOR: frozenset({OrganizationKind.INSPECTORATE}),
    Role.STEWARD: frozenset({OrganizationKind.INSPECTORATE}),
    Role.ORGANIZATION: frozenset({OrganizationKind.INSPECTED}),
    Role.OVERSIGHT: frozenset({OrganizationKind.OVERSIGHT}),
}


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
        username=_checked_username(session, username),
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


def create_organization(
    session: Session,
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: OrganizationKind,
    parent_name: str = "",
    place: str = "",
    at: datetime,
) -> UUID:
    """Enter a body; its code is its public name and never changes."""
    require_role(actor, Role.ADMINISTRATOR)
    code = checked_text(code, field="code", longest=40)
    if session.exec(select(Organization.id).where(col(Organization.code) == code)).first():
        raise InvalidError("organization.code_taken", field="code", value=code)
    organization = Organization(
        code=code,
        name=checked_text(name, field="name", longest=LONGEST_BODY_NAME),
        kind=kind,
        parent_name=parent_name.strip(),
        place=place.strip(),
    )
    session.add(organization)
    session.flush()
    journal.record(
        session, event="organization.create", subject_id=organization.id, actor=actor, at=at
    )
    session.flush()
    return organization.id


def edit_organization(
    session: Session,
    *,
    actor: Actor,
    organization_id: UUID,
    version: int,
    name: str,
    parent_name: str,
    place: str,
    is_active: bool,
    at: datetime,
) -> None:
    """Change what is said of a body, or take it out of use."""
    require_role(actor, Role.ADMINISTRATOR)
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise NotFoundError
    values = {
        "name": checked_text(name, field="name", longest=LONGEST_BODY_NAME),
        "parent_name": parent_name.strip(),
        "place": place.strip(),
        "is_active": is_active,
    }
    moves.edit(session, organization, version=version, values=values)
    journal.record(
        session, event="organization.edit", subject_id=organization.id, actor=actor, at=at
    )
    session.flush()


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
    _check_body(session, role=role, organization_id=organization_id)
    person = Person(
        username=_checked_username(session, username),
        full_name=checked_text(full_name, field="full_name", longest=LONGEST_NAME),
        position=position.strip(),
        role=role,
        organization_id=organization_id,
        language=_checked_language(language),
        created_at=at,
    )
    session.add(person)
    session.flush()
    _seat(session, person, seats)
    journal.record(session, event="person.create", subject_id=person.id, actor=actor, at=at)
    session.flush()
    return person.id


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
    person = _get_person(session, actor, person_id)
    values = {
        "full_name": checked_text(full_name, field="full_name", longest=LONGEST_NAME),
        "position": position.strip(),
        "language": _checked_language(language),
    }
    moves.edit(session, person, version=version, values=values)
    session.exec(delete(OrganizationMember).where(col(OrganizationMember.person_id) == person.id))
    _seat(session, person, seats)
    journal.record(session, event="person.edit", subject_id=person.id, actor=actor, at=at)
    session.flush()


def invite(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    token_sha256: str,
    expires_at: datetime,
    at: datetime,
) -> None:
    """Let a person set a password by a link: a first time, or again.

    Older links and all sessions of the person end; the token itself is never stored.
    """
    person = _get_person(session, actor, person_id)
    if not person.is_active:
        raise InvalidError("account.inactive", field="person")
    session.exec(
        update(Invitation)
        .where(col(Invitation.person_id) == person.id, col(Invitation.used_at).is_(None))
        .values(used_at=at)
    )
    session.add(
        Invitation(
            person_id=person.id, token_sha256=token_sha256, created_at=at, expires_at=expires_at
        )
    )
    end_sessions(session, person_id=person.id)
    journal.record(session, event="person.invite", subject_id=person.id, actor=actor, at=at)
    session.flush()


def find_invitation(session: Session, *, token_sha256: str, at: datetime) -> Person | None:
    """Whom an unused, unexpired link belongs to."""
    invitation = session.exec(
        select(Invitation).where(col(Invitation.token_sha256) == token_sha256)
    ).first()
    if invitation is None or invitation.used_at is not None or at >= invitation.expires_at:
        return None
    person = session.get_one(Person, invitation.person_id)
    return person if person.is_active and not person.is_locked else None


def accept_invitation(
    session: Session, *, token_sha256: str, password_hash: str, at: datetime
) -> UUID:
    """Set the password a link allows, once.

    Raises:
        NotFoundError: The link is unknown, used or expired.
        ConflictError: It was used at this moment by somebody else.
    """
    person = find_invitation(session, token_sha256=token_sha256, at=at)
    if person is None:
        raise NotFoundError("invitation.not_valid")
    used = session.exec(
        update(Invitation)
        .where(col(Invitation.token_sha256) == token_sha256, col(Invitation.used_at).is_(None))
        .values(used_at=at)
    )
    if used.rowcount != 1:
        raise ConflictError("changed_meanwhile")
    moves.edit(
        session,
        person,
        version=person.version,
        values={"password_hash": password_hash, "failed_logins": 0, "failed_at": None},
    )
    end_sessions(session, person_id=person.id)
    journal.record(
        session,
        event="person.set_password",
        subject_id=person.id,
        actor=Actor(person_id=person.id, role=person.role),
        at=at,
    )
    session.flush()
    return person.id


def lock_person(
    session: Session, *, actor: Actor, person_id: UUID, version: int, at: datetime
) -> None:
    """Shut an account until an administrator opens it again."""
    _switch(session, actor, person_id, version, at, event="lock", values={"is_locked": True})


def unlock_person(
    session: Session, *, actor: Actor, person_id: UUID, version: int, at: datetime
) -> None:
    """Open a locked account, and forget its failed logins."""
    values = {"is_locked": False, "failed_logins": 0, "failed_at": None}
    _switch(session, actor, person_id, version, at, event="unlock", values=values)


def deactivate_person(
    session: Session, *, actor: Actor, person_id: UUID, version: int, at: datetime
) -> None:
    """Take an account out of use; what the person did stays readable under the name."""
    _switch(session, actor, person_id, version, at, event="deactivate", values={"is_active": False})


def activate_person(
    session: Session, *, actor: Actor, person_id: UUID, version: int, at: datetime
) -> None:
    """Bring an account back into use."""
    _switch(session, actor, person_id, version, at, event="activate", values={"is_active": True})


def end_sessions(session: Session, *, person_id: UUID) -> None:
    """Throw a person out everywhere, at once."""
    session.exec(delete(WebSession).where(col(WebSession.person_id) == person_id))


def _switch(
    session: Session,
    actor: Actor,
    person_id: UUID,
    version: int,
    at: datetime,
    *,
    event: str,
    values: Mapping[str, object],
) -> None:
    person = _get_person(session, actor, person_id)
    if person.id == actor.person_id:
        # An administrator who shuts the own account could shut out everybody.
        raise InvalidError("account.own", field="person")
    moves.edit(session, person, version=version, values=values)
    end_sessions(session, person_id=person.id)
    journal.record(session, event=f"person.{event}", subject_id=person.id, actor=actor, at=at)
    session.flush()


def _get_person(session: Session, actor: Actor, person_id: UUID) -> Person:
    require_role(actor, Role.ADMINISTRATOR)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError
    return person


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


def _check_body(session: Session, *, role: Role, organization_id: UUID | None) -> None:
    organization = session.get(Organization, organization_id) if organization_id else None
    if organization_id is not None and organization is None:
        raise InvalidError("account.unknown_organization", field="organization_id")
    kind = organization.kind if organization else None
    if kind not in BODY_OF_ROLE[role]:
        raise InvalidError("account.body_does_not_fit", field="organization_id", role=role)


def _checked_username(session: Session, username: str) -> str:
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise InvalidError("account.bad_username", field="username", value=username)
    if session.exec(select(Person.id).where(col(Person.username) == username)).first():
        raise InvalidError("account.username_taken", field="username", value=username)
    return username


def _checked_language(language: str) -> str:
    if language not in {"vi", "en"}:
        raise InvalidError("account.bad_language", field="language", value=language)
    return language
