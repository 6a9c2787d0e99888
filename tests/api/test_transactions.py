"""One request, one transaction: reading for GET, whole or not at all for the rest."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from litestar import Litestar, get, post
from litestar.di import NamedDependency
from litestar.testing import TestClient
from sqlmodel import Session, select

from api.auth import PUBLIC
from inspection.database import Database
from inspection.errors import ConflictError
from inspection.tables import OutboxEntry

Client = TestClient[Litestar]
AT = datetime(2026, 3, 2, tzinfo=UTC)


def add(session: Session) -> UUID:
    entry = OutboxEntry(job="made.up", subject_id=uuid4(), created_at=AT, relayed_at=AT)
    session.add(entry)
    session.flush()
    return entry.id


@get("/api/reads-and-writes", opt={PUBLIC: True}, sync_to_thread=True)
def writes_in_get(session: NamedDependency[Session]) -> None:
    add(session)


@post("/api/writes", opt={PUBLIC: True}, sync_to_thread=True)
def writes(session: NamedDependency[Session]) -> UUID:
    return add(session)


@post("/api/fails", opt={PUBLIC: True}, sync_to_thread=True)
def fails(session: NamedDependency[Session]) -> None:
    add(session)
    raise ConflictError("changed_meanwhile")


@pytest.fixture
def client(app: Litestar):
    for handler in (writes_in_get, writes, fails):
        app.register(handler)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers["x-csrftoken"] = client.get("/api/session").json()["csrf_token"]
        yield client


def entries(database: Database) -> list[UUID]:
    with database.read() as session:
        return list(session.exec(select(OutboxEntry.id).where(OutboxEntry.job == "made.up")))


def test_a_get_cannot_write(client: Client, database: Database) -> None:
    assert client.get("/api/reads-and-writes").status_code == 500
    assert entries(database) == []


def test_a_write_is_there_when_the_answer_comes(client: Client, database: Database) -> None:
    answer = client.post("/api/writes")

    assert entries(database) == [UUID(answer.json())]


def test_an_error_rolls_back_whole(client: Client, database: Database) -> None:
    assert client.post("/api/fails").status_code == 409
    assert entries(database) == []
