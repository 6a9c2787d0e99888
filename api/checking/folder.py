"""The files of a folder as rows of a table: names, sizes and digests, nothing of their contents."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from inspection.errors import InvalidError
from rules.documents import DepositedFile, documents_table
from rules.pack import Pack
from rules.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One folder that fills a table.

    Attributes:
        files: How many, with those in folders within it.
        sha256: Of one line `<sha256>  <name>` for each file, sorted by name: of all there is.
    """

    table: str
    name: str
    files: int
    size_bytes: int
    sha256: str


def fill_table(pack: Pack, table: str, path: Path) -> tuple[Folder, Table]:
    """Read a folder into a table of the pack.

    Raises:
        InvalidError: `asked.unknown_table`; `asked.not_a_file`, something in it is a link or a
            device: what it stands for is not in the folder.
        TableError: `documents.column`: the contract is none for files.
    """
    if table not in pack.contracts:
        known = ", ".join(sorted(pack.contracts))
        raise InvalidError("asked.unknown_table", field="documents", table=table, known=known)
    files = [_deposited(path, one) for one in sorted(path.rglob("*")) if not _is_folder(one)]
    lines = "".join(f"{one.sha256}  {one.name}\n" for one in files)
    folder = Folder(
        table=table,
        name=path.resolve().name,
        files=len(files),
        size_bytes=sum(one.size_bytes for one in files),
        sha256=hashlib.sha256(lines.encode()).hexdigest(),
    )
    return folder, documents_table(pack.contracts[table], files)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _deposited(folder: Path, path: Path) -> DepositedFile:
    name = path.relative_to(folder).as_posix()
    if path.is_symlink() or not path.is_file():
        raise InvalidError("asked.not_a_file", field="documents", file=name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DepositedFile(name=name, size_bytes=path.stat().st_size, sha256=digest)
