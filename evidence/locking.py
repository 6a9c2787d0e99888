"""Locks on kept objects: retention until a day, and holds without end.

A lock is the store's own: what it refuses to delete, nobody with the platform's credentials can
delete.  A store without locks works as well, and everybody is told.

Source: Amazon S3 object lock, which other servers follow (retention modes, legal hold).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from evidence.digest import Digest
from evidence.errors import LockUnavailableError


class LockMode(StrEnum):
    """How firmly a store holds on: against the platform, or against everybody."""

    GOVERNANCE = "governance"  # credentials with a special right can still delete
    COMPLIANCE = "compliance"  # nobody can, the owner of the store included


class LockGap(StrEnum):
    """Why a store has no locks."""

    FOLDER = "folder"
    BUCKET = "bucket"  # it was made without object lock
    RIGHTS = "rights"  # the credentials may not ask or set
    NOT_ENFORCED = "not_enforced"  # it took a lock, and deleted all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Until when an object stays, and how firmly."""

    mode: LockMode
    until: datetime


def years_after(since: datetime, years: int) -> datetime:
    """The same day so many years later; the day after a leap day that does not come."""
    year = since.year + years
    try:
        return since.replace(year=year)
    except ValueError:
        return since.replace(year=year, month=3, day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How firmly and how long something stays from a day on."""

    mode: LockMode
    years: int

    def until(self, since: datetime) -> datetime:
        """See `years_after`."""
        return years_after(since, self.years)


@runtime_checkable
class ObjectLock(Protocol):
    """What may be asked of the locks of a store.

    Every method but `gap` may raise `StorageUnavailableError`, and `LockUnavailableError` where
    there are no locks.
    """

    @property
    def gap(self) -> LockGap | None:
        """Why there are no locks; None where there are."""
        ...

    def probe(self) -> None:
        """Try whether the store keeps what it says: lock a small object and try to delete it."""
        ...

    def retain(self, digest: Digest, retention: Retention) -> None:
        """Keep an object at least until then; a longer retention it has already is left alone.

        Raises:
            EvidenceNotFoundError: No object lies under that digest.
        """
        ...

    def find_retention(self, digest: Digest) -> Retention | None:
        """Until when an object stays; None where nothing was said.

        Raises:
            EvidenceNotFoundError: No object lies under that digest.
        """
        ...

    def place_hold(self, digest: Digest) -> None:
        """Keep an object until the hold is lifted, whatever its retention says."""
        ...

    def lift_hold(self, digest: Digest) -> None:
        """End a hold; retention goes on."""
        ...

    def is_held(self, digest: Digest) -> bool:
        """Whether there is a hold on an object."""
        ...


class NoLock(ObjectLock):
    """A store that can lock nothing."""

    def __init__(self, gap: LockGap) -> None:
        self._gap = gap

    @property
    def gap(self) -> LockGap | None:
        """See `ObjectLock.gap`."""
        return self._gap

    def probe(self) -> None:
        """There is nothing to try."""

    def retain(self, digest: Digest, retention: Retention) -> None:  # noqa: ARG002 - it cannot
        """Refuse."""
        raise self._refused()

    def find_retention(self, digest: Digest) -> Retention | None:  # noqa: ARG002 - as above
        """Nothing was ever said."""
        return None

    def place_hold(self, digest: Digest) -> None:  # noqa: ARG002 - as above
        """Refuse."""
        raise self._refused()

    def lift_hold(self, digest: Digest) -> None:  # noqa: ARG002 - as above
        """Refuse."""
        raise self._refused()

    def is_held(self, digest: Digest) -> bool:  # noqa: ARG002 - as above
        """Nothing is."""
        return False

    def _refused(self) -> LockUnavailableError:
        return LockUnavailableError("evidence.no_lock", gap=self._gap)
