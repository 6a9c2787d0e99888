"""The page for whoever watches the platform."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api import schema
from api.app import create_app
from api.settings import Settings
from inspection.database import Database
from inspection.tables import OutboxEntry
from tests.servers import ClamdServer


@pytest.fixture
def migrated(settings: Settings):
    database = Database(settings.database_url)
    schema.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def client(migrated: Database, settings: Settings):  # noqa: ARG001 - the tables first
    with TestClient[Litestar](create_app(settings)) as client:
        yield client


def test_all_parts_are_well(client: TestClient[Litestar]) -> None:
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json() == {
        "database": True,
        "schema": True,
        "storage": True,
        "queue": True,
        "locks": False,  # a folder has none: said, and no reason to stop
        "scanner": False,  # likewise
        "receipts": False,  # no key is configured: said, and no reason to stop
    }


def test_work_that_nobody_takes_is_told(client: TestClient[Litestar], migrated: Database) -> None:
    with migrated.write() as session:
        late = datetime.now(UTC) - timedelta(minutes=2)
        session.add(OutboxEntry(job="item.read", subject_id=uuid4(), created_at=late))
    answer = client.get("/health")

    assert (answer.status_code, answer.json()["queue"]) == (503, False)


def test_an_old_schema_is_told(client: TestClient[Litestar], migrated: Database) -> None:
    schema.downgrade(migrated)
    answer = client.get("/health")

    assert (answer.status_code, answer.json()["schema"]) == (503, False)


def test_a_scanner_that_answers_is_well_and_a_deaf_one_is_no_reason_to_stop(
    migrated: Database, settings: Settings, clamd: ClamdServer
) -> None:
    told = {}
    for address in (clamd.address, "tcp://127.0.0.1:1"):
        with TestClient[Litestar](create_app(replace(settings, clamd_address=address))) as client:
            answer = client.get("/health")
        told[address] = (answer.status_code, answer.json()["scanner"])

    assert told == {clamd.address: (200, True), "tcp://127.0.0.1:1": (200, False)}
    assert migrated.url == settings.database_url
