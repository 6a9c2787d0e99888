"""Hashing again what the store holds: one flipped byte is found within a cycle."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from evidence.digest import Digest
from evidence.errors import EvidenceAlteredError, EvidenceNotFoundError
from evidence.storage import Storage
from inspection import journal
from inspection.database import Database
from inspection.keeping.known import list_everything
from inspection.people import SYSTEM
from inspection.tables import EvidenceItem, StoredObject

EVENT: Final = "evidence.fixity"


class Fixity(StrEnum):
    """What a check of one object gave."""

    INTACT = "intact"
    ALTERED = "altered"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixityFinding:
    """One object that is not what it was.

    Attributes:
        found: Its digest now; None where it is missing.
    """

    sha256: str
    outcome: Fixity
    found: str | None


def check_oldest(
    database: Database,
    storage: Storage,
    *,
    cycle: timedelta,
    clock: Callable[[], datetime],
    until: datetime,
) -> tuple[FixityFinding, ...]:
    """Hash every object not checked for a cycle, those waiting longest first.

    Args:
        cycle: Within which every object is to be checked once.
        until: When to stop for now; the next call goes on.

    Returns:
        What is altered or missing, each also noted in the database, and in the journal of the
        evidence it is.
    """
    found = []
    for sha256 in _list_due(database, storage, before=clock() - cycle):
        if clock() >= until:
            break
        finding = _check(storage, sha256)
        with database.write() as session:
            note_finding(session, finding, at=clock())
        if finding.outcome is not Fixity.INTACT:
            found.append(finding)
    return tuple(found)


def _list_due(database: Database, storage: Storage, *, before: datetime) -> list[str]:
    with database.read() as session:
        known = list_everything(session, storage)
        checked = dict(session.exec(select(StoredObject.sha256, StoredObject.checked_at)).all())
    due = [
        (checked.get(sha256), sha256)
        for sha256 in known
        if (at := checked.get(sha256)) is None or at < before
    ]
    due.sort(key=lambda one: (one[0] is not None, str(one[0]), one[1]))
    return [sha256 for _, sha256 in due]


def _check(storage: Storage, sha256: str) -> FixityFinding:
    try:
        for _ in storage.open(Digest(sha256)):
            pass
    except EvidenceNotFoundError:
        return FixityFinding(sha256=sha256, outcome=Fixity.MISSING, found=None)
    except EvidenceAlteredError as error:
        found = str(error.facts.get("found", hashlib.sha256().hexdigest()))
        return FixityFinding(sha256=sha256, outcome=Fixity.ALTERED, found=found)
    return FixityFinding(sha256=sha256, outcome=Fixity.INTACT, found=None)


def note_finding(session: Session, finding: FixityFinding, *, at: datetime) -> bool:
    """Note what was found, and in the journal of the evidence it is.

    Returns:
        Whether something is wrong that was not known.
    """
    row = session.get(StoredObject, finding.sha256) or StoredObject(sha256=finding.sha256)
    is_news = row.outcome != finding.outcome and finding.outcome is not Fixity.INTACT
    row.checked_at, row.outcome, row.found_sha256 = at, finding.outcome, finding.found
    session.add(row)
    if not is_news:
        return False
    items = session.exec(select(EvidenceItem).where(col(EvidenceItem.sha256) == finding.sha256))
    for item in items:
        journal.record(
            session,
            event=EVENT,
            subject_id=item.id,
            actor=SYSTEM,
            at=at,
            facts={
                "outcome": finding.outcome,
                "expected": finding.sha256,
                "found": finding.found,
            },
        )
    session.flush()
    return True
