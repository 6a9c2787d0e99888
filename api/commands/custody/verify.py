"""`thanhtra custody verify`: is the log the one that was signed?"""

import os
import sys
from pathlib import Path
from typing import Final

import click
from sqlmodel import Session

from api.cli import language
from api.language import translator
from api.refusals import SettingsError
from api.setting_list import PREFIX
from api.settings import read_settings
from evidence.custody.troubles import MOST_TROUBLES
from evidence.key_files import load_ring
from evidence.witness import read_witness
from inspection.custody import verify_custody
from inspection.database import Database

NOT_INTACT: Final = 1


@click.command()
@click.option(
    "--witness",
    "witness_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A witness file that was kept outside; without one, who holds the key can deceive.",
)
def verify(witness_file: Path | None) -> None:
    """Go through the whole custody log and the journal, and name everything that was altered.

    Finds entries deleted, reordered, rewritten or cut off, and, with a witness file, a log that
    was replaced by another.

    \b
    Exit codes:
      0  intact
      1  not intact; every trouble is printed
      2  something given could not be used
    """  # noqa: D301 - the mark of click for lines that stay as they are
    settings = read_settings(os.environ)
    if settings.key_folder is None:
        raise SettingsError(
            "setting.missing", variable=f"{PREFIX}KEY_FOLDER", example="/srv/thanhtra/keys"
        )
    ring = load_ring(settings.key_folder)
    kept = read_witness(witness_file.read_text(), ring) if witness_file else ()
    database = Database(settings.database_url)
    # One moment for all of it: the platform goes on writing and signing meanwhile.
    with database.snapshot() as connection, Session(connection) as session:
        report = verify_custody(session, ring=ring, witnessed=kept)
    database.close()
    say = translator(language())
    for trouble in report.troubles:
        click.echo(say(f"trouble.{trouble.code}", **trouble.facts))
    if len(report.troubles) == MOST_TROUBLES:
        click.echo("…")
    facts = {"size": report.size, "pending": report.pending, "heads": report.checkpoints}
    click.echo(say("custody.verify.bad" if report.troubles else "custody.verify.good", **facts))
    if not kept:
        click.echo(say("custody.verify.alone"))
    sys.exit(NOT_INTACT if report.troubles else 0)
