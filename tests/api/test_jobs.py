"""From the outbox to the queue: nothing lost, nothing asked twice runs twice at a time."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from litestar.testing import TestClient
from sqlalchemy import text
from sqlmodel import col, select

from api import schema
from api.app import create_app
from api.settings import Settings
from inspection.database import Database
from inspection.tables import OutboxEntry
from tests.journeys.serving import wait_until


def ask(database: Database, subject_id: UUID, *, times: int) -> None:
    with database.write() as session:
        for _ in range(times):
            session.add(
                OutboxEntry(job="item.read", subject_id=subject_id, created_at=datetime.now(UTC))
            )


def waiting(database: Database) -> int:
    with database.read() as session:
        return len(
            session.exec(select(OutboxEntry.id).where(col(OutboxEntry.relayed_at).is_(None))).all()
        )


def queued(database: Database) -> list[str]:
    with database.read() as session:
        return list(
            session.connection()
            .execute(text("SELECT task_key FROM queue_task WHERE task_name = 'item.read'"))
            .scalars()
        )


def test_what_was_asked_twice_is_queued_once(settings: Settings) -> None:
    database = Database(settings.database_url)
    schema.upgrade(database)
    subject_id = uuid4()
    ask(database, subject_id, times=2)

    with TestClient(create_app(replace(settings, jobs_at_once=1))):
        wait_until(lambda: waiting(database) == 0, what="the relay")

        assert queued(database) == [f"item.read:{subject_id}"]
    database.close()


def test_what_was_asked_before_a_crash_is_relayed_after_it(settings: Settings) -> None:
    database = Database(settings.database_url)
    schema.upgrade(database)
    first, second = uuid4(), uuid4()
    ask(database, first, times=1)
    with TestClient(create_app(replace(settings, jobs_at_once=1))):
        wait_until(lambda: waiting(database) == 0, what="the relay")
    ask(database, second, times=1)
    with TestClient(create_app(replace(settings, jobs_at_once=1))):
        wait_until(lambda: waiting(database) == 0, what="the relay")

    assert sorted(queued(database)) == sorted(f"item.read:{one}" for one in (first, second))
    database.close()
