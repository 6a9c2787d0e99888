"""How much one answer may hold, counting what is still on its way."""

from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.limits import Limits
from inspection.access import Case
from inspection.errors import InvalidError
from inspection.tables import Answer, Deposit, EvidenceItem, Screening, Upload
from inspection.workflow.states import DepositState, ScreeningState, UploadState

# What can still go on, and so holds its place.
LIVE: Final = frozenset(
    {UploadState.WAITING, UploadState.RECEIVING, UploadState.CHECKING, UploadState.CHECKED}
)


def refuse_too_many(
    session: Session,
    case: Case,
    *,
    coming_bytes: int,
    limits: Limits,
    request_id: UUID | None = None,
    finding_id: UUID | None = None,
) -> None:
    """Refuse one more file where there would be too many, or too much together.

    Raises:
        InvalidError: The facts say which limit.
    """
    files, size = _received(session, case, request_id, finding_id)
    on_their_way = session.exec(
        select(func.count(), func.coalesce(func.sum(col(Upload.size_bytes)), 0)).where(
            col(Upload.inspection_id) == case.inspection_id,
            col(Upload.request_id) == request_id,
            col(Upload.finding_id) == finding_id,
            col(Upload.state).in_(LIVE),
        )
    ).one()
    if files + on_their_way[0] >= limits.files:
        raise InvalidError("upload.too_many_files", field="files", most=limits.files)
    if size + int(on_their_way[1]) + coming_bytes > limits.total_bytes:
        raise InvalidError("upload.too_much", field="files", limit_bytes=limits.total_bytes)


def _received(
    session: Session, case: Case, request_id: UUID | None, finding_id: UUID | None
) -> tuple[int, int]:
    counted = select(func.count(), func.coalesce(func.sum(col(EvidenceItem.size_bytes)), 0))
    if finding_id is not None:
        counted = counted.join(Answer, col(Answer.id) == col(EvidenceItem.answer_id)).where(
            col(Answer.finding_id) == finding_id, col(Answer.submitted_at).is_(None)
        )
    else:
        # What was taken out again counts as well: its bytes are kept, and to send and take out
        # without end would fill the store.
        owner = func.coalesce(col(EvidenceItem.deposit_id), col(EvidenceItem.removed_from))
        counted = counted.join(Deposit, col(Deposit.id) == owner).where(
            col(Deposit.inspection_id) == case.inspection_id,
            col(Deposit.request_id) == request_id,
            col(Deposit.state) == DepositState.OPEN,
            # Of what was removed as a secret no bytes are kept.
            col(EvidenceItem.id).not_in(
                select(Screening.item_id).where(col(Screening.state) == ScreeningState.REMOVED)
            ),
        )
    files, size = session.exec(counted.select_from(EvidenceItem)).one()
    return files, int(size)
