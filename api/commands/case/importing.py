"""`thanhtra case import`: a deposit from a bag on a disk."""

import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

import click

from api.cli import language
from api.commands.deployment import opened
from api.commands.verify.case import bag_lines, printable
from api.language import translator
from api.settings import read_settings
from evidence.bag import verify_bag
from inspection.casefile import import_bag, note_import, plan_import
from inspection.database import Database
from inspection.deposits import receive_file
from inspection.errors import InvalidError
from inspection.login import actor_of, find_login
from inspection.people import Actor

REFUSED: Final = 1
_CLOCK: Final = partial(datetime.now, UTC)


@click.command("import")
@click.argument("bag", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--inspection",
    "inspection_id",
    required=True,
    type=click.UUID,
    help="The inspection it belongs to.",
)
@click.option(
    "--request", "request_id", required=True, type=click.UUID, help="The request it answers."
)
@click.option(
    "--by",
    "username",
    required=True,
    help="Who brought it: the login of a person of the organization, who certifies it later.",
)
def import_(bag: Path, inspection_id: UUID, request_id: UUID, username: str) -> None:
    """Take a deposit from a bag (BagIt 0.97 or 1.0) that was brought on a disk.

    The bag is verified first; where anything is wrong with it, every file concerned is named and
    nothing is taken.  The files are recorded as if they had come over the web, and the deposit
    waits to be certified there.  After a break, the same command goes on.

    \b
    Exit codes:
      0  every file was taken
      1  the bag is not intact; nothing was taken
      2  something given could not be used
    """  # noqa: D301 - the mark of click for lines that stay as they are
    settings = read_settings(os.environ)
    say = translator(language())
    report = verify_bag(bag)
    if not report.is_valid:
        click.echo(say("case.refused", count=len(report.problems)))
        for line in bag_lines(report, say):
            click.echo(printable(line))
        sys.exit(REFUSED)
    with opened(settings) as (database, storage):
        actor = _find_actor(database, username)
        take = partial(
            receive_file,
            database,
            storage,
            actor=actor,
            inspection_id=inspection_id,
            request_id=request_id,
            limits=settings.limits,
            clock=_CLOCK,
        )
        with database.read() as session:
            arrivals = plan_import(
                session,
                actor=actor,
                inspection_id=inspection_id,
                request_id=request_id,
                report=report,
                limits=settings.limits,
            )
        files = import_bag(take, folder=bag, report=report, arrivals=arrivals)
        with database.write() as session:
            note_import(session, inspection_id=inspection_id, files=files, at=_CLOCK())
    for file in files:
        click.echo(printable(f"{file.sha256}  {file.name}"))
    click.echo(say("case.imported", count=len(files)))


def _find_actor(database: Database, username: str) -> Actor:
    with database.read() as session:
        login = find_login(session, username=username, at=_CLOCK())
        actor = actor_of(session, person_id=login.person_id) if login else None
    if actor is None:
        raise InvalidError("case.nobody", field="by")
    return actor
