from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from evidence import custody, key_files
from evidence.custody.tables import CustodyLeaf
from evidence.keys import KeyRing, Signer
from inspection.database import Database
from inspection.tables import METADATA

ORIGIN = "log.example.vn/custody"
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@dataclass
class Log:
    """A log of its own, and the key folder of its signer; every entry takes the next minute."""

    database: Database
    folder: Path
    _minutes: count = field(default_factory=count)

    def now(self) -> datetime:
        return START + timedelta(minutes=next(self._minutes))

    @property
    def ring(self) -> KeyRing:
        return key_files.load_ring(self.folder)

    @property
    def signer(self) -> Signer:
        signer = key_files.find_signer(self.folder)
        assert signer is not None
        return signer

    def record(self, number: int = 1) -> list[UUID]:
        with self.database.write() as session:
            return [
                custody.record(
                    session,
                    act="evidence.receive",
                    actor_id=uuid4(),
                    at=self.now(),
                    facts={"item_id": uuid4(), "size_bytes": 7},
                )
                for _ in range(number)
            ]

    def sequence(self, **arguments) -> custody.Checkpoint | None:
        with self.database.write() as session:
            return custody.sequence(
                session, signer=self.signer, ring=self.ring, at=self.now(), **arguments
            )

    def leaves(self) -> list[CustodyLeaf]:
        with self.database.read() as session:
            return list(session.exec(select(CustodyLeaf).order_by(col(CustodyLeaf.number))))


@pytest.fixture(params=["sqlite", "postgres"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    """Both databases keep one log."""
    url = f"sqlite:///{tmp_path}/log.sqlite"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    database = Database(url)
    METADATA.create_all(database.engine)
    key_files.generate(tmp_path / "keys", origin=ORIGIN, at=START)
    yield Log(database=database, folder=tmp_path / "keys")
    database.close()
