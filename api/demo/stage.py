"""What the demonstration is played on: a moment in the past that moves on, and who acts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID, uuid4

from sqlmodel import Session

from api.cores import run_core
from evidence.key_files import KeyFolder
from evidence.limits import Limits
from evidence.storage import Storage
from inspection.custody import enter_pending
from inspection.database import Database
from inspection.deposits import ReceivedFile, receive_file
from inspection.login import actor_of
from inspection.people import Actor
from inspection.screening import Tools

BEGAN_BEFORE: Final = timedelta(days=30)
LARGEST_FILE: Final = 64 << 20

P = ParamSpec("P")
T = TypeVar("T")


class Stage:
    """The means of the play; every act takes the next minute."""

    def __init__(
        self,
        *,
        database: Database,
        storage: Storage,
        keys: KeyFolder,
        folder: Path,
        ends_at: datetime,
        say: Callable[[str], None],
    ) -> None:
        self.database = database
        self.storage = storage
        self._keys = keys
        self.cache = folder / "cache"
        self.cache.mkdir(parents=True, exist_ok=True)
        self.ends_at = ends_at
        self.say = say
        self.people: dict[str, UUID] = {}
        self.bodies: dict[str, UUID] = {}
        self._at = ends_at - BEGAN_BEFORE

    def next_moment(self) -> datetime:
        """The moment of the next act; never after the end of the story."""
        self._at = min(self._at + timedelta(minutes=1), self.ends_at)
        return self._at

    def skip_to(self, *, days_before_end: float) -> None:
        """Let days pass."""
        self._at = max(self._at, self.ends_at - timedelta(days=days_before_end))

    def actor(self, name: str) -> Actor:
        """Somebody, ready to act."""
        with self.database.read() as session:
            actor = actor_of(session, person_id=self.people[name])
        if actor is None:
            raise LookupError(name)
        return actor

    def read(self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Ask something."""
        with self.database.read() as session:
            return query(session, *args, **kw)

    def write(
        self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kw: P.kwargs
    ) -> T:
        """Do something in a transaction of its own."""
        with self.database.write() as session:
            return operation(session, *args, **kw)

    def enter_log(self) -> None:
        """Give all that has happened its place in the custody log, as a running server does."""
        enter_pending(self.database, self._keys, clock=lambda: self.ends_at)

    def work(self, job: str, subject_id: UUID) -> None:
        """Do what a background job would do."""
        with TemporaryDirectory(dir=self.cache.parent) as folder:
            run_core(
                self.database,
                self.storage,
                name=job,
                subject_id=subject_id,
                workspace=Path(folder),
                tools=Tools(),
                clock=self.next_moment,
            )

    def receive(
        self, who: str, inspection_id: UUID, request_id: UUID, *, name: str, content: bytes
    ) -> ReceivedFile:
        """Hand in one file."""
        return receive_file(
            self.database,
            self.storage,
            actor=self.actor(who),
            inspection_id=inspection_id,
            request_id=request_id,
            name=name,
            chunks=[content],
            limits=Limits(file_bytes=LARGEST_FILE),
            incoming_id=uuid4(),
            clock=self.next_moment,
        )
