"""One file, with what is known of it."""

import json
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import open_item
from inspection.people import Actor
from inspection.queries.deposits.values import DestroyedLine, ItemLine, ItemPage, ReadingLine
from inspection.queries.screening import list_signatures, screening_line
from inspection.screening import PASSED
from inspection.screening.gates import SHUT, shown_name, state_of
from inspection.tables import (
    Answer,
    Deposit,
    DestroyedItem,
    Destruction,
    EvidenceItem,
    EvidenceRequest,
    Organization,
    Person,
    Reading,
    Screening,
)


def get_item(session: Session, *, actor: Actor, item_id: UUID) -> ItemPage:
    """One file."""
    case, item = open_item(session, actor=actor, item_id=item_id)
    deposit_id = item.deposit_id or item.removed_from
    deposit = session.get(Deposit, deposit_id) if deposit_id else None
    request = session.get_one(EvidenceRequest, deposit.request_id) if deposit else None
    answer = session.get(Answer, item.answer_id) if item.answer_id else None
    screening = session.get(Screening, item.id)
    return ItemPage(
        item=item_line(item, screening, session.get(Reading, item.id)),
        inspection_id=case.inspection.id,
        deposit_id=deposit_id,
        deposit_state=deposit.state if deposit else None,
        finding_id=answer.finding_id if answer else None,
        table_name=request.table_name if request else None,
        pack_digest=case.campaign.pack_digest,
        organization=session.get_one(Organization, case.inspection.organization_id).name,
        received_by=session.get_one(Person, item.received_by).full_name,
        is_team=case.is_team,
        # Who has signed a secret is part of what it says.
        signatures=() if state_of(screening) in SHUT else list_signatures(session, item_id=item.id),
        destroyed=_find_destroyed(session, item_id, is_team=case.is_team),
    )


def _find_destroyed(session: Session, item_id: UUID, *, is_team: bool) -> DestroyedLine | None:
    row = session.exec(
        select(Destruction.id, Destruction.decided_at, Person.full_name)
        .join(DestroyedItem, col(DestroyedItem.destruction_id) == col(Destruction.id))
        .join(Person, col(Person.id) == col(Destruction.decided_by))
        .where(col(DestroyedItem.item_id) == item_id)
    ).first()
    if row is None:
        return None
    destruction_id, at, name = row
    if at is None:  # the row itself says that somebody has decided
        return None
    return DestroyedLine(destruction_id=destruction_id, at=at, by=name if is_team else "")


def item_line(item: EvidenceItem, screening: Screening | None, reading: Reading | None) -> ItemLine:
    """A file as lists show it."""
    return ItemLine(
        id=item.id,
        name=shown_name(item, screening),
        media_type=item.media_type,
        size_bytes=item.size_bytes,
        sha256=item.sha256,
        received_at=item.received_at,
        screening=screening_line(screening),
        reading=None
        if reading is None or state_of(screening) not in PASSED
        else ReadingLine(
            table_name=reading.table_name,
            error_code=reading.error_code,
            error_facts=json.loads(reading.error_facts),
            rows_in_file=reading.rows_in_file,
            rows_read=reading.rows_read,
            rows_refused=reading.rows_refused,
            problems=reading.problems,
            rows_sha256=reading.rows_sha256,
            problems_sha256=reading.problems_sha256,
            read_at=reading.read_at,
        ),
    )
