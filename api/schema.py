"""The database's shape: our tables and the queue's, brought up to date by migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from litestar_queues.backends.advanced_alchemy import models as queue_models
from sqlalchemy import Connection, MetaData

from api.migrations.rendering import compare_types
from api.refusals import SchemaError
from inspection import tables
from inspection.database import Database

MIGRATIONS: Final = Path(__file__).parent / "migrations"
# The queue registers its tables in Advanced Alchemy's registry by being imported.
METADATA: Final[tuple[MetaData, ...]] = (
    tables.METADATA,
    queue_models.QueueTaskModel.metadata,
)


def upgrade(database: Database, *, to: str = "head") -> None:
    """Bring a database, empty or old, to the present shape."""
    with _configured(database) as config:
        command.upgrade(config, to)


def downgrade(database: Database, *, to: str = "base") -> None:
    """Bring a database back to an older shape; what only the newer one can hold is lost."""
    with _configured(database) as config:
        command.downgrade(config, to)


def find_revision(database: Database) -> str | None:
    """The migration a database stands at; None when it has no tables of ours."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The migration this program needs."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def require_newest(database: Database) -> None:
    """Refuse to work on a database of another shape.

    Raises:
        SchemaError: Migrations have to run first.
    """
    found, needed = find_revision(database), newest_revision()
    if found != needed:
        raise SchemaError("schema.old", found=found or "0", needed=needed)


def list_differences(database: Database) -> list[Any]:
    """Where a database differs from the tables of this program, as Alembic's operations."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": compare_types})
        # Alembic types the parameter as one MetaData; it takes several.
        several: Any = list(METADATA)
        differences: list[Any] = compare_metadata(context, several)
        return differences


def write_revision(database: Database, *, message: str, revision: str) -> None:
    """Write a migration from what the database has to what the tables say, for its author."""
    with _configured(database) as config:
        command.revision(config, message=message, rev_id=revision, autogenerate=True)


@contextmanager
def _configured(database: Database) -> Iterator[Config]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # One connection, one transaction: a migration that fails leaves nothing behind.
    with database.engine.connect() as connection, _tables_copied(connection), connection.begin():
        config.attributes["connection"] = connection
        yield config
        _require_references(connection)


@contextmanager
def _tables_copied(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table others refer to: that is how Alembic changes one there.

    Source: https://sqlite.org/lang_altertable.html#otheralter, steps 1 and 12; it can be switched
    outside transactions only.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection  # SQLAlchemy leaves its type open
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _require_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise SchemaError("schema.references", table=lost[0][0])
