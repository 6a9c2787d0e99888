"""What a receipt says, frozen at the moment of certifying: nothing later can change it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.custody.entry import canonical, written_moment
from evidence.errors import EvidenceNotFoundError
from evidence.issuing import issue_receipt
from evidence.keys import KeyRing
from evidence.receipt import Receipt, Statement, digest_of_statement
from inspection.access import Case, open_deposit
from inspection.errors import NotFoundError
from inspection.people import Actor
from inspection.screening.gates import shown_name
from inspection.screening.naming import list_nameless, refuse_named, without_names
from inspection.tables import (
    Deposit,
    DepositReceipt,
    EvidenceItem,
    EvidenceRequest,
    Organization,
    Screening,
)

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement ready to be bound by the entry of certifying it."""

    statement: Statement
    sha256: str


def make_statement(
    session: Session, *, case: Case, deposit: Deposit, certified_by: tuple[Actor, ...], at: datetime
) -> Stated:
    """Say who hands in what, for which request, as it stands now.

    Args:
        certified_by: Everybody who has certified it, in that order.
    """
    request = session.get_one(EvidenceRequest, deposit.request_id)
    organization = session.get_one(Organization, case.inspection.organization_id)
    body = session.get_one(Organization, case.campaign.body_id)
    files = session.exec(
        select(EvidenceItem, Screening)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.deposit_id) == deposit.id)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    )
    statement = {
        "v": VERSION,
        "organization": {
            "id": str(organization.id),
            "code": organization.code,
            "name": organization.name,
        },
        "certified_by": [{"id": str(one.person_id), "name": one.full_name} for one in certified_by],
        "certified_at": written_moment(at),
        "inspection": {
            "id": str(case.inspection_id),
            "campaign": case.campaign.title,
            "decision": case.campaign.decision,
            "body": body.name,
        },
        "request": {
            "id": str(request.id),
            "number": request.number,
            "title": request.title,
            "due_at": written_moment(request.due_at),
        },
        "deposit_id": str(deposit.id),
        "files": [
            {
                "id": str(one.id),
                "name": shown_name(one, screening),
                "size_bytes": one.size_bytes,
                "sha256": one.sha256,
                "received_at": written_moment(one.received_at),
            }
            for one, screening in files
        ],
    }
    return Stated(statement=statement, sha256=digest_of_statement(statement))


def keep_statement(
    session: Session, *, deposit_id: UUID, stated: Stated, leaf_id: UUID, at: datetime
) -> None:
    """Keep what was bound, for every receipt to come."""
    session.add(
        DepositReceipt(
            deposit_id=deposit_id,
            leaf_id=leaf_id,
            statement=canonical(stated.statement).decode(),
            certified_at=at,
        )
    )
    session.flush()


def get_receipt(
    session: Session,
    *,
    actor: Actor,
    deposit_id: UUID,
    ring: KeyRing | None,
    for_paper: bool = False,
) -> Receipt:
    """The receipt of one deposit, with its proof.

    Args:
        ring: The public keys; None where there are none.
        for_paper: It is printed, and proves nothing by itself: files held back since lose their
            names instead of having it refused.

    Raises:
        NotFoundError: No such deposit, none of this actor's, or it was never certified since there
            is a custody log.
        EvidenceNotFoundError: There are no keys, and so no receipts.
        ConflictError: It names a file that is held back since.
        CustodyPendingError: Its entry is still being entered in the log.
    """
    open_deposit(session, actor=actor, deposit_id=deposit_id)
    kept = session.get(DepositReceipt, deposit_id)
    if kept is None:
        raise NotFoundError
    if ring is None:
        raise EvidenceNotFoundError("custody.no_keys")
    statement = json.loads(kept.statement)
    items = select(EvidenceItem.id).where(col(EvidenceItem.deposit_id) == deposit_id)
    nameless = list_nameless(session, items)
    if for_paper:
        statement = without_names(statement, nameless)
    else:
        refuse_named([statement], nameless)
    return issue_receipt(session, statement=statement, entry_id=kept.leaf_id, ring=ring)
