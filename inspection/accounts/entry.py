"""How people get in, and how they are kept out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from inspection import journal, moves
from inspection.accounts.people import get_row
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.people import Actor
from inspection.tables import Invitation, Person, WebSession


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
    person = get_row(session, actor, person_id)
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
    session: Session, *, token_sha256: str, make_hash: Callable[[], str], at: datetime
) -> UUID:
    """Set the password a link allows, once.

    Args:
        make_hash: Hashes the password; that is dear, and done only where the link is good.

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
        values={"password_hash": make_hash(), "failed_logins": 0, "failed_at": None},
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
    person = get_row(session, actor, person_id)
    if person.id == actor.person_id:
        # An administrator who shuts the own account could shut out everybody.
        raise InvalidError("account.own", field="person")
    moves.edit(session, person, version=version, values=values)
    end_sessions(session, person_id=person.id)
    journal.record(session, event=f"person.{event}", subject_id=person.id, actor=actor, at=at)
    session.flush()
