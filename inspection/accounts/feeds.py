"""A private address at which a calendar program finds a person's obligations, without a login."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from inspection import journal
from inspection.errors import NotFoundError
from inspection.people import Actor
from inspection.tables import CalendarFeed


def open_feed(session: Session, *, actor: Actor, token_sha256: str, at: datetime) -> None:
    """Give a person a feed address; an older one stops working.  The token is never stored."""
    if actor.person_id is None:
        raise NotFoundError
    session.merge(CalendarFeed(person_id=actor.person_id, token_sha256=token_sha256, created_at=at))
    journal.record(session, event="feed.open", subject_id=actor.person_id, actor=actor, at=at)
    session.flush()


def close_feed(session: Session, *, actor: Actor, at: datetime) -> None:
    """Take a person's feed address back."""
    if actor.person_id is None or find_feed_start(session, actor=actor) is None:
        raise NotFoundError
    session.exec(delete(CalendarFeed).where(col(CalendarFeed.person_id) == actor.person_id))
    journal.record(session, event="feed.close", subject_id=actor.person_id, actor=actor, at=at)
    session.flush()


def find_feed_start(session: Session, *, actor: Actor) -> datetime | None:
    """Since when a person has a feed address; None where there is none."""
    feed = session.get(CalendarFeed, actor.person_id) if actor.person_id else None
    return feed.created_at if feed else None


def find_feed_person(session: Session, *, token_sha256: str) -> UUID | None:
    """Whose feed a token opens."""
    return session.exec(
        select(CalendarFeed.person_id).where(col(CalendarFeed.token_sha256) == token_sha256)
    ).first()
