"""`thanhtra case export`: one inspection into a folder."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import click

from api.cli import language
from api.commands.deployment import filling, opened
from api.language import translator
from api.settings import read_settings
from evidence.key_files import KeyFolder
from inspection.casefile import export_case


@click.command()
@click.argument("inspection_id", metavar="INSPECTION", type=click.UUID)
@click.option(
    "--into",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder the bag is made in: new, empty, or of an export that broke off.",
)
def export(inspection_id: UUID, folder: Path) -> None:
    """Write the case file of one inspection as a bag.

    The folder is complete when the command ends with a digest; after a break, the same command
    goes on where it stopped.  The export is written into the journal.
    """
    settings = read_settings(os.environ)
    with opened(settings) as (database, storage), filling(folder):
        sealed = export_case(
            database,
            storage,
            keys=KeyFolder(settings.key_folder),
            inspection_id=inspection_id,
            folder=folder,
            clock=partial(datetime.now, UTC),
        )
    say = translator(language())
    click.echo(
        say("case.taken", folder=str(folder), files=sealed.files, size_bytes=sealed.size_bytes)
    )
    click.echo(say("case.digest", sha256=sealed.tagmanifest_sha256))
