"""`thanhtra restore`: a backup back into an empty platform."""

import os
from pathlib import Path

import click

from api import schema
from api.cli import language
from api.language import translator
from api.settings import read_settings
from api.stores import make_storage
from inspection.backup import restore_backup
from inspection.database import Database


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def restore(folder: Path) -> None:
    """Put a backup back into an empty database and a store.

    The database is migrated first; where anything is in it, nothing is done.  In the end rows,
    objects and the head of the custody log are compared with what was saved.
    """
    settings = read_settings(os.environ)
    database, storage = Database(settings.database_url), make_storage(settings)
    schema.upgrade(database)
    storage.probe()
    try:
        restored = restore_backup(
            database, storage, folder=folder, revision=schema.newest_revision() or ""
        )
    finally:
        database.close()
    say = translator(language())
    click.echo(
        say(
            "backup.restored",
            saved_at=restored.saved_at,
            rows=sum(restored.rows.values()),
            objects=restored.objects,
        )
    )
    click.echo(restored.head or say("backup.no_head"), nl=not restored.head)
