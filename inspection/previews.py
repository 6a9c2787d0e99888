"""Showing a file to a person: whoever sees it is written down, and what they see is harmless."""

import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from sqlmodel import Session

from evidence.apart import ProcessLimits
from evidence.custody import CustodyAct
from evidence.digest import Digest
from evidence.preview.making import PICTURE, cells_of, make_preview
from evidence.preview.values import CellsPreview, PicturePreview
from evidence.storage import Storage
from inspection.access import open_item
from inspection.custody import note_reading
from inspection.database import Database
from inspection.errors import ConflictError, NotFoundError
from inspection.people import Actor
from inspection.screening import require_open
from inspection.tables import EvidenceItem
from inspection.violations.caching import PREVIEWS, forget_copies

# A person waits for it: what takes longer is downloaded instead.
LIMITS: Final = ProcessLimits(memory_bytes=1 << 30, seconds=20.0, written_bytes=64 << 20)
_LARGEST_PAGE: Final = 10_000
# What is told of a preview; those made before it was changed are made anew.
_SHAPE: Final = 2


def open_file(
    session: Session, *, actor: Actor, item_id: UUID, act: CustodyAct, at: datetime
) -> None:
    """Let somebody have what is in a file, and log it first: nobody reads evidence unseen.

    Args:
        act: EVIDENCE_READ where it is shown, EVIDENCE_DOWNLOAD where it is given away.

    Raises:
        NotFoundError: No such file, or none of this actor's business.
        ConflictError: It is held back.
    """
    case, _ = open_item(session, actor=actor, item_id=item_id)
    require_open(session, item_id=item_id, is_own=not case.is_team)
    note_reading(
        session,
        act=act,
        actor=actor,
        item_id=item_id,
        inspection_id=case.inspection_id,
        at=at,
    )


def preview_file(
    database: Database, storage: Storage, cache: Path, *, actor: Actor, item_id: UUID, page: int
) -> CellsPreview | PicturePreview:
    """Make the preview of one page or sheet of a file somebody may have; again it costs nothing.

    Raises:
        ConflictError: It is held back, or came to be while the preview was made; none stays.
        HostileFileError: See `make_preview`.
        NotFoundError: No page has such a number.
    """
    if not 1 <= page <= _LARGEST_PAGE:
        raise NotFoundError
    item = _open(database, actor=actor, item_id=item_id)
    folder = _folder(cache, item.sha256, page)
    told = folder / "preview.json"
    with suppress(FileNotFoundError):
        os.utime(folder)  # it is in use: `drop_unused` leaves it alone
    if not told.exists():
        _make(storage, folder, sha256=item.sha256, media_type=item.media_type, page=page)
        try:
            _open(database, actor=actor, item_id=item_id)
        except ConflictError:
            forget_copies(cache, sha256=item.sha256)
            raise
    known = json.loads(told.read_text())
    if "rows" in known:
        return cells_of(known)
    return PicturePreview(**known)


def find_picture(session: Session, cache: Path, *, actor: Actor, item_id: UUID, page: int) -> Path:
    """The picture of a page that has been previewed, for who may see the file.

    Raises:
        NotFoundError: It has not been, is no picture, or no such file is this actor's business.
        ConflictError: It is held back.
    """
    case, item = open_item(session, actor=actor, item_id=item_id)
    require_open(session, item_id=item_id, is_own=not case.is_team)
    picture = _folder(cache, item.sha256, page) / PICTURE
    if not picture.exists():
        raise NotFoundError
    return picture


def _open(database: Database, *, actor: Actor, item_id: UUID) -> EvidenceItem:
    with database.read() as session:
        case, item = open_item(session, actor=actor, item_id=item_id)
        require_open(session, item_id=item_id, is_own=not case.is_team)
        return item


def _make(storage: Storage, folder: Path, *, sha256: str, media_type: str, page: int) -> None:
    # Made beside and moved whole: two who look at once, or a crash, leave no half of one.
    beside = folder.with_name(f"{folder.name}.{uuid4()}.part")
    beside.mkdir(parents=True)
    try:
        source = beside / "source"
        storage.fetch(Digest(sha256), source)
        made = make_preview(source, kind=media_type, page=page, into=beside, limits=LIMITS)
        source.unlink()
        (beside / "preview.json").write_text(json.dumps(asdict(made), ensure_ascii=False))
        if not folder.exists():
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _folder(cache: Path, sha256: str, page: int) -> Path:
    return cache / PREVIEWS / Digest(sha256).hex / f"{page}.{_SHAPE}"
