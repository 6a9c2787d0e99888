"""`thanhtra custody`: the keys of the custody log, and whether the log is what it was."""

import click

from api.commands.custody.keys import compromised, keygen, rotate
from api.commands.custody.verify import verify
from api.commands.custody.witness import witness


@click.group()
def custody() -> None:
    """Keys of the custody log, and checks of the log from inside and outside."""


for command in (keygen, rotate, compromised, verify, witness):
    custody.add_command(command)
