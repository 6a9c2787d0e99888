"""`thanhtra migrate`: the database's shape."""

import os

import click

from api import schema
from api.settings import read_settings
from inspection.database import Database


@click.command()
def migrate() -> None:
    """Bring the database, empty or old, to the shape this version needs."""
    database = Database(read_settings(os.environ).database_url)
    before = schema.find_revision(database)
    schema.upgrade(database)
    click.echo(f"{before or '0'} -> {schema.find_revision(database)}")
    database.close()
