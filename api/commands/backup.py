"""`thanhtra backup`: the whole platform into a folder."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from api.cli import language
from api.commands.deployment import filling, opened
from api.language import translator
from api.schema import newest_revision
from api.settings import read_settings
from inspection.backup import save_backup


@click.command()
@click.option(
    "--into",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder the backup is made in: new or empty.",
)
def backup(folder: Path) -> None:
    """Save database, objects and the head of the custody log into a folder.

    The platform may go on working.  Logins, settings and keys are not saved; every object is
    hashed on the way.  The folder is a bag (BagIt 1.0): sha256sum can check it.
    """
    settings = read_settings(os.environ)
    with opened(settings) as (database, storage), filling(folder):
        saved, sealed = save_backup(
            database,
            storage,
            folder=folder,
            revision=newest_revision() or "",
            clock=partial(datetime.now, UTC),
        )
    say = translator(language())
    click.echo(
        say(
            "backup.saved",
            folder=str(folder),
            rows=sum(saved.rows.values()),
            objects=saved.objects,
            size_bytes=sealed.size_bytes,
        )
    )
    click.echo(say("case.digest", sha256=sealed.tagmanifest_sha256))
