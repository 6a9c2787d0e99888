"""How far long work has come, said often and kept apart from what matters."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from inspection.tables import Progress


def say_progress(
    session: Session,
    *,
    subject_id: UUID,
    done: int,
    total: int,
    at: datetime,
) -> None:
    """Say how far a piece of work is, and that it lives."""
    session.merge(Progress(subject_id=subject_id, done=done, total=total, at=at))
    session.flush()
