"""A secret that was removed is sent again: the security officer is told, and nobody else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from inspection import journal
from inspection.database import Database
from inspection.errors import ConflictError
from inspection.people import Actor
from inspection.screening.gates import GOING, REMOVED_BEFORE
from inspection.tables import EvidenceItem, JournalEntry, Screening

RESEND: Final = "evidence.resend"
# Who tries again at once is told of once: nobody fills the log by pressing a button.
_ONE_ATTEMPT: Final = timedelta(hours=1)


@contextmanager
def telling_of_secrets(
    database: Database, *, actor: Actor, sha256: str, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Announce or record a file; where `refuse_removed` refuses it, tell the security officer."""
    try:
        yield
    except ConflictError as error:
        if error.code == REMOVED_BEFORE:
            with database.write() as session:
                _tell(session, actor=actor, sha256=sha256, at=clock())
        raise


def _tell(session: Session, *, actor: Actor, sha256: str, at: datetime) -> None:
    """Into the journal of the file that was removed, and of no case.

    The team of either side would learn that others hold the same secret.
    """
    item_id = session.exec(
        select(EvidenceItem.id)
        .join(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.sha256) == sha256, col(Screening.state).in_(GOING))
        # Of several with the same bytes, one that the officer's list shows.
        .order_by(col(Screening.place).is_(None), col(EvidenceItem.received_at))
    ).first()
    known = session.exec(
        select(JournalEntry.id).where(
            col(JournalEntry.event) == RESEND,
            col(JournalEntry.subject_id) == item_id,
            col(JournalEntry.by) == actor.person_id,
            col(JournalEntry.at) > at - _ONE_ATTEMPT,
        )
    ).first()
    if item_id is None or known is not None:
        return
    journal.record(session, event=RESEND, subject_id=item_id, actor=actor, at=at)
    session.flush()
