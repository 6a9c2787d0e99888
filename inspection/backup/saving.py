"""Saving: the database as it stands at one moment, and every object it refers to, as a bag."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlmodel import Session

from evidence.bag import BagFile, Sealed, write_folder
from evidence.custody.sequencing import find_newest
from evidence.digest import Digest
from evidence.storage import CHUNK_BYTES, Storage
from inspection.backup.rows import dump_table, list_tables
from inspection.database import Database
from inspection.keeping.known import list_everything, list_quarantined

FORMAT: Final = "thanhtra.backup/1"
SUMMARY: Final = "backup.json"
TABLES: Final = "database/"
OBJECTS: Final = "objects/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a backup holds.

    Attributes:
        revision: The shape of the database.
        rows: By table.
        head: The newest signed head of the custody log, whole; empty where there is none.
    """

    format: str
    saved_at: str
    revision: str
    rows: dict[str, int]
    objects: int
    head: str


def save_backup(
    database: Database,
    storage: Storage,
    *,
    folder: Path,
    revision: str,
    clock: Callable[[], datetime],
) -> tuple[Saved, Sealed]:
    """Save everything but logins and keys into a folder; called after a break, it begins anew.

    Keys and settings are no part of a backup: whoever finds the disk can neither sign nor log in
    as anybody without a password.  Files in quarantine as state secrets stay where they are.

    Raises:
        FileExistsError: The folder holds something else.
        EvidenceNotFoundError, EvidenceAlteredError: The store has lost or altered something the
            database refers to; the folder is no backup.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Rows first, apart: no transaction stays open while objects are copied.
    with TemporaryDirectory(prefix=".backup-", dir=folder.parent) as space:
        dumped, snapshot = _dump(database, storage, Path(space), revision, clock())
        sealed = write_folder(
            folder,
            _files(storage, dumped, snapshot),
            info=(
                ("External-Description", "Thanh Tra backup"),
                ("Bagging-Date", snapshot.saved.saved_at[:10]),
            ),
            extra={},
        )
    return snapshot.saved, sealed


def _dump(
    database: Database, storage: Storage, space: Path, revision: str, at: datetime
) -> tuple[dict[str, Path], "_Snapshot"]:
    rows: dict[str, int] = {}
    paths: dict[str, Path] = {}
    with database.snapshot() as connection:
        for table in list_tables():
            path = paths[table.name] = space / f"{table.name}.jsonl"
            rows[table.name] = 0
            with path.open("w", encoding="utf-8") as file:
                for line in dump_table(connection, table):
                    file.write(line)
                    rows[table.name] += 1
        with Session(connection) as session:
            newest = find_newest(session)
            known = list_everything(session, storage) - list_quarantined(session)
    saved = Saved(
        format=FORMAT,
        saved_at=at.isoformat(timespec="seconds"),
        revision=revision,
        rows=rows,
        objects=len(known),
        head=newest.note if newest else "",
    )
    return paths, _Snapshot(saved=saved, objects=tuple(sorted(known)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Snapshot:
    saved: Saved
    objects: tuple[str, ...]


def _files(storage: Storage, dumped: dict[str, Path], snapshot: _Snapshot) -> Iterable[BagFile]:
    summary = (json.dumps(asdict(snapshot.saved), indent=1) + "\n").encode()
    yield BagFile(path=SUMMARY, open=lambda: [summary])
    for name, path in dumped.items():
        yield BagFile(path=f"{TABLES}{name}.jsonl", open=partial(_read, path))
    for sha256 in snapshot.objects:
        yield BagFile(
            path=f"{OBJECTS}{sha256}", open=partial(storage.open, Digest(sha256)), sha256=sha256
        )


def _read(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
