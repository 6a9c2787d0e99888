"""By hand: how fast the custody log takes entries, and how long a proof takes as it grows.

.venv/bin/python -m tests.evidence.measure_custody FOLDER 10000 100000 1000000

The numbers are sizes of the log, growing.  Everything goes through the operations of the product,
on SQLite in FOLDER; only the bulk of entries between two sizes is written many at a time.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel import insert

from evidence import custody, key_files
from evidence.custody.acts import CustodyAct
from evidence.custody.entry import Entry
from evidence.custody.proving import find_head, prove_consistency, prove_inclusion
from evidence.custody.tables import CustodyLeaf
from evidence.custody.verifying import verify_log
from inspection.database import Database
from inspection.tables import METADATA

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SERIES = UUID(int=1)
SINGLE = 1_000  # acts of their own transaction
PROOFS = 500
BATCH = 10_000


def main(folder: Path, sizes: list[int]) -> None:
    folder.mkdir(parents=True)
    database = Database(f"sqlite:///{folder.absolute()}/log.sqlite")
    METADATA.create_all(database.engine)
    key_files.generate(folder / "keys", origin="measure.example/custody", at=AT)
    signer, ring = key_files.find_signer(folder / "keys"), key_files.load_ring(folder / "keys")
    assert signer is not None
    say(acts_per_second=rate(SINGLE, lambda: record_one(database)))
    known, dice = 0, random.Random(1)  # noqa: S311 - which proofs are asked is no secret
    for size in sizes:
        fill(database, size - known - (SINGLE if known == 0 else 0))
        began, done = time.perf_counter(), known
        while done < size:
            with database.write() as session:
                head = custody.sequence(session, signer=signer, ring=ring, at=AT, limit=BATCH)
            assert head is not None
            done = head.size
        seconds = time.perf_counter() - began
        appended, known = size - known, size
        say(
            size=size,
            appended_per_second=round(appended / seconds),
            inclusion_ms=median_ms(
                lambda size=size: ask(database, dice.randrange(size), size, prove_inclusion)
            ),
            consistency_ms=median_ms(
                lambda size=size: ask(database, dice.randrange(size), size, prove_consistency)
            ),
            database_mib=(folder / "log.sqlite").stat().st_size >> 20,
        )
    began = time.perf_counter()
    with database.read() as session:
        report = verify_log(session, ring=ring)
    say(verified=report.size, troubles=len(report.troubles), seconds=since(began))
    with database.read() as session:
        assert find_head(session) is not None
    database.close()


def record_one(database: Database) -> None:
    with database.write() as session:
        custody.record(
            session,
            act="evidence.read",
            actor_id=uuid4(),
            at=AT,
            facts={"item_id": uuid4(), "inspection_id": SERIES},
            series_id=SERIES,
        )


def fill(database: Database, number: int) -> None:
    """Pending entries, many at a time."""
    for first in range(0, number, BATCH):
        rows = []
        for _ in range(min(BATCH, number - first)):
            entry = Entry(
                id=uuid4(),
                act=CustodyAct.EVIDENCE_READ,
                actor_id=uuid4(),
                at=AT,
                facts={"item_id": uuid4(), "inspection_id": uuid4()},
            )
            body = entry.to_bytes().decode()
            rows.append({"id": entry.id, "act": entry.act.value, "at": AT, "body": body})
        with database.write() as session:
            session.exec(insert(CustodyLeaf), params=rows)


def ask(database: Database, one: int, size: int, prove: Callable[..., object]) -> None:
    names = ("index", "size") if prove is prove_inclusion else ("old", "new")
    with database.read() as session:
        prove(session, **dict(zip(names, (one, size), strict=True)))


def median_ms(act: Callable[[], None]) -> float:
    times = []
    for _ in range(PROOFS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 2)


def rate(number: int, act: Callable[[], None]) -> int:
    began = time.perf_counter()
    for _ in range(number):
        act()
    return round(number / (time.perf_counter() - began))


def since(began: float) -> float:
    return round(time.perf_counter() - began, 1)


def say(**found: object) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(one) for one in sys.argv[2:]])
