"""Taking one part: in the store first, acknowledged then, by compare-and-set."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, update

from evidence.errors import EvidenceNotFoundError
from evidence.limits import Limits
from evidence.parts import Checksum, Coming, RunningHashes, receive_part
from evidence.storage import Part, Storage
from inspection.database import Database
from inspection.errors import ConflictError, NotFoundError
from inspection.people import Actor
from inspection.tables import Upload, UploadPart
from inspection.uploads.refusing import note_refusal
from inspection.uploads.targets import open_upload
from inspection.workflow.states import UploadState


def take_part(
    database: Database,
    storage: Storage,
    hashes: RunningHashes,
    *,
    actor: Actor,
    upload_id: UUID,
    offset: int,
    checksum: Checksum,
    chunks: Iterable[bytes],
    limits: Limits,
    clock: Callable[[], datetime],
) -> tuple[int, bool]:
    """Take the part that begins at `offset`; the answer is how much counts now, and if it is all.

    Nothing counts before it is in the store and matches its checksum; a part that does not is as
    if never sent.

    Raises:
        NotFoundError: No such upload of this actor, or its time is over.
        ConflictError: Another part is due; `facts["offset"]` says which.
        EvidenceBusyError: An earlier attempt has not ended yet.
        PartAlteredError, IncompleteEvidenceError, EvidenceTooLargeError: Not the part announced.
        EvidenceNotFoundError: What was acknowledged is lost; the upload is refused.
    """
    with database.read() as session:
        # Before the store is touched: a stranger must not hold up anybody's upload.
        coming_to(open_upload(session, actor=actor, upload_id=upload_id, at=clock()), offset)
    try:
        with storage.hold(upload_id):
            with database.read() as session:
                upload = open_upload(session, actor=actor, upload_id=upload_id, at=clock())
            coming = _due(upload, offset, checksum)
            part = receive_part(storage, hashes, coming=coming, chunks=chunks)
            whole = coming.offset + coming.size_bytes == upload.size_bytes
            with database.write() as session:
                reached = _acknowledge(
                    session, coming, part, whole=whole, at=clock(), limits=limits
                )
            return reached, whole
    except EvidenceNotFoundError as error:
        note_refusal(database, upload_id=upload_id, error=error, at=clock())
        raise


def coming_to(upload: Upload, offset: int) -> None:
    """Raise unless the part at `offset` is the one that is due."""
    if upload.state not in {UploadState.WAITING, UploadState.RECEIVING}:
        raise ConflictError("upload.not_open", state=upload.state)
    if upload.offset_bytes != offset:
        raise ConflictError("upload.other_offset", offset=upload.offset_bytes)


def _due(upload: Upload, offset: int, checksum: Checksum) -> Coming:
    coming_to(upload, offset)
    return Coming(
        incoming=upload.id,
        upload=upload.store_name,
        number=offset // upload.part_bytes + 1,
        offset=offset,
        size_bytes=min(upload.part_bytes, upload.size_bytes - offset),
        checksum=checksum,
    )


def _acknowledge(
    session: Session, coming: Coming, part: Part, *, whole: bool, at: datetime, limits: Limits
) -> int:
    reached = coming.offset + coming.size_bytes
    moved = session.exec(
        update(Upload)
        .where(col(Upload.id) == coming.incoming, col(Upload.offset_bytes) == coming.offset)
        .where(col(Upload.state).in_([UploadState.WAITING, UploadState.RECEIVING]))
        .values(
            offset_bytes=reached,
            state=UploadState.CHECKING if whole else UploadState.RECEIVING,
            touched_at=at,
            expires_at=at + timedelta(hours=limits.upload_hours),
        )
    )
    if moved.rowcount != 1:
        upload = session.get(Upload, coming.incoming)
        if upload is None:  # its sender gave it up while the part was on its way
            raise NotFoundError
        raise ConflictError("upload.other_offset", offset=upload.offset_bytes)
    session.add(
        UploadPart(
            upload_id=coming.incoming,
            number=part.number,
            size_bytes=coming.size_bytes,
            tag=part.tag,
            acknowledged_at=at,
        )
    )
    session.flush()
    return reached
