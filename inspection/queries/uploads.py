"""One's own files on their way: where each is, and why one was refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import open_case, open_finding
from inspection.errors import NotFoundError
from inspection.people import Actor
from inspection.tables import Upload
from inspection.uploads import Target, open_upload
from inspection.workflow.states import UploadState


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLine:
    """One file on its way.

    Attributes:
        offset_bytes: How much is in the store and counts.
        modified_ms: When the file was last changed where it lies, as its sender said.
        reason_code: Why it was refused; None where it was not.
    """

    id: UUID
    name: str
    state: UploadState
    size_bytes: int
    offset_bytes: int
    part_bytes: int
    sha256: str
    modified_ms: int | None
    reason_code: str | None
    reason_facts: Mapping[str, object]
    created_at: datetime
    expires_at: datetime


def get_upload(session: Session, *, actor: Actor, upload_id: UUID, now: datetime) -> UploadLine:
    """One of one's own uploads, as long as it can go on or has ended well."""
    return _line(open_upload(session, actor=actor, upload_id=upload_id, at=now))


def list_uploads(
    session: Session, *, actor: Actor, target: Target, now: datetime
) -> tuple[UploadLine, ...]:
    """One's own uploads to one request or finding that have not become evidence, oldest first.

    Raises:
        NotFoundError: No such request or finding, or none of this actor's.
    """
    _reach(session, actor, target)
    rows = session.exec(
        select(Upload)
        .where(
            col(Upload.created_by) == actor.person_id,
            col(Upload.request_id) == target.request_id,
            col(Upload.finding_id) == target.finding_id,
            col(Upload.state) != UploadState.RECEIVED,
            col(Upload.expires_at) > now,
        )
        .order_by(col(Upload.created_at), col(Upload.id))
    )
    return tuple(
        _line(row)
        for row in rows
        if target.inspection_id is None or row.inspection_id == target.inspection_id
    )


def _reach(session: Session, actor: Actor, target: Target) -> None:
    if target.finding_id is not None:
        open_finding(session, actor=actor, finding_id=target.finding_id)
        return
    if target.inspection_id is None:
        raise NotFoundError
    open_case(session, actor=actor, inspection_id=target.inspection_id)


def _line(row: Upload) -> UploadLine:
    return UploadLine(
        id=row.id,
        name=row.name,
        state=row.state,
        size_bytes=row.size_bytes,
        offset_bytes=row.offset_bytes,
        part_bytes=row.part_bytes,
        sha256=row.sha256,
        modified_ms=row.modified_ms,
        reason_code=row.reason_code,
        reason_facts=json.loads(row.reason_facts),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
