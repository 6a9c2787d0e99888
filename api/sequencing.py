"""The sequencer of the custody log: gives what waits its place, every second, and signs the head.

Every process with background jobs runs one; the database lets them in one after the other, so that
there is one order.  Work that is in the log already is not done again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from anyio import to_thread
from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.plugins import InitPlugin

from api.cores import NOW
from api.living import running
from api.logs import log
from evidence.key_files import KeyFolder
from inspection.custody import enter_pending
from inspection.database import Database

SEQUENCE_SECONDS: Final = 1.0


class Sequencer(InitPlugin):
    """Keeps the log growing while the application lives."""

    def __init__(self, database: Database, keys: KeyFolder) -> None:
        self._database = database
        self._keys = keys
        self._said: str | None = None

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Run beside the requests."""
        app_config.lifespan.append(self._live)
        return app_config

    def tick(self) -> None:
        """Enter what waits."""
        enter_pending(self._database, self._keys, clock=NOW)

    @asynccontextmanager
    async def _live(self, _app: Litestar) -> AsyncIterator[None]:
        async with running(self._run()):
            yield

    async def _run(self) -> None:
        while True:
            try:
                await to_thread.run_sync(self.tick)
                self._said = None
            except Exception as error:  # noqa: BLE001 - acts go on, and their entries wait
                self._say(error)
            await asyncio.sleep(SEQUENCE_SECONDS)

    def _say(self, error: Exception) -> None:
        """Say what is wrong once, not every second."""
        said = f"{type(error).__qualname__} {getattr(error, 'code', '')}"
        if said != self._said:
            log.error("custody.stopped", exc_info=error)
        self._said = said
