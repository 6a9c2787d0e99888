"""What commands over files are asked for by name: the files of a table, the folder of another."""

from pathlib import Path

from inspection.errors import InvalidError


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
