"""`thanhtra verify`: checks anybody can make, without a server, an account or a network."""

import click

from api.commands.verify.case import case
from api.commands.verify.receipt import receipt


@click.group()
def verify() -> None:
    """Check offline what came out of the platform."""


verify.add_command(receipt)
verify.add_command(case)
