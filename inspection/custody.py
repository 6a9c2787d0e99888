"""The custody log of this platform: kept in order, copied into the store, and gone through."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.x509 import Certificate
from sqlmodel import Session, col, select, update

from evidence.custody import Checkpoint, CustodyAct, record, sequence
from evidence.custody.sequencing import BATCH, find_newest, is_behind
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf
from evidence.custody.troubles import LogReport, TroubleCode
from evidence.custody.verifying import verify_log
from evidence.key_files import KeyFolder
from evidence.keys import KeyRing
from evidence.storage import Storage
from evidence.timestamp import Authority, stamp
from inspection.database import Database
from inspection.journal import digest_of
from inspection.people import Actor
from inspection.tables import JournalEntry

_CHUNK: Final = 1_000


def enter_pending(
    database: Database, keys: KeyFolder, *, clock: Callable[[], datetime]
) -> Checkpoint | None:
    """Give everything that waits its place in the log, and sign the head.

    Returns:
        The newest head this has signed; None where nothing was to do, or no key is here to sign.

    Raises:
        KeyConfigurationError: The keys cannot be used.
        CustodyAlteredError, CustodyForgedError: See `evidence.custody.sequence`.
    """
    signer, ring = keys.find_signer(), keys.find_ring()
    if signer is None or ring is None:
        return None
    with database.read() as session:
        if not is_behind(session, signer=signer, ring=ring):
            return None
    return _enter_all(database, keys, clock)


def _enter_all(
    database: Database, keys: KeyFolder, clock: Callable[[], datetime]
) -> Checkpoint | None:
    newest, before = None, -1
    # One short transaction for each batch: acts need not wait for a long queue to be entered.
    while newest is None or newest.size - before >= BATCH:
        before = newest.size if newest else before
        with database.write() as session:
            # Looked for behind the lock: while this process waited the key may have been replaced.
            signer, ring = keys.find_signer(), keys.find_ring()
            if signer is None or ring is None:
                break
            grown = sequence(session, signer=signer, ring=ring, at=clock())
        if grown is None:
            break
        newest = grown
    return newest


def keep_newest_head(database: Database, storage: Storage) -> str | None:
    """Put a copy of the newest head into the store, where the database cannot take it back.

    Returns:
        The SHA-256 it lies under; None where it lay there already, or there is no head.
    """
    with database.read() as session:
        newest = find_newest(session)
    if newest is None or newest.stored_sha256 is not None:
        return None
    digest = storage.put(newest.note.encode())
    with database.write() as session:
        session.exec(
            update(CustodyCheckpoint)
            .where(col(CustodyCheckpoint.number) == newest.number)
            .values(stored_sha256=digest.hex)
        )
    return digest.hex


def stamp_newest_head(
    database: Database, authority: Authority, *, roots: Sequence[Certificate]
) -> bool:
    """Have the newest head timestamped, unless it is already.

    Returns:
        Whether a timestamp was added.

    Raises:
        TimestampUnavailableError, CustodyForgedError: See `evidence.timestamp.stamp`.
    """
    with database.read() as session:
        newest = find_newest(session)
    if newest is None or newest.timestamp is not None:
        return False
    content = stamp(newest.note, authority, roots=roots)
    with database.write() as session:
        session.exec(
            update(CustodyCheckpoint)
            .where(col(CustodyCheckpoint.number) == newest.number)
            .values(timestamp=content)
        )
    return True


def note_reading(
    session: Session,
    *,
    act: CustodyAct,
    actor: Actor,
    item_id: UUID,
    inspection_id: UUID,
    at: datetime,
) -> None:
    """Enter that somebody was shown a piece of evidence, or took it away."""
    record(
        session,
        act=act,
        actor_id=actor.person_id,
        at=at,
        facts={"item_id": item_id, "inspection_id": inspection_id},
        series_id=inspection_id,
    )


def verify_custody(
    session: Session, *, ring: KeyRing, witnessed: Sequence[Checkpoint] = ()
) -> LogReport:
    """Go through the log, and compare the journal with what the log says of it."""
    report = verify_log(session, ring=ring, witnessed=witnessed)
    _verify_journal(session, report)
    return report


def _verify_journal(session: Session, report: LogReport) -> None:
    """Every journal entry is in the log as it stands, and every one of the log is in the journal.

    Entries older than the log itself are in no log: they stand before the first that is.
    """
    first = session.exec(
        select(JournalEntry.id)
        .where(col(JournalEntry.leaf_id).is_not(None))
        .order_by(col(JournalEntry.id))
        .limit(1)
    ).first()
    last = first - 1 if first is not None else None
    while last is not None:
        rows = session.exec(
            select(JournalEntry, CustodyLeaf.body)
            .outerjoin(CustodyLeaf, col(CustodyLeaf.id) == col(JournalEntry.leaf_id))
            .where(col(JournalEntry.id) > last)
            .order_by(col(JournalEntry.id))
            .limit(_CHUNK)
        ).all()
        for row, body in rows:
            if body is None:
                report.add(TroubleCode.JOURNAL_UNLOGGED, entry=row.id)
            elif f'"journal_sha256":"{digest_of(row)}"' not in body:
                report.add(TroubleCode.JOURNAL_REWRITTEN, entry=row.id)
        last = rows[-1][0].id if len(rows) == _CHUNK else None
        session.expunge_all()
    _find_deleted(session, report)


def _find_deleted(session: Session, report: LogReport) -> None:
    deleted = session.exec(
        select(CustodyLeaf.position, CustodyLeaf.id)
        .outerjoin(JournalEntry, col(JournalEntry.leaf_id) == col(CustodyLeaf.id))
        .where(col(JournalEntry.id).is_(None), col(CustodyLeaf.body).contains('"journal_sha256":'))
        .order_by(col(CustodyLeaf.number))
    )
    for position, leaf_id in deleted:
        report.add(
            TroubleCode.JOURNAL_DELETED,
            index="–" if position is None else position,
            entry=str(leaf_id),
        )
