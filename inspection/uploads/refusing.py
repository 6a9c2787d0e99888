"""An upload that cannot go on says why, and frees its place."""

import json
from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, update

from evidence.errors import EvidenceError
from inspection.database import Database
from inspection.deposits import LIVE
from inspection.errors import InspectionError
from inspection.screening.gates import NAMELESS, REMOVED_BEFORE
from inspection.tables import Upload, UploadPart
from inspection.workflow.states import UploadState


def note_refusal(
    database: Database, *, upload_id: UUID, error: EvidenceError | InspectionError, at: datetime
) -> None:
    """End an upload with the reason; one that has ended already stays as it is.

    Of a secret that was removed before not even the name is kept.
    """
    forgotten = {"name": NAMELESS} if error.code == REMOVED_BEFORE else {}
    with database.write() as session:
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
