"""From the outbox to the queue."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from anyio import to_thread
from litestar import Litestar, Request
from litestar.config.app import AppConfig
from litestar.plugins import InitPlugin
from litestar_queues import QueuePlugin
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select, update

from api.living import running
from api.logs import log
from inspection.database import Database
from inspection.tables import OutboxEntry

RELAY_SECONDS: Final = 1.0
_BATCH: Final = 100


class Relay(InitPlugin):
    """Hands outbox rows to the queue, every second and right after requests that write.

    Args:
        at_start: What is looked after once, in a thread, before the first row.
    """

    def __init__(
        self,
        database: Database,
        queue: QueuePlugin,
        engine: AsyncEngine,
        at_start: Callable[[], None],
    ) -> None:
        self._database = database
        self._queue = queue
        self._engine = engine
        self._at_start = at_start
        self._wanted = asyncio.Event()

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Start after the queue and stop before it; listen to requests."""
        app_config.lifespan.append(self._live)
        app_config.after_response = self._after_response
        app_config.on_shutdown.append(self._close)
        return app_config

    async def relay(self) -> int:
        """Hand over what waits; returns how much."""
        waiting = await to_thread.run_sync(self._list_waiting)
        for job, subject_id, _ in waiting:
            await self._queue.get_service().enqueue(job, str(subject_id), key=f"{job}:{subject_id}")
        if waiting:
            await to_thread.run_sync(self._mark, [entry_id for _, _, entry_id in waiting])
        return len(waiting)

    @asynccontextmanager
    async def _live(self, _app: Litestar) -> AsyncIterator[None]:
        await to_thread.run_sync(self._at_start)
        async with running(self._run()):
            yield

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            try:
                await self.relay()
            except Exception as error:  # noqa: BLE001 - the database may be away for a while; rows wait
                log.error("relay.failed", exc_info=error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), RELAY_SECONDS)

    async def _after_response(self, request: Request[Any, Any, Any]) -> None:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            self._wanted.set()

    async def _close(self) -> None:
        await self._engine.dispose()

    def _list_waiting(self) -> list[tuple[str, UUID, UUID]]:
        with self._database.read() as session:
            return list(
                session.exec(
                    select(OutboxEntry.job, OutboxEntry.subject_id, OutboxEntry.id)
                    .where(col(OutboxEntry.relayed_at).is_(None))
                    .order_by(col(OutboxEntry.created_at))
                    .limit(_BATCH)
                )
            )

    def _mark(self, entries: list[UUID]) -> None:
        with self._database.write() as session:
            session.exec(
                update(OutboxEntry)
                .where(col(OutboxEntry.id).in_(entries))
                .values(relayed_at=datetime.now(UTC))
            )
