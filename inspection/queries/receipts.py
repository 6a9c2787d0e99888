"""Receipts as pages list them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.access import require_role
from inspection.people import Actor, Role
from inspection.tables import (
    Campaign,
    CustodyLeaf,
    Deposit,
    DepositReceipt,
    EvidenceItem,
    EvidenceRequest,
    Inspection,
)

LARGEST_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One receipt.

    Attributes:
        index: The place of its entry in the custody log; None while it is being entered.
    """

    deposit_id: UUID
    campaign: str
    request_number: int
    request_title: str
    files: int
    certified_at: datetime
    index: int | None


def list_receipts(
    session: Session, *, actor: Actor, limit: int = LARGEST_PAGE, offset: int = 0
) -> tuple[ReceiptLine, ...]:
    """The receipts of one's own organization, the newest first."""
    require_role(actor, Role.ORGANIZATION)
    rows = session.exec(
        select(DepositReceipt, EvidenceRequest, Campaign.title, CustodyLeaf.position)
        .join(Deposit, col(Deposit.id) == col(DepositReceipt.deposit_id))
        .join(Inspection, col(Inspection.id) == col(Deposit.inspection_id))
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .join(EvidenceRequest, col(EvidenceRequest.id) == col(Deposit.request_id))
        .join(CustodyLeaf, col(CustodyLeaf.id) == col(DepositReceipt.leaf_id))
        .where(col(Inspection.organization_id) == actor.organization_id)
        .order_by(col(DepositReceipt.certified_at).desc(), col(DepositReceipt.deposit_id))
        .offset(max(offset, 0))
        .limit(min(max(limit, 1), LARGEST_PAGE))
    ).all()
    counted = session.exec(
        select(EvidenceItem.deposit_id, func.count())
        .where(col(EvidenceItem.deposit_id).in_([receipt.deposit_id for receipt, *_ in rows]))
        .group_by(col(EvidenceItem.deposit_id))
    )
    files = dict(counted.all())
    return tuple(
        ReceiptLine(
            deposit_id=receipt.deposit_id,
            campaign=campaign,
            request_number=request.number,
            request_title=request.title,
            files=files.get(receipt.deposit_id, 0),
            certified_at=receipt.certified_at,
            index=position,
        )
        for receipt, request, campaign, position in rows
    )


def find_receipt_state(session: Session, *, deposit_id: UUID) -> tuple[bool, int | None]:
    """Whether a deposit the reader has reached has a receipt, and the index of its entry."""
    row = session.exec(
        select(CustodyLeaf.position)
        .join(DepositReceipt, col(DepositReceipt.leaf_id) == col(CustodyLeaf.id))
        .where(col(DepositReceipt.deposit_id) == deposit_id)
    ).all()
    return bool(row), row[0] if row else None
