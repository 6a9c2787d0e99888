"""What lies in the store and nothing refers to, and what is referred to and does not lie there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from evidence.digest import Digest
from evidence.errors import RetainedError
from evidence.storage import Storage
from inspection import journal
from inspection.database import Database
from inspection.keeping.known import list_everything
from inspection.people import SYSTEM
from inspection.tables import StoredObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """Where store and database disagree.

    Attributes:
        unknown: In the store, and the database refers to none of them.
        lost: Referred to, and not in the store.
    """

    unknown: tuple[str, ...]
    lost: tuple[str, ...]


def find_orphans(database: Database, storage: Storage) -> Orphans:
    """Compare the store with the database.

    The store is listed first: what is recorded while it is being listed is then no orphan.
    """
    kept = {digest.hex for digest in storage.list_kept()}
    with database.read() as session:
        known = list_everything(session, storage)
    return Orphans(unknown=tuple(sorted(kept - known)), lost=tuple(sorted(known - kept)))


def sweep_orphans(
    database: Database, storage: Storage, *, orphans: Orphans, clock: Callable[[], datetime]
) -> tuple[str, ...]:
    """Delete what nothing refers to.

    For whoever runs the platform, while nobody hands anything in: a file is in the store before it
    is recorded.  What is under a lock stays.

    Returns:
        What was deleted.
    """
    with database.read() as session:
        known = list_everything(session, storage)
    gone = []
    for sha256 in orphans.unknown:
        if sha256 in known:
            continue
        try:
            storage.erase(Digest(sha256))
        except RetainedError:
            continue
        gone.append(sha256)
    if gone:
        with database.write() as session:
            for sha256 in gone:
                if row := session.get(StoredObject, sha256):
                    session.delete(row)
            journal.record(
                session,
                event="storage.sweep",
                subject_id=UUID(int=0),
                actor=SYSTEM,
                at=clock(),
                facts={"count": len(gone), "first": gone[0]},
            )
    return tuple(gone)
