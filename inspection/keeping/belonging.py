"""Which pieces of evidence belong to which inspections, those withdrawn before handing in too."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from inspection.screening.gates import SHUT
from inspection.tables import Answer, Deposit, EvidenceItem, Finding, Screening


def list_items(
    session: Session, *, inspection_ids: Sequence[UUID]
) -> dict[UUID, list[EvidenceItem]]:
    """Everything each inspection has received, in the order it came, but what is held back.

    What bears a mark of a secret is for the security officer to remove.
    """
    owner = func.coalesce(col(EvidenceItem.deposit_id), col(EvidenceItem.removed_from))
    deposited = session.exec(
        select(EvidenceItem, Deposit.inspection_id)
        .join(Deposit, col(Deposit.id) == owner)
        .where(col(Deposit.inspection_id).in_(inspection_ids), col(EvidenceItem.id).not_in(_shut()))
    ).all()
    answered = session.exec(
        select(EvidenceItem, Finding.inspection_id)
        .join(Answer, col(Answer.id) == col(EvidenceItem.answer_id))
        .join(Finding, col(Finding.id) == col(Answer.finding_id))
        .where(col(Finding.inspection_id).in_(inspection_ids), col(EvidenceItem.id).not_in(_shut()))
    ).all()
    items: dict[UUID, list[EvidenceItem]] = {}
    for item, inspection_id in sorted(
        [*deposited, *answered], key=lambda one: (one[0].received_at, str(one[0].id))
    ):
        items.setdefault(inspection_id, []).append(item)
    return items


def _shut() -> SelectOfScalar[UUID]:
    return select(Screening.item_id).where(col(Screening.state).in_(SHUT))
