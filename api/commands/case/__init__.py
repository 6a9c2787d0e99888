"""`thanhtra case`: a whole inspection out of the platform, and deposits from a disk into it."""

import click

from api.commands.case.export import export
from api.commands.case.importing import import_


@click.group()
def case() -> None:
    """Case files: one inspection as a bag (BagIt 1.0, RFC 8493)."""


case.add_command(export)
case.add_command(import_)
