"""The queue: what runs in the background, and how it is asked for.

An act writes an outbox row in its own transaction.  The relay hands new rows to the queue, under a
key of job and subject, so that work asked for twice is queued once.  A task starts the synchronous
core in a child process of its own (`thanhtra job`), which cannot take the server's memory and dies
with it; screening alone starts its own, for the file.  Every job may run more than once; what must
happen once is decided in `inspection/`.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from advanced_alchemy.extensions.litestar import SQLAlchemyAsyncConfig
from anyio import to_thread
from litestar.plugins import InitPlugin
from litestar_queues import QueueConfig, QueuePlugin, WorkerConfig, task
from litestar_queues.backends.advanced_alchemy import SQLAlchemyBackendConfig
from structlog.contextvars import bound_contextvars

from api.cores import run_job
from api.logs import log
from api.queue_engine import make_engine
from api.refusals import JobFailedError
from api.relay import Relay
from api.settings import Settings, to_environment
from api.threads import run_abandoned
from evidence.errors import EvidenceError
from evidence.storage import Storage
from evidence.timestamp import HttpAuthority, load_roots
from inspection.conclusions import RENDER_JOB
from inspection.custody import keep_newest_head, stamp_newest_head
from inspection.database import Database
from inspection.evaluations import RUN_JOB
from inspection.keeping import apply_locks, check_oldest, erase_destroyed
from inspection.screening import READ_JOB, SCREEN_JOB, rescan_unscanned
from inspection.sweeping import sweep
from inspection.tidying import forget_old_work
from inspection.violations import drop_unused
from inspection.workflow.states import ErasureState

SWEEP_JOB: Final = "storage.sweep"
LOCK_JOB: Final = "storage.lock"
FIXITY_JOB: Final = "storage.check"
TIDY_JOB: Final = "storage.tidy"
KEPT_WORK: Final = timedelta(days=30)  # what ran, for whoever looks for why
KEPT_COPIES: Final = timedelta(hours=6)  # since they were used last: longer than nobody works
FIXITY_TIME: Final = timedelta(seconds=30)  # of every ten minutes: other jobs wait for a worker
# A child says every five seconds that it lives; three silences are a death.
DEAD_AFTER: Final = timedelta(seconds=15)
RETRIES: Final = 3


@task(SCREEN_JOB, retries=RETRIES, retry_backoff=1.0, requeue_on_stale=True)
async def screen_item(
    subject_id: str, database: Database, storage: Storage, settings: Settings
) -> None:
    """Look at one received file before anybody opens it.

    In a thread of the server: whatever opens the file is a process of its own already, and one
    more around it would cost a second for each of hundreds of small files.
    """
    with bound_contextvars(job=SCREEN_JOB, subject_id=subject_id):
        run = partial(
            run_job, settings, database, storage, name=SCREEN_JOB, subject_id=UUID(subject_id)
        )
        # A server that stops does not wait for it: what was not recorded is screened again.
        async with _in_time(settings, SCREEN_JOB):
            await run_abandoned(run)


@task(READ_JOB, retries=RETRIES, retry_backoff=1.0, requeue_on_stale=True)
async def read_item(subject_id: str, settings: Settings) -> None:
    """Read one received file as a table."""
    await run_child(settings, READ_JOB, subject_id)


@task(RUN_JOB, retries=RETRIES, retry_backoff=1.0, requeue_on_stale=True)
async def run_evaluation(subject_id: str, settings: Settings) -> None:
    """Judge the frozen evidence of one evaluation."""
    await run_child(settings, RUN_JOB, subject_id)


@task(RENDER_JOB, retries=RETRIES, retry_backoff=1.0, requeue_on_stale=True)
async def render_conclusion(subject_id: str, settings: Settings) -> None:
    """Render and issue one approved conclusion."""
    await run_child(settings, RENDER_JOB, subject_id)


@task(SWEEP_JOB, cron="* * * * *", timezone="Asia/Ho_Chi_Minh")
async def sweep_storage(database: Database, storage: Storage, settings: Settings) -> None:
    """Bring back on its way what a crash left half-done; keep the newest head of the log."""
    await to_thread.run_sync(sweep_now, database, storage)
    await to_thread.run_sync(keep_newest_head, database, storage)
    await to_thread.run_sync(stamp_now, database, settings)


def stamp_now(database: Database, settings: Settings) -> None:
    """Have the newest head of the custody log timestamped, where an authority is configured."""
    if settings.timestamp_roots is None:
        return
    authority = HttpAuthority(settings.timestamp_url)
    try:
        stamp_newest_head(database, authority, roots=load_roots(settings.timestamp_roots))
    except EvidenceError as error:
        # Receipts say that they have none, and the next minute asks again.
        log.error("custody.not_timestamped", exc_info=error)


@task(LOCK_JOB, cron="* * * * *", timezone="Asia/Ho_Chi_Minh")
async def lock_storage(database: Database, storage: Storage, settings: Settings) -> None:
    """Bring retention and holds in the store to what they should be."""
    await to_thread.run_sync(lock_now, database, storage, settings)


@task(FIXITY_JOB, cron="*/10 * * * *", timezone="Asia/Ho_Chi_Minh")
async def check_storage(database: Database, storage: Storage, settings: Settings) -> None:
    """Hash again what was not checked for a cycle, for half a minute at a time."""
    await to_thread.run_sync(check_now, database, storage, settings)


@task(TIDY_JOB, cron="30 3 * * *", timezone="Asia/Ho_Chi_Minh")
async def tidy(database: Database, settings: Settings, queue: QueuePlugin) -> None:
    """Drop what ran long ago, and local copies nobody uses."""
    before = datetime.now(UTC) - KEPT_WORK
    tasks = await queue.get_service().get_queue_backend().cleanup_terminal(before)
    rows, copies = await to_thread.run_sync(tidy_now, database, settings)
    log.info("storage.tidied", tasks=tasks, rows=rows, copies=copies)


def tidy_now(database: Database, settings: Settings) -> tuple[int, int]:
    """How many rows and how many local copies went."""
    now = datetime.now(UTC)
    with database.write() as session:
        rows = forget_old_work(session, before=now - KEPT_WORK)
    return rows, drop_unused(settings.cache_folder, before=now - KEPT_COPIES)


def lock_now(database: Database, storage: Storage, settings: Settings) -> None:
    """Lock what is to be locked, say loudly what is lost; erase what was destroyed."""
    applied = apply_locks(database, storage, policy=settings.retention, at=datetime.now(UTC))
    for sha256 in applied.lost:
        log.error("hold.lost", sha256=sha256)
    # Only now that holds are lifted.
    told = erase_destroyed(
        database, storage, cache=settings.cache_folder, clock=partial(datetime.now, UTC)
    )
    for state in (ErasureState.HELD, ErasureState.LOCKED):
        if told.get(state):
            log.warning("destruction.kept", state=state, files=told[state])


def check_now(database: Database, storage: Storage, settings: Settings) -> None:
    """Check what is due, and say loudly what is not intact."""
    found = check_oldest(
        database,
        storage,
        cycle=settings.fixity_cycle,
        clock=partial(datetime.now, UTC),
        until=datetime.now(UTC) + FIXITY_TIME,
    )
    for one in found:
        log.error("fixity.wrong", sha256=one.sha256, outcome=one.outcome, found=one.found)


def sweep_now(database: Database, storage: Storage) -> None:
    """Look once for abandoned uploads and dead work."""
    sweep(database, storage, at=datetime.now(UTC), dead_after=DEAD_AFTER)


async def run_child(settings: Settings, job: str, subject_id: str) -> None:
    """Run one job in a process of its own, within its limits.

    Raises:
        JobFailedError: It ran too long, or ended otherwise than with exit code 0.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "job", job, subject_id),
        *("--parent", str(os.getpid())),
        env={**os.environ, **to_environment(settings)},
        stdin=asyncio.subprocess.DEVNULL,
    )
    try:
        async with _in_time(settings, job):
            code = await process.wait()
    finally:
        # Cancelled or too late: no child outlives the task that started it.
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        raise JobFailedError("job.died", job=job, exit_code=code)


