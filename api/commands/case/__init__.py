"""`thanhtra case`: a whole inspection out of the platform."""

import click

from api.commands.case.export import export


@click.group()
def case() -> None:
    """Case files: one inspection as a bag (BagIt 1.0, RFC 8493)."""


case.add_command(export)
