"""Short transactions: one that may only read, one that may write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

READ_ONLY: Final = "thanhtra_read_only"
WRITER_LOCK: Final = 7_465_616  # any number, as long as nobody else on the server takes it
BUSY_SECONDS: Final = 30  # how long a writer waits for another on SQLite


class Database:
    """Where transactions come from; nothing stays open between two of them.

    Writers go one after the other on both databases: what an operation has looked up still holds
    when it writes, so "find, then insert" needs no retry and no second check.
    On SQLite a writer takes the write lock at once (BEGIN IMMEDIATE): with the default, two
    read-modify-write transactions lose updates or fail at once.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        arguments = {"timeout": BUSY_SECONDS} if url.startswith("sqlite") else {}
        self.engine: Engine = create_engine(url, connect_args=arguments, pool_pre_ping=True)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", prepare_sqlite)
            event.listen(self.engine, "begin", begin_sqlite)
        else:
            event.listen(self.engine, "begin", _begin_postgresql)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that cannot change anything."""
        options = {READ_ONLY: True, "postgresql_readonly": True}
        with (
            self.engine.connect().execution_options(**options) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that cannot change anything and sees one moment, however long it takes."""
        options: dict[str, object] = {READ_ONLY: True, "postgresql_readonly": True}
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits when the block ends and rolls back when it fails."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(READ_ONLY):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Set up a new connection to an SQLite file."""
    # The driver must not begin transactions by itself: `begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """Begin a transaction: writers take the write lock at once."""
    read_only = bool(connection.get_execution_options().get(READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
