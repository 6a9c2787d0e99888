"""From the outbox to the queue: nothing lost, nothing asked twice runs twice at a time."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from litestar.testing import TestClient
from litestar_queues import QueuePlugin
from sqlalchemy import text
from sqlmodel import col, select, update

from api import schema
from api.app import create_app
from api.jobs import KEPT_WORK, TIDY_JOB
from api.settings import Settings
from inspection.database import Database
from inspection.tables import OutboxEntry, Progress
from inspection.tidying import forget_old_work
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


def test_what_ran_long_ago_is_forgotten(settings: Settings) -> None:
    database = Database(settings.database_url)
    schema.upgrade(database)
    old, new = uuid4(), uuid4()
    for subject_id in (old, new):
        ask(database, subject_id, times=1)
    copy = settings.cache_folder / f"{'0' * 64}.parquet"
    app = create_app(replace(settings, jobs_at_once=2))

    with TestClient(app) as client:
        wait_until(lambda: ended(database) == 2, what="two jobs, of nothing there is")
        with database.write() as session:
            session.add(Progress(subject_id=old, at=datetime.now(UTC) - 2 * KEPT_WORK))
            session.add(Progress(subject_id=new, at=datetime.now(UTC)))
        copy.touch()
        os.utime(copy, (0, 0))
        queue = app.plugins.get(QueuePlugin).get_service()

        def only_the_new_one_is_known() -> bool:
            make_old(database, old)  # the queue may note an end twice
            client.blocking_portal.call(queue.enqueue, TIDY_JOB)
            return queued(database) == [f"item.read:{new}"]

        wait_until(only_the_new_one_is_known, what="the tidying")
        wait_until(lambda: not copy.exists(), what="the tidying of copies")
    with database.read() as session:
        assert session.exec(select(OutboxEntry.subject_id)).all() == [new]
        assert session.exec(select(Progress.subject_id)).all() == [new]
    database.close()


def test_what_was_never_handed_over_is_not_forgotten(settings: Settings) -> None:
    database = Database(settings.database_url)
    schema.upgrade(database)
    subject_id = uuid4()
    ask(database, subject_id, times=1)

    with database.write() as session:
        forget_old_work(session, before=datetime.now(UTC) + KEPT_WORK)

    assert waiting(database) == 1
    database.close()


def ended(database: Database) -> int:
    statement = "SELECT count(*) FROM queue_task WHERE status IN ('completed', 'failed')"
    with database.read() as session:
        return session.connection().execute(text(statement)).scalar_one()


def make_old(database: Database, subject_id: UUID) -> None:
    long_ago = datetime.now(UTC) - 2 * KEPT_WORK
    with database.write() as session:
        session.connection().execute(
            text("UPDATE queue_task SET completed_at = :at WHERE task_key = :key"),
            {"at": str(long_ago), "key": f"item.read:{subject_id}"},
        )
        session.exec(
            update(OutboxEntry)
            .where(col(OutboxEntry.subject_id) == subject_id)
            .values(relayed_at=long_ago)
        )
