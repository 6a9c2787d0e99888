"""The page for whoever watches the platform."""

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
