"""Uploads given up: by their sender, or by time."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from evidence.errors import RetainedError
from evidence.storage import Storage
from inspection.database import Database
from inspection.deposits import LIVE
from inspection.errors import ConflictError
from inspection.people import Actor
from inspection.tables import Upload, UploadPart
from inspection.uploads.targets import Target, open_upload, target_of
from inspection.workflow.states import UploadState


def remove_upload(
    database: Database, storage: Storage, *, actor: Actor, upload_id: UUID, at: datetime
) -> Target:
    """Give up one's own upload, and say what it was for; of what had come nothing stays.

    Raises:
        NotFoundError: No such upload of this actor.
        ConflictError: It has become evidence already.
    """
    with database.write() as session:
        upload = open_upload(session, actor=actor, upload_id=upload_id, at=at)
        if upload.state is UploadState.RECEIVED:
            raise ConflictError("upload.not_open", state=upload.state)
        target = target_of(upload)
        session.exec(delete(UploadPart).where(col(UploadPart.upload_id) == upload_id))
        session.delete(upload)
        session.flush()
        storage.discard(upload_id)  # within, as in `drop_bytes`
    return target


def drop_bytes(database: Database, storage: Storage, *, upload_id: UUID) -> None:
    """Drop what arrived, while nobody records.

    Another server may be keeping these very bytes, and a third sender's file rest on them: whoever
    records looks whether they lie there, and waits for this.
    """
    with database.write() as session:
        session.connection()  # begins, and waits for the one writer
        storage.discard(upload_id)


def discard_expired(database: Database, storage: Storage, *, at: datetime) -> None:
    """Drop what rested too long; what has become evidence meanwhile is left alone."""
    with database.read() as session:
        expired = session.exec(
            select(Upload.id).where(
                col(Upload.expires_at) <= at, col(Upload.state) != UploadState.RECEIVED
            )
        ).all()
    for upload_id in expired:
        with database.write() as session:
            if _forget_expired(session, upload_id, at):
                with suppress(
                    RetainedError
                ):  # somebody locked it: it stays, and stops nothing else
                    storage.discard(upload_id)  # within, as in `drop_bytes`


def _forget_expired(session: Session, upload_id: UUID, at: datetime) -> bool:
    gone = session.exec(
        update(Upload)
        .where(
            col(Upload.id) == upload_id,
            col(Upload.expires_at) <= at,
            col(Upload.state) != UploadState.RECEIVED,
        )
        .values(state=UploadState.REFUSED)
    )
    if gone.rowcount != 1:
        return False
    session.exec(delete(UploadPart).where(col(UploadPart.upload_id) == upload_id))
    session.exec(delete(Upload).where(col(Upload.id) == upload_id))
    return True


def list_live(database: Database) -> frozenset[UUID]:
    """Names of passage that are still in use, however old."""
    with database.read() as session:
        return frozenset(session.exec(select(Upload.id).where(col(Upload.state).in_(LIVE))))


def list_abandoned(database: Database, *, before: datetime) -> list[tuple[UUID, UUID]]:
    """Uploads that were whole, and whose check a crash broke off; each with its sender."""
    with database.read() as session:
        return list(
            session.exec(
                select(Upload.id, Upload.created_by).where(
                    col(Upload.state).in_([UploadState.CHECKING, UploadState.CHECKED]),
                    col(Upload.touched_at) < before,
                )
            )
        )
