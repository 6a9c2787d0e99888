"""What people decide: that a file is a secret, and what becomes of it then.

The officer never sees the file.  It is removed (`removing`), leaving hash, time and uploader, or
released when the depositor has shown that the mark is none.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.screening.values import Level, Place, Secrecy
from inspection import journal
from inspection.access import open_item, require_party, require_role
from inspection.database import Database
from inspection.errors import ConflictError, NotFoundError
from inspection.moves import checked_text
from inspection.people import SYSTEM, Actor, Party, Role
from inspection.screening.gates import refuse_shut, state_of
from inspection.screening.running import SCREEN_JOB, where_of
from inspection.tables import Answer, Deposit, EvidenceItem, Finding, Inspection, Screening
from inspection.workflow.states import ScreeningState

LONGEST_REASON: Final = 2_000  # a sentence or ten, as for every act
_SCREEN_AGAIN: Final = "evidence.screen_again"
_AT_ONCE: Final = 1_000  # files in one transaction: people need not wait for all of them
_AGAIN: Final = frozenset({ScreeningState.ERROR, ScreeningState.TOO_LARGE})


def declare_secret(
    session: Session, *, actor: Actor, item_id: UUID, level: Level, at: datetime
) -> None:
    """Say that a file one has sent is a state secret; it is held back at once, unseen.

    Evidence in use can be declared one, too: it is held back, and `removing` keeps it.

    Raises:
        NotFoundError, NotAllowedError: See `access`.
        ConflictError: It is held back already, or was removed.
    """
    case, item = open_item(session, actor=actor, item_id=item_id)
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    row = session.get(Screening, item_id)
    refuse_shut(state_of(row), name="")
    if row is None:
        row = Screening(item_id=item_id, state=ScreeningState.QUARANTINED, screened_at=at)
    row.state = ScreeningState.QUARANTINED
    row.secrecy, row.level, row.place = Secrecy.MARKED, level, Place.DECLARED
    row.is_released = False
    row.version += 1
    session.add(row)
    tell(session, "evidence.quarantine", item, row, actor=actor, at=at, reason="")


def release_quarantined(
    session: Session, *, actor: Actor, item_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Let a file go on that is no secret after all; it is screened again without its marks.

    Raises:
        NotFoundError, NotAllowedError, InvalidError, ConflictError: See `held_item`.
    """
    item, row = held_item(
        session,
        actor=actor,
        item_id=item_id,
        version=version,
        reason=reason,
        states=frozenset({ScreeningState.QUARANTINED}),
    )
    row.state = ScreeningState.WAITING
    row.is_released = True
    row.decided_by, row.decided_at, row.reason = actor.person_id, at, reason.strip()
    row.version += 1
    session.add(row)
    tell(session, "evidence.release_quarantine", item, row, actor=actor, at=at, reason=reason)
    journal.ask_for(session, job=SCREEN_JOB, subject_id=item.id, at=at)


def screen_again(session: Session, *, actor: Actor, item_id: UUID, at: datetime) -> None:
    """Have a file looked at once more that the scanner could not look at.

    Raises:
        ConflictError: It was looked at, or is held back.
    """
    _, item = open_item(session, actor=actor, item_id=item_id)
    row = session.get(Screening, item_id)
    if row is None or row.state not in _AGAIN:
        raise ConflictError("screening.done", state=state_of(row))
    row.state = ScreeningState.WAITING
    row.version += 1
    session.add(row)
    tell(session, _SCREEN_AGAIN, item, row, actor=actor, at=at, reason="")
    journal.ask_for(session, job=SCREEN_JOB, subject_id=item_id, at=at)


def rescan_unscanned(database: Database, *, clock: Callable[[], datetime]) -> None:
    """Have everything looked at that came when the deployment had no scanner yet.

    Until then it feeds no rule: "unscanned" is an answer only where nobody can be asked.  Each is
    told in the journal: a case file withholds what waits, and nobody else may say that it does.
    """
    while True:
        with database.write() as session:
            found = _list_unscanned(session)
            for item, row, inspection_id, campaign_id in found:
                row.state = ScreeningState.WAITING
                row.version += 1
                journal.record(
                    session,
                    event=_SCREEN_AGAIN,
                    subject_id=item.id,
                    actor=SYSTEM,
                    at=clock(),
                    campaign_id=campaign_id,
                    inspection_id=inspection_id,
                    facts={"sha256": item.sha256, "state": row.state},
                )
        if len(found) < _AT_ONCE:
            return


def _list_unscanned(session: Session) -> Sequence[tuple[EvidenceItem, Screening, UUID, UUID]]:
    """Some of them, each with the case it belongs to, those withdrawn too."""
    deposit_id = func.coalesce(col(EvidenceItem.deposit_id), col(EvidenceItem.removed_from))
    inspection_id = func.coalesce(col(Deposit.inspection_id), col(Finding.inspection_id))
    query = (
        select(EvidenceItem, Screening, Inspection.id, Inspection.campaign_id)
        .join(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .outerjoin(Deposit, col(Deposit.id) == deposit_id)
        .outerjoin(Answer, col(Answer.id) == col(EvidenceItem.answer_id))
        .outerjoin(Finding, col(Finding.id) == col(Answer.finding_id))
        .join(Inspection, col(Inspection.id) == inspection_id)
        .where(col(Screening.state) == ScreeningState.UNSCANNED)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
        .limit(_AT_ONCE)
    )
    return session.exec(query).all()


def held_item(
    session: Session,
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    reason: str,
    states: frozenset[ScreeningState],
) -> tuple[EvidenceItem, Screening]:
    """A file held back, before the officer decides on it.

    Args:
        states: In which this decision can be taken.

    Raises:
        NotAllowedError: Not the security officer.
        NotFoundError: It was never held back.
        InvalidError: No reason is given.
        ConflictError: It has been decided on already.
    """
    require_role(actor, Role.SECURITY)
    row = session.get(Screening, item_id)
    if row is None or row.place is None:
        raise NotFoundError
    if row.state not in states or row.version != version:
        raise ConflictError("screening.decided_already")
    checked_text(reason, field="reason", longest=LONGEST_REASON)
    return session.get_one(EvidenceItem, item_id), row


def tell(
    session: Session,
    event: str,
    item: EvidenceItem,
    row: Screening,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Into the journal, with the state and never the name."""
    session.flush()
    campaign_id, inspection_id, _ = where_of(session, item)
    journal.record(
        session,
        event=event,
        subject_id=item.id,
        actor=actor,
        at=at,
        campaign_id=campaign_id,
        inspection_id=inspection_id,
        reason=reason.strip(),
        facts={"sha256": item.sha256, "state": row.state},
    )
    session.flush()
