"""What commands over files are asked for by name: a pack, and the files of a table."""

from pathlib import Path

from api.packs import MANIFEST, shipped_codes, shipped_pack
from inspection.errors import InvalidError
from rules.pack import Pack
from rules.pack_loading import load_pack


def open_pack(name: str) -> Pack:
    """A shipped pack by its code, or the pack in a folder.

    Raises:
        InvalidError: `inspect.no_pack`, it is neither.
        PackError: What lies in the folder is no sound pack.
    """
    if name in shipped_codes():
        return shipped_pack(name)
    if not (Path(name) / MANIFEST).is_file():
        raise InvalidError(
            "inspect.no_pack", field="pack", pack=name, known=", ".join(shipped_codes())
        )
    return load_pack(Path(name))


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
