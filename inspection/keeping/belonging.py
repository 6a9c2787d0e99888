"""Which pieces of evidence belong to which inspections, those withdrawn before handing in too."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from inspection.access import UNCERTIFIED
from inspection.screening.gates import SHUT
from inspection.tables import Answer, Deposit, EvidenceItem, Finding, Screening

# What was withdrawn still belongs where it came.
_OWNER: Final = func.coalesce(col(EvidenceItem.deposit_id), col(EvidenceItem.removed_from))


def list_items(
    session: Session, *, inspection_ids: Sequence[UUID]
) -> dict[UUID, list[EvidenceItem]]:
    """Everything each inspection has received, in the order it came, but what is held back.

    What bears a mark of a secret is for the security officer to remove.
    """
    deposited = session.exec(
        select(EvidenceItem, Deposit.inspection_id)
        .join(Deposit, col(Deposit.id) == _OWNER)
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


def list_never_handed_in(session: Session, *, inspection_id: UUID) -> frozenset[UUID]:
    """What stayed its sender's own to the end, and its name with it.

    Withdrawn before certification, of a deposit not certified by all, or of an answer not handed
    in.
    """
    own = or_(
        col(EvidenceItem.removed_at).is_not(None),
        col(Deposit.state).in_(UNCERTIFIED),
        col(Answer.id).is_not(None) & col(Answer.submitted_at).is_(None),
    )
    found = session.exec(
        select(EvidenceItem.id)
        .outerjoin(Deposit, col(Deposit.id) == _OWNER)
        .outerjoin(Answer, col(Answer.id) == col(EvidenceItem.answer_id))
        .outerjoin(Finding, col(Finding.id) == col(Answer.finding_id))
        .where(
            or_(
                col(Deposit.inspection_id) == inspection_id,
                col(Finding.inspection_id) == inspection_id,
            ),
            own,
        )
    )
    return frozenset(found)


def _shut() -> SelectOfScalar[UUID]:
    return select(Screening.item_id).where(col(Screening.state).in_(SHUT))
