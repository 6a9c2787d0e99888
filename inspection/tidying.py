"""What background work leaves behind, and nobody will ask for again."""

from datetime import datetime

from sqlmodel import Session, col, delete

from inspection.tables import OutboxEntry, Progress


def forget_old_work(session: Session, *, before: datetime) -> int:
    """Drop orders that were handed over, and signs of life, older than a moment.

    What the work has led to stands in the tables of its subject and in the journal.  Orders not
    handed over yet stay, however old.

    Returns:
        How many rows went.
    """
    handed = session.exec(delete(OutboxEntry).where(col(OutboxEntry.relayed_at) < before))
    said = session.exec(delete(Progress).where(col(Progress.at) < before))
    return handed.rowcount + said.rowcount
