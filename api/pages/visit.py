"""One request of a person who is logged in, as page controllers take it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from litestar.di import NamedDependency
from litestar.params import SkipValidation
from sqlmodel import Session

from api.settings import Settings
from api.templating import Shell
from evidence.limits import Limits
from evidence.storage import Storage
from inspection.database import Database
from inspection.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks, when, and what is at hand, within one transaction.

    Flows, which open short transactions of their own, must not be called from here: they would wait
    for this one.
    """

    session: Session
    storage: Storage
    cache: Path
    actor: Actor
    shell: Shell
    limits: Limits
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """The same without a transaction: for flows, which read, work and write apart."""

    database: Database
    storage: Storage
    cache: Path
    actor: Actor
    shell: Shell
    limits: Limits
    now: datetime

    def within(self, session: Session) -> Visit:
        """Look around within a transaction."""
        return Visit(
            session=session,
            storage=self.storage,
            cache=self.cache,
            actor=self.actor,
            shell=self.shell,
            limits=self.limits,
            now=self.now,
        )


def provide_visit(
    *,
    session: NamedDependency[Session],
    storage: NamedDependency[Storage],
    cache: NamedDependency[Path],
    actor: NamedDependency[Actor],
    shell: NamedDependency[Shell],
    settings: NamedDependency[SkipValidation[Settings]],
    now: NamedDependency[datetime],
) -> Visit:
    """Gather what every page needs."""
    return Visit(
        session=session,
        storage=storage,
        cache=cache,
        actor=actor,
        shell=shell,
        limits=settings.limits,
        now=now,
    )


def provide_errand(
    *,
    database: NamedDependency[Database],
    storage: NamedDependency[Storage],
    cache: NamedDependency[Path],
    actor: NamedDependency[Actor],
    shell: NamedDependency[Shell],
    settings: NamedDependency[SkipValidation[Settings]],
    now: NamedDependency[datetime],
) -> Errand:
    """Gather what every flow needs."""
    return Errand(
        database=database,
        storage=storage,
        cache=cache,
        actor=actor,
        shell=shell,
        limits=settings.limits,
        now=now,
    )
