"""How far long work has come, said often and kept apart from what matters."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from inspection.errors import NotFoundError
from inspection.people import Actor
from inspection.tables import Evaluation, Progress


def say_progress(
    session: Session,
    *,
    subject_id: UUID,
    done: int,
    total: int,
    at: datetime,
    person_id: UUID | None = None,
) -> None:
    """Say how far a piece of work is, and that it lives."""
    known = session.get(Progress, subject_id)
    if known is not None and known.person_id != person_id:
        # An upload may bear any name its sender chose; it never speaks for other work.
        return
    session.merge(
        Progress(subject_id=subject_id, person_id=person_id, done=done, total=total, at=at)
    )
    session.flush()


def get_received_bytes(session: Session, *, actor: Actor, incoming_id: UUID) -> int:
    """How much of an upload the platform has; only its sender may ask.

    Raises:
        NotFoundError: Nothing of it has arrived, or it is somebody else's.
    """
    progress = session.get(Progress, incoming_id)
    if progress is None or actor.person_id is None or progress.person_id != actor.person_id:
        raise NotFoundError
    return progress.done


def forget_uploads(session: Session, *, before: datetime) -> None:
    """Drop what was said of uploads that ended, one way or another, long ago."""
    runs = select(Evaluation.id)
    session.exec(
        delete(Progress).where(col(Progress.at) < before, col(Progress.subject_id).not_in(runs))
    )
