"""What people decide: that a file is a secret, and what becomes of it then.

The officer never sees the file.  It is removed, leaving hash, time and uploader, or released when
the depositor has shown that the mark is none.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select, update

from evidence.digest import Digest
from evidence.screening.values import Level, Place, Secrecy
from evidence.storage import Storage
from inspection import journal
from inspection.access import open_item, require_party, require_role
from inspection.database import Database
from inspection.errors import ConflictError, NotFoundError
from inspection.moves import checked_text
from inspection.people import Actor, Party, Role
from inspection.screening.gates import NAMELESS, state_of
from inspection.screening.running import SCREEN_JOB, where_of
from inspection.tables import Deposit, EvidenceItem, Reading, Screening, Upload
from inspection.workflow.states import DepositState, ScreeningState

LONGEST_REASON: Final = 2_000  # a sentence or ten, as for every act
_AGAIN: Final = frozenset({ScreeningState.ERROR, ScreeningState.TOO_LARGE})


def declare_secret(
    session: Session, *, actor: Actor, item_id: UUID, level: Level, at: datetime
) -> None:
    """Say that a file one has sent is a state secret; it is held back at once, unseen.

    Raises:
        NotFoundError, NotAllowedError: See `access`.
        ConflictError: It has been accepted as evidence, or was removed.
    """
    case, item = open_item(session, actor=actor, item_id=item_id)
    require_party(case, Party.CONTRIBUTOR, Party.CERTIFIER)
    row = session.get(Screening, item_id)
    deposit = session.get(Deposit, item.deposit_id) if item.deposit_id else None
    if deposit is not None and deposit.state is DepositState.ACCEPTED:
        raise ConflictError("screening.accepted_already")
    if state_of(row) in {ScreeningState.QUARANTINED, ScreeningState.REMOVED}:
        raise ConflictError("screening.held_back", file="", state=state_of(row))
    if row is None:
        row = Screening(item_id=item_id, state=ScreeningState.QUARANTINED, screened_at=at)
    row.state = ScreeningState.QUARANTINED
    row.secrecy, row.level, row.place = Secrecy.MARKED, level, Place.DECLARED
    row.is_released = False
    row.version += 1
    session.add(row)
    _tell(session, "evidence.quarantine", item, row, actor=actor, at=at, reason="")


def release_quarantined(
    session: Session, *, actor: Actor, item_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Let a file go on that is no secret after all; it is screened again without its marks.

    Raises:
        NotFoundError, NotAllowedError, InvalidError, ConflictError: See `_held`.
    """
    item, row = _held(session, actor=actor, item_id=item_id, version=version, reason=reason)
    row.state = ScreeningState.WAITING
    row.is_released = True
    row.decided_by, row.decided_at, row.reason = actor.person_id, at, reason.strip()
    row.version += 1
    session.add(row)
    _tell(session, "evidence.release_quarantine", item, row, actor=actor, at=at, reason=reason)
    journal.ask_for(session, job=SCREEN_JOB, subject_id=item.id, at=at)


def find_quarantined(
    session: Session, *, actor: Actor, item_id: UUID, version: int, reason: str
) -> str:
    """The hash of a file that is about to be removed.

    Raises:
        NotFoundError, NotAllowedError, InvalidError, ConflictError: See `_held`.
    """
    item, _ = _held(session, actor=actor, item_id=item_id, version=version, reason=reason)
    return item.sha256


def forget_quarantined(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    reason: str,
    at: datetime,
) -> str:
    """Remove a secret for good: bytes, rows read from it and name; hash, time and uploader stay.

    Bytes first: a crash in between leaves a record that says more than there is, and the act can be
    done again.

    Returns:
        The hash, so that copies made for showing can be forgotten.

    Raises:
        NotFoundError, NotAllowedError, InvalidError, ConflictError: See `_held`.
        StorageUnavailableError: The store does not let go of it.
    """
    with database.read() as session:
        sha256 = find_quarantined(
            session, actor=actor, item_id=item_id, version=version, reason=reason
        )
        twins = _twins(session, sha256)
        if any(_is_accepted(session, item) for item in twins):
            raise ConflictError("screening.accepted_already")
        derived = [
            digest
            for item in twins
            if (reading := session.get(Reading, item.id)) is not None
            for digest in (reading.rows_sha256, reading.problems_sha256)
            if digest is not None
        ]
    for digest in (sha256, *derived):
        storage.erase(Digest(digest))
    with database.write() as session:
        # The same bytes, sent twice, are the same secret.
        for item in _twins(session, sha256):
            row = session.get(Screening, item.id)
            if row is None:
                row = Screening(item_id=item.id, state=ScreeningState.REMOVED, screened_at=at)
            row.state = ScreeningState.REMOVED
            row.notices, row.antivirus_detail = [], ""
            row.decided_by, row.decided_at, row.reason = actor.person_id, at, reason.strip()
            row.version += 1
            item.name = NAMELESS
            session.add_all((row, item))
            if (upload := session.get(Upload, item.incoming_id)) is not None:
                upload.name = NAMELESS
                session.add(upload)
            if (reading := session.get(Reading, item.id)) is not None:
                session.delete(reading)
            _tell(session, "evidence.remove", item, row, actor=actor, at=at, reason=reason)
    return sha256


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
    _tell(session, "evidence.screen_again", item, row, actor=actor, at=at, reason="")
    journal.ask_for(session, job=SCREEN_JOB, subject_id=item_id, at=at)


def rescan_unscanned(database: Database) -> None:
    """Have everything looked at that came when the deployment had no scanner yet.

    Until then it feeds no rule: "unscanned" is an answer only where nobody can be asked.
    """
    with database.write() as session:
        session.exec(
            update(Screening)
            .where(col(Screening.state) == ScreeningState.UNSCANNED)
            .values(state=ScreeningState.WAITING, version=col(Screening.version) + 1)
        )


def _held(
    session: Session, *, actor: Actor, item_id: UUID, version: int, reason: str
) -> tuple[EvidenceItem, Screening]:
    """A quarantined file, before the officer decides on it."""
    require_role(actor, Role.SECURITY)
    row = session.get(Screening, item_id)
    if row is None or row.place is None:
        raise NotFoundError
    if row.state is not ScreeningState.QUARANTINED or row.version != version:
        raise ConflictError("screening.decided_already")
    checked_text(reason, field="reason", longest=LONGEST_REASON)
    return session.get_one(EvidenceItem, item_id), row


def _twins(session: Session, sha256: str) -> Sequence[EvidenceItem]:
    return session.exec(
        select(EvidenceItem)
        .where(col(EvidenceItem.sha256) == sha256)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()


def _is_accepted(session: Session, item: EvidenceItem) -> bool:
    deposit = session.get(Deposit, item.deposit_id) if item.deposit_id else None
    return deposit is not None and deposit.state is DepositState.ACCEPTED


def _tell(
    session: Session,
    event: str,
    item: EvidenceItem,
    row: Screening,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
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
