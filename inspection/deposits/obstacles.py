"""What a file lacks to be accepted as evidence: asked before the button, and when it is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.errors import ConflictError
from inspection.screening import find_held_back
from inspection.screening.gates import shown_name, state_of
from inspection.tables import EvidenceItem, EvidenceRequest, Reading, Screening


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One file that stops its deposit from being accepted, with the refusal it would get."""

    item_id: UUID
    code: str
    facts: Mapping[str, Any]  # JSON: whatever the sentence needs


def obstacle_of(
    item: EvidenceItem, screening: Screening | None, reading: Reading | None, *, for_table: bool
) -> Obstacle | None:
    """Say why a file cannot be accepted now; None where it can.

    Args:
        for_table: The request asks for a table: its files are data, which rules read.
    """
    state = state_of(screening)
    facts: dict[str, Any] = {"file": shown_name(item, screening)}
    code = find_held_back(state, for_table=for_table)
    if code is not None:
        facts["state"] = state.value
    elif for_table and reading is None:
        code = "deposit.not_read_yet"
    elif for_table and reading is not None and reading.error_code is not None:
        code = "deposit.unreadable_file"
    return None if code is None else Obstacle(item_id=item.id, code=code, facts=facts)


def refuse_obstacles(session: Session, *, deposit_id: UUID, request: EvidenceRequest) -> None:
    """Refuse to accept a deposit as long as one of its files cannot be.

    Raises:
        ConflictError: With the name of the first, as lists show it.
    """
    rows = session.exec(
        select(EvidenceItem, Screening, Reading)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .outerjoin(Reading, col(Reading.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.deposit_id) == deposit_id)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
    for item, screening, reading in rows:
        found = obstacle_of(item, screening, reading, for_table=request.table_name is not None)
        if found is not None:
            raise ConflictError(found.code, **found.facts)
