"""What commands over files are asked for by name: the files of a table, the folder of another."""

from collections.abc import Callable
from pathlib import Path

import click

from inspection.errors import InvalidError


def evidence(command: Callable[..., None]) -> Callable[..., None]:
    """Take a pack, the files of its tables and the folders that fill some."""
    tables = click.option(
        "--table",
        "tables",
        multiple=True,
        metavar="NAME=FILE",
        help="A file of a table of the pack; may be given several times.",
    )
    folders = click.option(
        "--documents",
        "folders",
        multiple=True,
        metavar="TABLE=FOLDER",
        help="Fill a table with name, size and SHA-256 of the files of a folder.",
    )
    return click.argument("pack_name", metavar="PACK")(tables(folders(command)))


def split_source(text: str) -> tuple[str, Path]:
    """The table and the file of NAME=FILE.

    Raises:
        InvalidError: `asked.bad_table`, `asked.no_file`.
    """
    name, separator, file = text.partition("=")
    if not separator or not name or not file:
        raise InvalidError("asked.bad_table", field="table", value=text)
    path = Path(file)
    if not path.is_file():
        raise InvalidError("asked.no_file", field="table", file=file)
    return name, path


def split_folder(text: str) -> tuple[str, Path]:
    """The table and the folder of TABLE=FOLDER.

    Raises:
        InvalidError: `asked.bad_folder`, `asked.no_folder`.
    """
    name, separator, folder = text.partition("=")
    if not separator or not name or not folder:
        raise InvalidError("asked.bad_folder", field="documents", value=text)
    path = Path(folder)
    if not path.is_dir():
        raise InvalidError("asked.no_folder", field="documents", folder=folder)
    return name, path
