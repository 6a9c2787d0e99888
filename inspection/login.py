"""Getting in: which account a name opens, and when it is shut for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select, update

from inspection import journal
from inspection.errors import NotFoundError
from inspection.people import Actor, Role
from inspection.tables import Person

FAILURES_ALLOWED: Final = 5
SHUT_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a password is compared with.

    Attributes:
        is_open: The account may be used: active, not locked by an administrator, invited.
        shut_until: Too many failures: no password opens it before this moment.
    """

    person_id: UUID
    password_hash: str | None
    is_open: bool
    shut_until: datetime | None


def find_login(session: Session, *, username: str, at: datetime) -> Login | None:
    """The account of that name, if there is one; names are compared in lower case."""
    person = session.exec(
        select(Person).where(col(Person.username) == account_name(username))
    ).first()
    if person is None:
        return None
    shut_until = person.failed_at + SHUT_FOR if person.failed_at else None
    shut = person.failed_logins >= FAILURES_ALLOWED and shut_until is not None and at < shut_until
    return Login(
        person_id=person.id,
        password_hash=person.password_hash,
        is_open=person.is_active and not person.is_locked and person.password_hash is not None,
        shut_until=shut_until if shut else None,
    )


def account_name(username: str) -> str:
    """A name as accounts have it."""
    return username.strip().lower()


def note_failed_login(session: Session, *, person_id: UUID, at: datetime) -> None:
    """Count a wrong password; after `FAILURES_ALLOWED` the account is shut for `SHUT_FOR`."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError
    expired = person.failed_at is not None and at >= person.failed_at + SHUT_FOR
    # Not an edit: the count must not collide with what an administrator is typing.
    session.exec(
        update(Person)
        .where(col(Person.id) == person_id)
        .values(
            failed_logins=1 if expired else col(Person.failed_logins) + 1,
            failed_at=at,
        )
    )
    journal.record(
        session,
        event="login.fail",
        subject_id=person_id,
        actor=Actor(person_id=person_id, role=person.role),
        at=at,
    )
    session.flush()


def note_login(session: Session, *, person_id: UUID, at: datetime) -> None:
    """Record that somebody came in, and forget the failures before."""
    person = session.get_one(Person, person_id)
    session.exec(
        update(Person).where(col(Person.id) == person_id).values(failed_logins=0, failed_at=None)
    )
    journal.record(
        session,
        event="login.enter",
        subject_id=person_id,
        actor=Actor(person_id=person_id, role=person.role),
        at=at,
    )
    session.flush()


def actor_of(session: Session, *, person_id: UUID) -> Actor | None:
    """The person as one who may act now; None when the account is locked or deactivated."""
    person = session.get(Person, person_id)
    if person is None or not person.is_active or person.is_locked:
        return None
    return Actor(
        person_id=person.id,
        role=Role(person.role),
        organization_id=person.organization_id,
        full_name=person.full_name,
    )


def language_of(session: Session, *, person_id: UUID) -> str:
    """The language a person wants to be spoken to in."""
    return session.get_one(Person, person_id).language
