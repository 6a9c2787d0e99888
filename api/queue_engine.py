"""The one asynchronous engine: it belongs to the queue alone."""

import asyncio
import time
from collections.abc import Callable
from sqlite3 import OperationalError
from typing import Final

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from inspection.database import BUSY_SECONDS, prepare_sqlite

MUTEX_SECONDS: Final = 0.05  # the longest SQLite may wait by itself
RETRY_SECONDS: Final = 0.02


def make_engine(url: str) -> AsyncEngine:
    """An engine on the same database as everything else.

    SQLite must not wait long for a lock by itself here: it would sleep holding the mutex of its
    connection.  A cursor that an exception left behind is reset by the garbage collector, on the
    thread of the event loop, and that needs the mutex; the loop would stand still, and with it
    whichever of its transactions holds the lock.
    """
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_pre_ping=True)
    address = url.replace("sqlite:", "sqlite+aiosqlite:", 1)
    engine = create_async_engine(address, connect_args={"timeout": MUTEX_SECONDS})
    event.listen(engine.sync_engine, "connect", _prepare_patiently)
    event.listen(engine.sync_engine, "begin", _begin_patiently)
    return engine


def _prepare_patiently(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    _repeat(lambda: prepare_sqlite(connection, record))


def _begin_patiently(connection: Connection) -> None:
    """Take the write lock, while the event loop goes on."""
    cursor = connection.connection.cursor()
    _repeat(lambda: cursor.execute("BEGIN IMMEDIATE"))


def _repeat(act: Callable[[], object]) -> None:
    """Ask again and again until the file is not locked any more."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            act()
        except OperationalError:
            if time.monotonic() >= end:
                raise
            await_only(asyncio.sleep(RETRY_SECONDS))
        else:
            return
