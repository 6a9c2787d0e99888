"""An upload that cannot go on says why, and frees its place."""

import json
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, update

from evidence.errors import EvidenceError
from inspection.database import Database
from inspection.deposits import LIVE
from inspection.errors import ConflictError, InspectionError
from inspection.screening.gates import NAMELESS, REMOVED_BEFORE, refuse_removed
from inspection.tables import Upload, UploadPart
from inspection.workflow.states import UploadState


def note_refusal(
    database: Database, *, upload_id: UUID, error: EvidenceError | InspectionError, at: datetime
) -> None:
    """End an upload with the reason; one that has ended already stays as it is.

    Of a secret that was removed before not even the name is kept.
    """
    with database.write() as session:
        error = _find_removed(session, upload_id) or error
        forgotten = {"name": NAMELESS} if error.code == REMOVED_BEFORE else {}
        session.exec(
            update(Upload)
            .where(col(Upload.id) == upload_id, col(Upload.state).in_(LIVE))
            .values(
                state=UploadState.REFUSED,
                reason_code=error.code,
                reason_facts=json.dumps(dict(error.facts), default=str, ensure_ascii=False),
                touched_at=at,
                **forgotten,
            )
        )
        session.exec(delete(UploadPart).where(col(UploadPart.upload_id) == upload_id))


def _find_removed(session: Session, upload_id: UUID) -> ConflictError | None:
    """The refusal of what was removed as a secret meanwhile: another could say its name."""
    upload = session.get(Upload, upload_id)
    try:
        if upload is not None:
            refuse_removed(session, sha256=upload.sha256)
    except ConflictError as removed:
        return removed
    return None
