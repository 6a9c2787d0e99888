"""`thanhtra storage`: whether the store holds what it should, asked by hand."""

import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import click

from api.cli import language
from api.commands.deployment import opened
from api.language import translator
from api.settings import read_settings
from inspection.keeping import check_oldest, find_orphans, sweep_orphans

WRONG: Final = 1
_CLOCK: Final = partial(datetime.now, UTC)
_LONG: Final = timedelta(days=3650)


@click.group()
def storage() -> None:
    """The evidence store: hash it again, find what does not belong together."""


@storage.command()
@click.option("--all", "everything", is_flag=True, help="Also what was checked in this cycle.")
def check(*, everything: bool) -> None:
    """Hash again what was not checked for a cycle, and name what is altered or missing.

    The server does the same by itself, a little at a time; ends with exit code 1 when something is
    wrong.
    """
    settings = read_settings(os.environ)
    with opened(settings) as (database, store):
        found = check_oldest(
            database,
            store,
            cycle=timedelta() if everything else settings.fixity_cycle,
            clock=_CLOCK,
            until=_CLOCK() + _LONG,
        )
    say = translator(language())
    for one in found:
        outcome = say(f"store.outcome.{one.outcome}")
        click.echo(say("store.finding", sha256=one.sha256, outcome=outcome, found=one.found or "–"))
    click.echo(say("store.checked.done", count=len(found)))
    sys.exit(WRONG if found else 0)


@storage.command()
@click.option("--sweep", is_flag=True, help="Delete what nothing refers to; stop the server first.")
def orphans(*, sweep: bool) -> None:
    """Compare the store with the database.

    Ends with exit code 1 when something the database refers to is not in the store.
    """
    with opened(read_settings(os.environ)) as (database, store):
        found = find_orphans(database, store)
        gone = sweep_orphans(database, store, orphans=found, clock=_CLOCK) if sweep else ()
    say = translator(language())
    for sha256 in found.unknown:
        click.echo(say("store.swept" if sha256 in gone else "store.unknown", sha256=sha256))
    for sha256 in found.lost:
        click.echo(say("store.lost", sha256=sha256))
    click.echo(say("store.compared", unknown=len(found.unknown), lost=len(found.lost)))
    sys.exit(WRONG if found.lost else 0)
