"""Every part is here: compare the whole with what was declared, keep it, record it once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from evidence.digest import Digest
from evidence.errors import EvidenceNotFoundError, WholeAlteredError
from evidence.intake import Item
from evidence.parts import RunningHashes, check_whole
from evidence.storage import Part, Storage
from inspection.database import Database
from inspection.deposits import ReceivedFile, find_received, record_answer_file, record_file
from inspection.errors import ConflictError, InspectionError, NotFoundError
from inspection.people import Actor
from inspection.screening import leaving_no_secret, refuse_removed, telling_of_secrets
from inspection.tables import Upload, UploadPart
from inspection.uploads.ending import drop_bytes
from inspection.uploads.refusing import note_refusal
from inspection.uploads.targets import Announced, open_upload, refuse_known, target_of
from inspection.workflow.states import UploadState


def finish_upload(
    database: Database,
    storage: Storage,
    hashes: RunningHashes,
    *,
    actor: Actor,
    upload_id: UUID,
    clock: Callable[[], datetime],
) -> ReceivedFile:
    """Check, keep and record a file all of whose parts are here; doing it again changes nothing.

    Each step is remembered before the next begins: a crash between two of them loses nothing, and
    what was kept is never taken for the sender's unless the sender's bytes were seen whole.

    Raises:
        NotFoundError: No such upload of this actor, or its time is over.
        ConflictError: Parts are missing, or what it is for takes no files any more.
        WholeAlteredError: The bytes are not those declared; the upload is refused.
        EvidenceNotFoundError: What was acknowledged is lost; the upload is refused.
    """
    known, upload = _look(database, actor, upload_id, clock())
    if known is not None:
        return known
    try:
        if upload.state is UploadState.CHECKED:
            return _keep(database, storage, actor, upload, clock)
        with storage.hold(upload_id):
            known, upload = _look(database, actor, upload_id, clock())
            if known is not None:
                return known
            if upload.state is UploadState.CHECKING:
                upload = _check(database, storage, hashes, upload, at=clock())
            return _keep(database, storage, actor, upload, clock)
    except (WholeAlteredError, EvidenceNotFoundError, InspectionError) as error:
        known, _ = _look(database, actor, upload_id, clock())
        if known is not None:  # by another attempt, meanwhile
            return known
        note_refusal(database, upload_id=upload_id, error=error, at=clock())
        drop_bytes(database, storage, upload_id=upload_id)
        raise
    finally:
        hashes.note(upload_id, 0, None)


def _look(
    database: Database, actor: Actor, upload_id: UUID, at: datetime
) -> tuple[ReceivedFile | None, Upload]:
    with database.read() as session:
        upload = open_upload(session, actor=actor, upload_id=upload_id, at=at)
        known = find_received(session, actor=actor, incoming_id=upload_id)
    if known is None and upload.state not in {UploadState.CHECKING, UploadState.CHECKED}:
        raise ConflictError("upload.not_whole", offset=upload.offset_bytes)
    return known, upload


def _keep(
    database: Database,
    storage: Storage,
    actor: Actor,
    upload: Upload,
    clock: Callable[[], datetime],
) -> ReceivedFile:
    digest = Digest(upload.sha256)
    storage.keep(upload.id, digest)
    with (
        telling_of_secrets(database, actor=actor, sha256=upload.sha256, clock=clock),
        leaving_no_secret(storage, digest),
        database.write() as session,
    ):
        return _record(session, storage, actor, upload, at=clock())


def _check(
    database: Database,
    storage: Storage,
    hashes: RunningHashes,
    upload: Upload,
    *,
    at: datetime,
) -> Upload:
    with database.read() as session:
        parts = _list_parts(session, upload.id)
    media_type = check_whole(
        storage,
        hashes,
        incoming=upload.id,
        upload=upload.store_name,
        parts=parts,
        size_bytes=upload.size_bytes,
        declared=Digest(upload.sha256),
    )
    with database.write() as session:
        moved = session.exec(
            update(Upload)
            .where(col(Upload.id) == upload.id, col(Upload.state) == UploadState.CHECKING)
            .values(state=UploadState.CHECKED, media_type=media_type, touched_at=at)
        )
        row = session.get(Upload, upload.id)
        # Given up meanwhile; or checked by another attempt, which may go on with it.
        if row is None or (moved.rowcount != 1 and row.state is not UploadState.CHECKED):
            raise NotFoundError
        return row


def _record(
    session: Session, storage: Storage, actor: Actor, upload: Upload, *, at: datetime
) -> ReceivedFile:
    if known := find_received(session, actor=actor, incoming_id=upload.id):
        return known
    # Before anything else can refuse them: then bytes of a secret would stay in the store.
    refuse_removed(session, sha256=upload.sha256)
    # Raises where it is gone: the same bytes of another sender, who has just given them up.
    storage.size_bytes(Digest(upload.sha256))
    announced = Announced(name=upload.name, size_bytes=upload.size_bytes, sha256=upload.sha256)
    # A colleague may have sent the same file at the same time.
    refuse_known(session, target=target_of(upload), announced=announced)
    # What its sender has given up meanwhile is not made evidence.
    moved = session.exec(
        update(Upload)
        .where(col(Upload.id) == upload.id, col(Upload.state) == UploadState.CHECKED)
        .values(state=UploadState.RECEIVED, touched_at=at)
    )
    if moved.rowcount != 1:
        raise NotFoundError
    item = Item(
        digest=Digest(upload.sha256), size_bytes=upload.size_bytes, media_type=upload.media_type
    )
    if upload.finding_id is not None:
        received = record_answer_file(
            session,
            actor=actor,
            finding_id=upload.finding_id,
            item=item,
            name=upload.name,
            incoming_id=upload.id,
            at=at,
        )
    elif upload.request_id is not None:
        received = record_file(
            session,
            actor=actor,
            inspection_id=upload.inspection_id,
            request_id=upload.request_id,
            item=item,
            name=upload.name,
            incoming_id=upload.id,
            at=at,
        )
    else:  # the table's own constraint says there is none
        raise NotFoundError
    session.exec(delete(UploadPart).where(col(UploadPart.upload_id) == upload.id))
    return received


def _list_parts(session: Session, upload_id: UUID) -> list[Part]:
    rows = session.exec(
        select(UploadPart)
        .where(col(UploadPart.upload_id) == upload_id)
        .order_by(col(UploadPart.number))
    ).all()
    return [Part(number=row.number, tag=row.tag) for row in rows]