@asynccontextmanager
async def _in_time(settings: Settings, job: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(settings.job_seconds) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():  # a store's or a scanner's
            raise
        raise JobFailedError("job.too_long", job=job, seconds=settings.job_seconds) from error


def make_queue(settings: Settings, database: Database, storage: Storage) -> tuple[InitPlugin, ...]:
    """The queue and its relay, as plugins of the application; none where no job may run."""
    if settings.jobs_at_once == 0:
        return ()

    async def resolve(task: Any, _record: Any, _context: Any) -> Mapping[str, object]:
        everything = {
            "settings": settings,
            "database": database,
            "storage": storage,
            "queue": queue,
        }
        return {name: everything[name] for name in task.signature.parameters if name in everything}

    engine = make_engine(settings.database_url)
    queue = QueuePlugin(
        QueueConfig(
            queue_backend=SQLAlchemyBackendConfig(
                sqlalchemy_config=SQLAlchemyAsyncConfig(engine_instance=engine),
                worker_wakeups=settings.database_url.startswith("postgresql"),
            ),
            task_dependency_resolver=resolve,
            worker=WorkerConfig(
                placement="asgi",
                max_concurrency=settings.jobs_at_once,
                poll_interval=0.1,
                poll_backoff_max=0.5,
                heartbeat_interval=settings.heartbeat_seconds,
                stale_after=settings.stale_seconds,
                stale_check_interval=settings.stale_seconds / 2,
                graceful_shutdown_timeout=2,
                requeue_on_shutdown=True,
            ),
        )
    )
    return (queue, Relay(database, queue, engine, partial(_at_start, settings, database, storage)))


def _at_start(settings: Settings, database: Database, storage: Storage) -> None:
    if settings.clamd_address:
        rescan_unscanned(database, clock=partial(datetime.now, UTC))
    sweep_now(database, storage)
