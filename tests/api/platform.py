"""A world whose database was made by migrations, for commands that are given settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from api import schema
from api.cli import main
from evidence.folder import FolderStorage
from inspection.database import Database
from tests.inspection.world import World


@contextmanager
def platform_in(folder: Path) -> Iterator[World]:
    database = Database(f"sqlite:///{folder / 'platform.sqlite'}")
    schema.upgrade(database)
    storage = FolderStorage(folder / "store")
    storage.probe()
    world = World(database=database, storage=storage, folder=folder)
    world.settle()
    yield world
    database.close()


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
