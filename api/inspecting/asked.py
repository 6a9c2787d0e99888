"""What commands over files are asked for by name: the files of a table."""

from pathlib import Path

from inspection.errors import InvalidError


def split_source(text: str) -> tuple[str, Path]:
    """The table and the file of NAME=FILE.

    Raises:
        InvalidError: `inspect.bad_table`, `inspect.no_file`.
    """
    name, separator, file = text.partition("=")
    if not separator or not name or not file:
        raise InvalidError("inspect.bad_table", field="table", value=text)
    path = Path(file)
    if not path.is_file():
        raise InvalidError("inspect.no_file", field="table", file=file)
    return name, path
