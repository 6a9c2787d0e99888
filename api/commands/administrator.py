"""`thanhtra create-admin`: the account everything else begins with."""

import os
from datetime import UTC, datetime

import click

from api.passwords import hash_password
from api.schema import require_newest
from api.settings import read_settings
from inspection.accounts import create_first_administrator
from inspection.database import Database


@click.command()
@click.option("--username", prompt=True, help="The name to log in with, in small letters.")
@click.option("--full-name", prompt=True, help="The person's full name.")
@click.password_option(help="At least 12 characters; asked for when not given.")
def create_admin(username: str, full_name: str, password: str) -> None:
    """Create the first administrator, who creates everybody else."""
    database = Database(read_settings(os.environ).database_url)
    require_newest(database)
    with database.write() as session:
        create_first_administrator(
            session,
            username=username,
            full_name=full_name,
            password_hash=hash_password(password),
            at=datetime.now(UTC),
        )
    database.close()
    click.echo(username.strip().lower())
