"""What the administrator sees of the store: locks, the last cycle of checks, and what is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from evidence.locking import LockGap
from evidence.storage import Storage
from inspection.access import require_role
from inspection.keeping.checking import Fixity
from inspection.keeping.known import list_everything
from inspection.people import Actor, Role
from inspection.tables import LegalHold, StoredObject
from inspection.workflow.states import ACTIVE_HOLDS

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongObject:
    """One object that is altered or missing."""

    sha256: str
    outcome: Fixity
    found: str | None
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageOverview:
    """The state of the store.

    Attributes:
        gap: Why there are no locks; None where there are.
        checked: Objects checked within the cycle.
        unchecked: Objects that have never been checked.
        oldest_check_at: The check that lies longest back; None where some were never checked.
        wrong: At most `MOST_SHOWN`.
    """

    gap: LockGap | None
    objects: int
    retained: int
    locked: int
    held: int
    holds: int
    checked: int
    unchecked: int
    oldest_check_at: datetime | None
    wrong: tuple[WrongObject, ...]


def get_overview(
    session: Session, storage: Storage, *, actor: Actor, cycle: timedelta, at: datetime
) -> StorageOverview:
    """Say what is known of the store; for administrators, and nothing of what evidence it is."""
    require_role(actor, Role.ADMINISTRATOR)
    known = list_everything(session, storage)
    rows = [row for row in session.exec(select(StoredObject)) if row.sha256 in known]
    checks = [row.checked_at for row in rows if row.checked_at is not None]
    wrong = [
        WrongObject(
            sha256=row.sha256,
            outcome=Fixity(row.outcome),
            found=row.found_sha256,
            checked_at=row.checked_at,
        )
        for row in sorted(rows, key=lambda one: one.sha256)
        if row.checked_at is not None and row.outcome in {Fixity.ALTERED, Fixity.MISSING}
    ]
    return StorageOverview(
        gap=storage.lock.gap,
        objects=len(known),
        retained=sum(row.retain_until is not None for row in rows),
        locked=sum(row.locked_at is not None for row in rows),
        held=sum(row.held_at is not None for row in rows),
        holds=session.exec(
            select(func.count())
            .select_from(LegalHold)
            .where(col(LegalHold.state).in_(ACTIVE_HOLDS))
        ).one(),
        checked=sum(one >= at - cycle for one in checks),
        unchecked=len(known) - len(checks),
        oldest_check_at=min(checks) if len(checks) == len(known) and checks else None,
        wrong=tuple(wrong[:MOST_SHOWN]),
    )
