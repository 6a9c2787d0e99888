"""Restoring: into an empty database and any store, and seeing that the three agree."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from evidence.bag import BagReport, read_payload, verify_bag
from evidence.custody.sequencing import find_newest
from evidence.digest import Digest
from evidence.intake import receive
from evidence.storage import Storage
from inspection.backup.rows import count_rows, list_tables, load_table
from inspection.backup.saving import FORMAT, OBJECTS, SUMMARY, TABLES
from inspection.database import Database
from inspection.errors import ConflictError, InvalidError
from inspection.keeping.known import list_everything, list_quarantined

_DATA = "data/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, and that it agrees.

    Attributes:
        rows: By table, as counted in the database afterwards.
        objects: Every one the database refers to is in the store, hashed on the way.
        head: The newest signed head of the custody log; the very one that was saved.
    """

    saved_at: str
    rows: dict[str, int]
    objects: int
    head: str


def restore_backup(
    database: Database, storage: Storage, *, folder: Path, revision: str
) -> Restored:
    """Put a backup back.

    1. The backup is an intact bag, and of the shape of this database.
    2. The database is empty: nothing is ever written over.
    3. Objects first, each kept under the digest it has; after a break, many are there already.
    4. Rows, in one transaction: all or none.
    5. Rows are as many as were saved, every object referred to is in the store, and the head of
       the custody log is the one saved.

    Raises:
        InvalidError: The backup is not intact, or is none.
        ConflictError: The database is of another shape, or not empty; or step 5 fails.
    """
    report = verify_bag(folder)  # 1
    summary = _read_summary(folder, report)
    if summary["revision"] != revision:
        raise ConflictError("backup.other_shape", expected=revision, found=str(summary["revision"]))
    _require_empty(database)  # 2
    _put_objects(storage, folder, report)  # 3
    with database.write() as session:  # 4
        for table in list_tables():
            path = folder / _DATA / f"{TABLES}{table.name}.jsonl"
            with path.open(encoding="utf-8", newline="\n") as lines:
                load_table(session.connection(), table, lines)
        return _compare(session, storage, summary)  # 5


def _read_summary(folder: Path, report: BagReport) -> dict[str, Any]:
    if not report.is_valid:
        raise InvalidError("bag.not_intact", problems=len(report.problems))
    if f"{_DATA}{SUMMARY}" not in report.payload:
        raise InvalidError("backup.none")
    summary = json.loads((folder / _DATA / SUMMARY).read_text(encoding="utf-8"))
    if not isinstance(summary, dict) or summary.get("format") != FORMAT:
        raise InvalidError("backup.none")
    return summary


def _require_empty(database: Database) -> None:
    with database.read() as session:
        for table in list_tables():
            if count_rows(session.connection(), table):
                raise ConflictError("backup.not_empty", table=table.name)


def _put_objects(storage: Storage, folder: Path, report: BagReport) -> None:
    for path, lying in sorted(report.payload.items()):
        sha256 = path.removeprefix(_DATA + OBJECTS)
        if sha256 == path or storage.exists(Digest(sha256)):
            continue
        if sha256 != lying.sha256:
            raise InvalidError("backup.object_differs", expected=sha256, found=lying.sha256)
        receive(storage, chunks=read_payload(folder, path, lying), limit_bytes=lying.size_bytes)


def _compare(session: Session, storage: Storage, summary: dict[str, Any]) -> Restored:
    rows = {table.name: count_rows(session.connection(), table) for table in list_tables()}
    newest = find_newest(session)
    head = newest.note if newest else ""
    known = list_everything(session, storage) - list_quarantined(session)
    for what, expected, found in (
        ("rows", summary["rows"], rows),
        ("objects", summary["objects"], len(known)),
        ("head", summary["head"], head),
    ):
        if expected != found:
            raise ConflictError("backup.disagrees", what=what)
    for sha256 in sorted(known):
        if not storage.exists(Digest(sha256)):
            raise ConflictError("backup.disagrees", what=sha256)
    return Restored(saved_at=str(summary["saved_at"]), rows=rows, objects=len(known), head=head)
