"""Forty uploads, the server killed at twenty random points: what was acknowledged is there.

The size of the issue, 64 MiB each, by hand:
`UPLOAD_MIB=64 .venv/bin/python -m pytest tests/journeys/test_kill_uploads.py -s`.
"""

import json
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import col, select

from api.sending import Described, Outcome, Sender, describe
from evidence.custody.tables import CustodyLeaf
from evidence.digest import Digest
from evidence.folder import FolderStorage
from evidence.key_files import KeyFolder, generate
from evidence.limits import PART_BYTES
from inspection.custody import enter_pending, verify_custody
from inspection.database import Database
from inspection.sweeping import LONGEST_UPLOAD, sweep
from inspection.tables import Deposit, EvidenceItem, JournalEntry, Upload, UploadPart
from inspection.workflow.states import UploadState
from tests.api.uploading import MIB, Place, enter, made_file, place_of, prepare
from tests.journeys.serving import Server, serving

UPLOADS = 40
AT_ONCE = 4
KILLS = 20
SEED = 20261126
SIZE = int(os.environ.get("UPLOAD_MIB", "21")) * MIB  # three parts, or as many as were asked for
PATIENCE = 600.0


@dataclass
class Acknowledged:
    """What the clients were told counts, by file; written by many threads."""

    reached: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    lost: list[tuple[str, int, int]] = field(default_factory=list)

    def hear(self, name: str, reached: int) -> None:
        with self.lock:
            best = self.reached.get(name, 0)
            if reached < best:
                self.lost.append((name, best, reached))
            self.reached[name] = max(best, reached)

    def sum(self) -> int:
        with self.lock:
            return sum(self.reached.values())


@dataclass
class History:
    """Everything that was sent while the server died again and again."""

    place: Place
    files: list[Described]
    outcomes: list[Outcome]
    acknowledged: Acknowledged
    sent_bytes: int
    kills: int


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("kill-uploads")
    place = prepare(folder)
    files = [describe(made(folder, number)) for number in range(UPLOADS)]
    acknowledged, senders = Acknowledged(), []
    with serving(place.settings, folder / "server.log") as server, enter(server) as first:
        cookies, token = dict(first.cookies), first.headers["x-csrftoken"]

        def send(file: Described) -> Outcome:
            with new_client(server, cookies, token) as client:
                sender = patient_sender(client, place)
                senders.append(sender)
                return sender.send(file, lambda reached: acknowledged.hear(file.name, reached))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            sending = [pool.submit(send, file) for file in files]
            kills = kill_again_and_again(server, acknowledged, sum(f.size_bytes for f in files))
            outcomes = [one.result(PATIENCE) for one in sending]
    return History(
        place=place,
        files=files,
        outcomes=outcomes,
        acknowledged=acknowledged,
        sent_bytes=sum(sender.sent_bytes for sender in senders),
        kills=kills,
    )


def made(folder: Path, number: int) -> Path:
    path = made_file(folder / f"tệp {number:02}.bin", SIZE)
    with path.open("r+b") as file:
        file.write(number.to_bytes(8, "big"))  # no two files are the same bytes
    return path


def new_client(server: Server, cookies: dict[str, str], token: str):

    return httpx.Client(
        base_url=server.url, timeout=60.0, cookies=cookies, headers={"x-csrftoken": token}
    )


def patient_sender(client, place: Place) -> Sender:
    """A sender asks for the limits first; the server may be down at that very moment."""

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return Sender(client, place_of(place), patience=PATIENCE)
        except (httpx.TransportError, httpx.HTTPStatusError):
            assert time.monotonic() < end
            time.sleep(0.1)  # the other side is a process: there is nothing to wait on


def kill_again_and_again(server: Server, acknowledged: Acknowledged, total: int) -> int:
    """Kill at twenty random amounts acknowledged, and a random moment after each."""
    chance = random.Random(SEED)  # noqa: S311 - to be the same every time
    points = sorted(chance.uniform(0.0, 0.95) * total for _ in range(KILLS))
    end = time.monotonic() + PATIENCE
    for point in points:
        while acknowledged.sum() < point:
            assert time.monotonic() < end, "the uploads do not go on"
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.05))
        server.kill()
        server.start()
    return len(points)


def rows(history: History, query):
    database = Database(history.place.settings.database_url)
    with database.read() as session:
        found = session.exec(query).all()
    database.close()
    return found


def test_every_file_arrived_though_the_server_died_twenty_times(history: History) -> None:
    assert history.kills == KILLS
    assert Counter(history.outcomes).total() == UPLOADS
    items = {item.name: item for item in rows(history, select(EvidenceItem))}
    assert {name: item.sha256 for name, item in items.items()} == {
        file.name: file.sha256 for file in history.files
    }


def test_no_acknowledged_part_was_lost(history: History) -> None:
    assert history.acknowledged.lost == []


def test_at_most_one_part_per_upload_in_flight_was_sent_again(history: History) -> None:
    again = history.sent_bytes - UPLOADS * SIZE
    print(f"sent again: {again / MIB:.0f} MiB of {UPLOADS * SIZE / MIB:.0f}")  # noqa: T201 - told

    assert 0 < again <= KILLS * AT_ONCE * PART_BYTES


def test_nothing_is_doubled(history: History) -> None:
    [deposit] = rows(history, select(Deposit))
    items = rows(history, select(EvidenceItem))
    received = rows(
        history,
        select(JournalEntry.subject_id).where(col(JournalEntry.event) == "evidence.receive"),
    )

    assert {item.deposit_id for item in items} == {deposit.id}
    assert len(items) == len({item.sha256 for item in items}) == UPLOADS
    assert Counter(received) == Counter(item.id for item in items)


def test_the_stored_bytes_are_those_that_were_sent(history: History) -> None:
    storage = FolderStorage(history.place.settings.storage.path)

    for file in history.files:
        for _ in storage.open(Digest(file.sha256)):  # verified while it is read
            pass


def test_nothing_is_left_in_passage(history: History) -> None:
    settings = history.place.settings
    storage, everything = FolderStorage(settings.storage.path), datetime.max.replace(tzinfo=UTC)
    uploads, left = rows(history, select(Upload)), storage.list_incoming(everything)

    assert {upload.state for upload in uploads} == {UploadState.RECEIVED}
    assert len(uploads) == UPLOADS
    assert rows(history, select(UploadPart)) == []
    # Killed between making room for a file and noting it, the server leaves an empty place, which
    # nothing refers to and the sweep takes away.
    assert {upload.id for upload in uploads}.isdisjoint(left)
    late = datetime.now(UTC) + 2 * LONGEST_UPLOAD
    sweep(Database(settings.database_url), storage, at=late, dead_after=timedelta(days=9))
    assert storage.list_incoming(everything) == []


def test_the_log_tells_of_every_file_once_and_is_intact(history: History, tmp_path: Path) -> None:
    database, keys = Database(history.place.settings.database_url), KeyFolder(tmp_path / "keys")
    generate(keys.path, origin="kill.invalid/custody", at=datetime.now(UTC))
    head = enter_pending(database, keys, clock=lambda: datetime.now(UTC))
    ring = keys.find_ring()
    assert head is not None
    assert ring is not None

    with database.read() as session:
        report = verify_custody(session, ring=ring)
        bodies = session.exec(select(CustodyLeaf.body).where(CustodyLeaf.act == "evidence.receive"))
        told = Counter(json.loads(body)["facts"]["item_id"] for body in bodies)

    assert (report.troubles, report.pending, report.size) == ([], 0, head.size)
    assert told == Counter(str(item.id) for item in rows(history, select(EvidenceItem)))
