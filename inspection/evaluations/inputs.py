"""What a run judges: frozen when it is asked for."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.access import Case
from inspection.errors import ConflictError
from inspection.screening import PASSED
from inspection.tables import (
    Deposit,
    EvidenceItem,
    EvidenceRequest,
    Inspection,
    Reading,
    Screening,
)
from inspection.workflow.states import DepositState


def freeze_inputs(session: Session, case: Case) -> list[tuple[UUID, str, bool]]:
    """Accepted files of tables: the inspection's own, and others' where a rule asks for them.

    Returns:
        Of each file its id, the name of its table, and whether it is the inspection's own.

    Raises:
        ConflictError: A file is not read yet, or did not pass screening.
    """
    rows = session.exec(
        select(
            EvidenceItem,
            EvidenceRequest.table_name,
            Inspection.id,
            Reading.item_id,
        )
        .join(Deposit, col(EvidenceItem.deposit_id) == col(Deposit.id))
        .join(EvidenceRequest, col(Deposit.request_id) == col(EvidenceRequest.id))
        .join(Inspection, col(Deposit.inspection_id) == col(Inspection.id))
        .outerjoin(Reading, col(Reading.item_id) == col(EvidenceItem.id))
        .where(
            col(Inspection.campaign_id) == case.campaign.id,
            col(Deposit.state) == DepositState.ACCEPTED,
            col(EvidenceRequest.table_name).is_not(None),
        )
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
    inputs = []
    seen: set[tuple[UUID, str, str]] = set()
    for item, table_name, inspection_id, read in rows:
        own = inspection_id == case.inspection.id
        if table_name is None or not (own or table_name in case.campaign.shared_tables):
            continue
        if (inspection_id, table_name, item.sha256) in seen:
            # The same bytes handed in twice are one file: their rows would all be duplicates.
            continue
        seen.add((inspection_id, table_name, item.sha256))
        if read is None:
            raise ConflictError("evaluation.not_read_yet")
        inputs.append((item.id, table_name, own))
    _refuse_unscreened(session, [item_id for item_id, _, _ in inputs])
    return inputs


def _refuse_unscreened(session: Session, item_ids: Sequence[UUID]) -> None:
    """What passed when it was accepted may have been found infected since."""
    passed = session.exec(
        select(func.count())
        .select_from(Screening)
        .where(col(Screening.item_id).in_(item_ids), col(Screening.state).in_(PASSED))
    ).one()
    if passed != len(item_ids):
        raise ConflictError("evaluation.not_screened", count=len(item_ids) - passed)
