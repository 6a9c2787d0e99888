"""What a command that works on a whole deployment opens, and closes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.schema import require_newest
from api.settings import Settings
from api.stores import make_storage
from evidence.storage import Storage
from inspection.database import Database
from inspection.errors import InvalidError


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Database, Storage]]:
    """The database and the store the settings name.

    Raises:
        SchemaError: Migrations have to run first.
    """
    database = Database(settings.database_url)
    try:
        require_newest(database)
        yield database, make_storage(settings)
    finally:
        database.close()


@contextmanager
def filling(folder: Path) -> Iterator[None]:
    """Make something in a folder of the operator's.

    Raises:
        InvalidError: Something else is in it.
    """
    try:
        yield
    except FileExistsError as error:
        raise InvalidError("case.folder_taken", folder=str(folder)) from error
