"""Telling the store what to keep: what should be locked or held is, however often this runs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from evidence.digest import Digest
from evidence.errors import EvidenceNotFoundError
from evidence.locking import LockMode, Retention, RetentionPolicy
from evidence.storage import Storage
from inspection.database import Database
from inspection.keeping.checking import Fixity, FixityFinding, note_finding
from inspection.keeping.known import list_evidence_of, list_lockable
from inspection.tables import LegalHold, StoredObject
from inspection.workflow.states import ACTIVE_HOLDS, HoldState


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of telling the store.

    Attributes:
        changed: How many objects were locked, held or let go.
        lost: Those to be held or let go that were found missing just now.
    """

    changed: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    retain: dict[str, datetime]
    hold: frozenset[str]
    lift: frozenset[str]


def apply_locks(
    database: Database, storage: Storage, *, policy: RetentionPolicy, at: datetime
) -> Applied:
    """Bring retention and holds in the store to what the database says they should be.

    A store without locks is told nothing; the day until which things are to be kept is noted all
    the same.  An object that is lost stops none of the others: it is noted as missing, and tried
    again.
    """
    can_lock = storage.lock.gap is None
    with database.read() as session:
        work = _find_work(session, policy, can_lock=can_lock)
    for sha256, until in work.retain.items():
        locked = can_lock and _retain(storage, sha256, policy.mode, until)
        _note(database, sha256, retain_until=until, locked_at=at if locked else None)
    changed, lost = len(work.retain), []
    holds = [(sha256, storage.lock.place_hold, at) for sha256 in sorted(work.hold)]
    lifts = [(sha256, storage.lock.lift_hold, None) for sha256 in sorted(work.lift)]
    for sha256, tell, held_at in (*holds, *lifts):
        try:
            tell(Digest(sha256))
        except EvidenceNotFoundError:
            if _note_lost(database, sha256, at=at):
                lost.append(sha256)
            continue
        _note(database, sha256, held_at=held_at)
        changed += 1
    return Applied(changed=changed, lost=tuple(lost))


def _find_work(session: Session, policy: RetentionPolicy, *, can_lock: bool) -> _Work:
    known = {row.sha256: row for row in session.exec(select(StoredObject))}
    retain: dict[str, datetime] = {}
    for sha256, since in list_lockable(session):
        row, until = known.get(sha256), policy.until(since)
        missing = row is None or row.retain_until is None or (can_lock and row.locked_at is None)
        if missing:
            retain[sha256] = max(until, retain.get(sha256, until))
    wanted = _list_evidence_under(session, ACTIVE_HOLDS) if can_lock else set()
    # Nothing but the word of two persons ends a hold, whatever becomes of the file meanwhile.
    ended = _list_evidence_under(session, {HoldState.LIFTED}) if can_lock else set()
    held = {sha256 for sha256, row in known.items() if row.held_at is not None}
    return _Work(
        retain=retain,
        hold=frozenset(wanted - held),
        lift=frozenset((held & ended) - wanted),
    )


def _list_evidence_under(session: Session, states: Collection[HoldState]) -> set[str]:
    holds = select(LegalHold.inspection_id).where(col(LegalHold.state).in_(states))
    return list_evidence_of(session, session.exec(holds))


def _retain(storage: Storage, sha256: str, mode: LockMode, until: datetime) -> bool:
    try:
        storage.lock.retain(Digest(sha256), Retention(mode=mode, until=until))
    except EvidenceNotFoundError:
        return False  # lost: the check of the store reports it
    return True


def _note_lost(database: Database, sha256: str, *, at: datetime) -> bool:
    finding = FixityFinding(sha256=sha256, outcome=Fixity.MISSING, found=None)
    with database.write() as session:
        return note_finding(session, finding, at=at)


def _note(database: Database, sha256: str, **values: datetime | None) -> None:
    with database.write() as session:
        row = session.get(StoredObject, sha256) or StoredObject(sha256=sha256)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
