"""`thanhtra demo`: everything from nothing, with made-up data; what `make run` starts."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

import click

from api import schema
from api.commands.serve import run_server
from api.demo import PASSWORD, PEOPLE, load_demonstration
from api.demo.people import ADMINISTRATOR
from api.setting_values import FolderSettings
from api.settings import Settings
from api.stores import make_storage
from evidence.key_files import RING, KeyFolder, generate
from inspection.database import Database

_OWNER_ONLY = 0o600


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var"),
    show_default=True,
    help="Where database, store, secret and keys are kept; delete it to begin anew.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=8000,
    show_default=True,
    help="The port to listen on; only this machine can reach it.",
)
@click.option("--load-only", is_flag=True, help="Load the data and do not serve.")
def demo(folder: Path, port: int, load_only: bool) -> None:  # noqa: FBT001 - a flag of click
    """Load invented data once and serve it on this machine.

    SQLite and a folder store are made under --folder; other settings are not read.
    """
    settings = make_settings(folder.absolute(), port=port)
    prepare(settings)
    click.echo(f"\n  {settings.public_url}\n")
    click.echo(f"  password of everybody: {PASSWORD}")
    click.echo(f"  {ADMINISTRATOR[0]:<14}administrator")
    for person in PEOPLE:
        click.echo(f"  {person.username:<14}{person.role.value:<14}{person.full_name}")
    click.echo("")
    if not load_only:
        run_server(settings)


def make_settings(folder: Path, *, port: int) -> Settings:
    """The settings of the demonstration; its secret and its keys are made once and kept."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret"
    if not secret.exists():
        secret.touch(mode=_OWNER_ONLY)
        secret.write_text(secrets.token_hex(32))
    keys = folder / "keys"
    if not (keys / RING).exists():
        generate(keys, origin="demo.thanhtra.invalid/custody", at=datetime.now(UTC))
    return Settings(
        database_url=f"sqlite:///{folder / 'thanhtra.sqlite'}",
        storage=FolderSettings(path=folder / "evidence"),
        work_folder=folder / "work",
        secret=secret.read_text().strip(),
        key_folder=keys,
        public_url=f"http://127.0.0.1:{port}",
        port=port,
        demonstration=True,
    )


def prepare(settings: Settings) -> None:
    """Migrate, lay out the store, and load the invented data if there is none."""
    database, storage = Database(settings.database_url), make_storage(settings)
    schema.upgrade(database)
    storage.probe()
    load_demonstration(
        database,
        storage,
        keys=KeyFolder(settings.key_folder),
        folder=settings.work_folder,
        now=datetime.now(UTC),
        say=lambda line: click.echo(f"  {line}", err=True),
    )
    database.close()
