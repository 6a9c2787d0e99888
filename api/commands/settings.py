"""`thanhtra check-settings`: try every setting before the start."""

import os

import click

from api.schema import find_revision, newest_revision
from api.setting_list import SETTINGS
from api.settings import read_settings, to_environment
from api.stores import make_keys, make_storage
from inspection.database import Database


@click.command()
def check_settings() -> None:
    """Read all settings, connect to database and store, and say what is in force.

    Ends with exit code 2 and a sentence when a setting cannot work; secrets are not shown.
    """
    settings = read_settings(os.environ)
    written = to_environment(settings)
    for setting in SETTINGS:
        value = written.get(setting.variable, "")
        click.echo(f"{setting.variable}={'…' if setting.is_secret and value else value}")
    database = Database(settings.database_url)
    click.echo(f"database: {find_revision(database) or '0'} of {newest_revision()}")
    database.close()
    storage = make_storage(settings)
    storage.probe()
    click.echo("storage: ok")
    click.echo(f"locks: {storage.lock.gap or 'ok'}")
    ring = make_keys(settings).find_ring()
    click.echo(f"keys: {ring.origin if ring else 'none: no receipt can be issued'}")
