"""The demonstration: invented bodies, people and data, brought in through the real operations."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlmodel import select, update

from api.demo.dossiers import play_dossiers
from api.demo.payments import play_payments
from api.demo.people import PASSWORD, PEOPLE, settle
from api.demo.stage import Stage
from evidence.key_files import KeyFolder
from evidence.storage import Storage
from inspection.database import Database
from inspection.tables import OutboxEntry, Person

__all__ = ["PASSWORD", "PEOPLE", "load_demonstration"]


def load_demonstration(
    database: Database,
    storage: Storage,
    *,
    keys: KeyFolder,
    folder: Path,
    now: datetime,
    say: Callable[[str], None],
) -> bool:
    """Bring the demonstration in, once; the story ends at `now`.

    Returns:
        False when there are people already: nothing is changed then.
    """
    with database.read() as session:
        if session.exec(select(Person.id)).first() is not None:
            return False
    stage = Stage(
        database=database, storage=storage, keys=keys, folder=folder, ends_at=now, say=say
    )
    settle(stage)
    play_dossiers(stage)
    play_payments(stage)
    with database.write() as session:
        # Whatever the acts asked for has been done here; the server need not do it again.
        session.exec(update(OutboxEntry).values(relayed_at=now))
    return True
