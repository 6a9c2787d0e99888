"""A world whose database was made by migrations: for servers, and commands given settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result
from sqlmodel import col, update

from api import schema
from api.cli import main
from api.passwords import hash_password
from api.setting_values import FolderSettings
from api.settings import Settings
from evidence.folder import FolderStorage
from inspection.database import Database
from inspection.tables import Person
from tests.inspection.world import World

PASSWORD = "mười hai ký tự"


@contextmanager
def platform_in(folder: Path) -> Iterator[World]:
    database = Database(f"sqlite:///{folder / 'world.db'}")
    schema.upgrade(database)
    storage = FolderStorage(folder / "store")
    storage.probe()
    world = World(database=database, storage=storage, folder=folder)
    world.settle()
    yield world
    database.close()


def give_passwords(world: World, *, password: str = PASSWORD, beside: tuple[str, ...] = ()) -> None:
    """Let everybody log in, beside those who have only been invited."""
    with world.database.write() as session:
        session.exec(
            update(Person)
            .where(col(Person.username).not_in(beside))
            .values(password_hash=hash_password(password))
        )


def settings_over(world: World, **rest) -> Settings:
    """Of a server over that world, with the rest as told."""
    return Settings(
        database_url=world.database.url,
        storage=FolderSettings(path=world.folder / "store"),
        work_folder=world.folder / "work",
        secret="s" * 64,
        **rest,
    )


def settings_of(world: World) -> dict[str, str]:
    return {
        "THANHTRA_DATABASE_URL": world.database.url,
        "THANHTRA_STORAGE": f"folder:{world.folder / 'store'}",
        "THANHTRA_WORK_FOLDER": str(world.folder / "work"),
        "THANHTRA_SECRET": "a secret of tests, long enough for it",
    }


def run(*arguments: object, env: dict[str, str] | None = None) -> Result:
    runner = CliRunner(env={"LANG": "en_US.UTF-8", **(env or {})})
    return runner.invoke(main, [*map(str, arguments)])
