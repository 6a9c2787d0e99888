"""`thanhtra custody keygen`, `rotate`, `compromised`: keys are made by commands, kept in files."""

from datetime import UTC, datetime
from pathlib import Path

import click

from evidence import key_files
from evidence.keys import PublicKey

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command()
@FOLDER
@click.option(
    "--origin",
    required=True,
    help="The name of the log for ever: host and path, such as thanhtra.example.vn/custody.",
)
def keygen(folder: Path, origin: str) -> None:
    """Make the first key of a custody log in FOLDER, which THANHTRA_KEY_FOLDER then names.

    The folder holds signing.pem, which only the server's account may read, and ring.json, the
    public keys.  Keep it out of backups of the database and the store.
    """
    _say(folder, key_files.generate(folder, origin=origin, at=datetime.now(UTC)))


@click.command()
@FOLDER
def rotate(folder: Path) -> None:
    """Replace the signing key in FOLDER; receipts signed with the old one stay valid.

    A running server takes the new key by itself.
    """
    _say(folder, key_files.rotate(folder, at=datetime.now(UTC)))


@click.command()
@FOLDER
@click.confirmation_option(
    prompt="Everything this key signed will be refused from now on. Go on?",
    help="Do not ask.",
)
def compromised(folder: Path) -> None:
    """Replace a signing key that others may hold; nothing it signed counts any more.

    Receipts are given out anew, signed with the new key.
    """
    _say(folder, key_files.replace_compromised(folder, at=datetime.now(UTC)))


def _say(folder: Path, key: PublicKey) -> None:
    click.echo(f"{folder / key_files.RING}: {key}")
    click.echo(f"SHA-256 {key.fingerprint}")
