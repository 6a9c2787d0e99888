"""Whether the parts of the platform answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, select

from api.logs import log
from api.schema import find_revision, newest_revision
from evidence.errors import EvidenceError
from evidence.key_files import KeyFolder
from evidence.screening.antivirus import Scanner
from evidence.storage import Storage
from inspection.database import Database
from inspection.tables import CustodyLeaf, OutboxEntry

# The relay hands rows over within seconds; an older one means that no process runs jobs.
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)  # nothing arrived before: one cheap question
RELAY_LATE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What answers.

    Attributes:
        queue: No outbox row has waited longer than a minute.
        receipts: There is a key that signs, and no entry of the custody log has waited longer.
            Without it everything else goes on, so it does not make the platform ill.
        locks: The store keeps accepted evidence from being deleted; likewise.
        scanner: There is an antivirus scanner, and it answers; likewise.
    """

    database: bool
    schema: bool
    storage: bool
    queue: bool
    receipts: bool
    locks: bool
    scanner: bool

    @property
    def is_good(self) -> bool:
        """Whether everything answers."""
        return self.database and self.schema and self.storage and self.queue


def check_health(
    database: Database,
    storage: Storage,
    keys: KeyFolder,
    scanner: Scanner | None,
    *,
    now: datetime,
) -> Health:
    """Ask every part once."""
    return Health(
        database=_answers("database", lambda: _count_late(database, now) >= 0),
        schema=_answers("schema", lambda: find_revision(database) == newest_revision()),
        storage=_answers("storage", lambda: _probe(storage)),
        queue=_answers("queue", lambda: _count_late(database, now) == 0),
        receipts=_answers("receipts", lambda: _is_signing(database, keys, now)),
        locks=_answers("locks", lambda: storage.lock.gap is None),
        scanner=_answers("scanner", lambda: scanner is not None and bool(scanner.version())),
    )


def _answers(part: str, ask: Callable[[], bool]) -> bool:
    try:
        good = ask()
    except (SQLAlchemyError, EvidenceError) as error:
        log.warning("health.bad", part=part, exc_info=error)
        return False
    return good


def _probe(storage: Storage) -> bool:
    storage.list_incoming(LONG_AGO)
    return True


def _is_signing(database: Database, keys: KeyFolder, now: datetime) -> bool:
    if keys.find_ring() is None:
        return False
    with database.read() as session:
        late = session.exec(
            select(CustodyLeaf.number)
            .where(col(CustodyLeaf.position).is_(None), col(CustodyLeaf.at) < now - RELAY_LATE)
            .limit(1)
        ).first()
    return late is None


def _count_late(database: Database, now: datetime) -> int:
    with database.read() as session:
        return session.exec(
            select(func.count())
            .select_from(OutboxEntry)
            .where(
                col(OutboxEntry.relayed_at).is_(None),
                col(OutboxEntry.created_at) < now - RELAY_LATE,
            )
        ).one()
