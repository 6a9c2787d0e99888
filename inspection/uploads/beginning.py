"""Announcing a file: what cannot be taken is refused before its first byte is sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.digest import Digest
from evidence.errors import EmptyEvidenceError, EvidenceTooLargeError
from evidence.intake import clean_name
from evidence.limits import Limits
from evidence.storage import Storage
from inspection.access import Case
from inspection.database import Database
from inspection.deposits import LIVE, refuse_too_many
from inspection.errors import InvalidError, NotFoundError
from inspection.people import Actor
from inspection.screening import refuse_removed, telling_of_secrets
from inspection.tables import Upload
from inspection.uploads.targets import Announced, Target, open_target, refuse_known


def begin_upload(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    target: Target,
    announced: Announced,
    limits: Limits,
    upload_id: UUID,
    clock: Callable[[], datetime],
) -> UUID:
    """Announce a file; the answer is the upload to send its parts to.

    The same file announced again gives the upload that is under way, never a second one.

    Raises:
        NotFoundError: No such request or finding, or none of this actor's.
        ConflictError: It takes no files now, or holds this very file already, or the bytes were
            removed as a secret before.
        EmptyEvidenceError, EvidenceTooLargeError, InvalidError: The file cannot be taken.
    """
    with (
        telling_of_secrets(database, actor=actor, sha256=announced.sha256, clock=clock),
        database.read() as session,
    ):
        case = open_target(session, actor=actor, target=target)
        if known := _admit(
            session, case, actor=actor, target=target, announced=announced, limits=limits
        ):
            return known
    store_name = storage.begin_parts(upload_id, Digest(announced.sha256))
    at = clock()
    with (
        telling_of_secrets(database, actor=actor, sha256=announced.sha256, clock=clock),
        database.write() as session,
    ):
        case = open_target(session, actor=actor, target=target)
        known = _admit(
            session, case, actor=actor, target=target, announced=announced, limits=limits
        )
        if known is None and actor.person_id is not None:
            session.add(
                Upload(
                    id=upload_id,
                    inspection_id=case.inspection_id,
                    request_id=target.request_id,
                    finding_id=target.finding_id,
                    name=clean_name(announced.name),
                    size_bytes=announced.size_bytes,
                    sha256=announced.sha256,
                    modified_ms=announced.modified_ms,
                    part_bytes=limits.part_of(announced.size_bytes),
                    store_name=store_name,
                    created_by=actor.person_id,
                    created_at=at,
                    touched_at=at,
                    expires_at=at + timedelta(hours=limits.upload_hours),
                )
            )
            session.flush()
            return upload_id
    # Two windows announced it at once: one of the two names of passage is not needed.
    storage.discard(upload_id)
    if known is None:
        raise NotFoundError
    return known


def _admit(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    target: Target,
    announced: Announced,
    limits: Limits,
) -> UUID | None:
    _refuse_unfit(announced, limits)
    # Not one byte of a secret is to come again, not even into the place of passage.
    refuse_removed(session, sha256=announced.sha256)
    refuse_known(session, target=target, announced=announced)
    known = _find_same(
        session, case, actor=actor, target=target, announced=announced, limits=limits
    )
    if known:
        return known
    refuse_too_many(
        session,
        case,
        request_id=target.request_id,
        finding_id=target.finding_id,
        coming_bytes=announced.size_bytes,
        limits=limits,
    )
    return None


def _refuse_unfit(announced: Announced, limits: Limits) -> None:
    if announced.size_bytes == 0:
        raise EmptyEvidenceError("evidence.empty")
    if announced.size_bytes > limits.file_bytes:
        raise EvidenceTooLargeError("evidence.too_large", limit_bytes=limits.file_bytes)
    try:
        Digest(announced.sha256)
    except ValueError as error:
        raise InvalidError("upload.no_digest", field="sha256") from error


def _find_same(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    target: Target,
    announced: Announced,
    limits: Limits,
) -> UUID | None:
    return session.exec(
        select(Upload.id).where(
            col(Upload.created_by) == actor.person_id,
            col(Upload.inspection_id) == case.inspection_id,
            col(Upload.request_id) == target.request_id,
            col(Upload.finding_id) == target.finding_id,
            col(Upload.name) == clean_name(announced.name),
            col(Upload.size_bytes) == announced.size_bytes,
            col(Upload.sha256) == announced.sha256,
            # One begun in parts of another size cannot go on: it rests until its time is over.
            col(Upload.part_bytes) == limits.part_of(announced.size_bytes),
            col(Upload.state).in_(LIVE),
        )
    ).first()
