"""After a crash: what was left half-done is asked for again, or ended where people can see it."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence.errors import EvidenceError, RetainedError
from evidence.parts import RunningHashes
from evidence.storage import Storage
from inspection import evaluations, journal
from inspection.conclusions import RENDER_JOB
from inspection.database import Database
from inspection.errors import InspectionError
from inspection.evaluations import RUN_JOB
from inspection.login import actor_of
from inspection.missing import note_missed
from inspection.progress import say_progress
from inspection.screening import PASSED, READ_JOB, SCREEN_JOB
from inspection.tables import (
    Conclusion,
    Deposit,
    Evaluation,
    EvidenceItem,
    EvidenceRequest,
    OutboxEntry,
    Progress,
    Reading,
    Screening,
)
from inspection.uploads import (
    discard_expired,
    drop_bytes,
    finish_upload,
    list_abandoned,
    list_live,
)
from inspection.workflow.states import ConclusionState, EvaluationState, ScreeningState

# An upload may take this long from its first byte; younger ones are left alone.
LONGEST_UPLOAD: Final = timedelta(hours=24)
# Joining and reading the largest file takes less; whoever sent it may ask again at any time.
LONGEST_CHECK: Final = timedelta(minutes=10)
_ATTEMPTS: Final = evaluations.ATTEMPTS_ALLOWED
_AT_ONCE: Final = 200  # files asked for in one transaction; the next sweep takes the next ones


def sweep(database: Database, storage: Storage, *, at: datetime, dead_after: timedelta) -> None:
    """Bring every piece of background work back on its way.

    Args:
        dead_after: A run without a sign of life for this long has lost its process; work asked
            for and not begun for this long is asked for again.  Every job may run twice.
    """
    discard_expired(database, storage, at=at)
    live = list_live(database)
    for incoming in storage.list_incoming(at - LONGEST_UPLOAD):
        if incoming not in live:
            with suppress(RetainedError):  # somebody locked it: it stays, and stops nothing else
                drop_bytes(database, storage, upload_id=incoming)
    _finish_uploads(database, storage, at)
    with database.write() as session:
        note_missed(session, at=at)
        _revive_evaluations(session, at, dead_after)
        _revive_screenings(session, at, dead_after)
        _revive_readings(session, at, dead_after)
        _revive_renderings(session, at, dead_after)


def _finish_uploads(database: Database, storage: Storage, at: datetime) -> None:
    """Check and record what had come whole when its server died."""
    for upload_id, person_id in list_abandoned(database, before=at - LONGEST_CHECK):
        with database.read() as session:
            actor = actor_of(session, person_id=person_id)
        if actor is None:
            continue
        with suppress(EvidenceError, InspectionError):  # the upload itself says why
            finish_upload(
                database,
                storage,
                RunningHashes(),
                actor=actor,
                upload_id=upload_id,
                clock=lambda: at,
            )


def _revive_evaluations(session: Session, at: datetime, dead_after: timedelta) -> None:
    rows = session.exec(
        select(Evaluation, Progress)
        .outerjoin(Progress, col(Progress.subject_id) == col(Evaluation.id))
        .where(col(Evaluation.state).in_([EvaluationState.QUEUED, EvaluationState.RUNNING]))
        .order_by(col(Evaluation.id))
    ).all()
    for evaluation, progress in rows:
        last_sign = progress.at if progress else evaluation.requested_at
        if at - last_sign < dead_after:
            continue
        if evaluation.attempt >= evaluations.ATTEMPTS_ALLOWED:
            evaluations.fail_if_running(
                session, evaluation_id=evaluation.id, code="evaluation.died", at=at
            )
            continue
        say_progress(session, subject_id=evaluation.id, done=0, total=0, at=at)
        journal.ask_for(session, job=RUN_JOB, subject_id=evaluation.id, at=at)


def _revive_screenings(session: Session, at: datetime, dead_after: timedelta) -> None:
    """Files that wait: received before they could be screened, or left by a process that died."""
    rows = session.exec(
        select(EvidenceItem.id, Screening)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(
            (col(Screening.item_id).is_(None)) | (col(Screening.state) == ScreeningState.WAITING),
            col(EvidenceItem.received_at) < at - dead_after,
        )
        .order_by(col(EvidenceItem.id))
        .limit(_AT_ONCE)
    ).all()
    for item_id, row in rows:
        if _asked_lately(session, item_id, at - dead_after):
            continue
        since = row.screened_at if row else None
        if _times_asked(session, item_id, job=SCREEN_JOB, since=since) < _ATTEMPTS:
            journal.ask_for(session, job=SCREEN_JOB, subject_id=item_id, at=at)
        else:
            _refuse_screening(session, item_id, row, at)


def _refuse_screening(session: Session, item_id: UUID, row: Screening | None, at: datetime) -> None:
    """It killed even the process around its process, every time: nobody should open it."""
    row = row or Screening(item_id=item_id, state=ScreeningState.REFUSED, screened_at=at)
    row.state, row.screened_at = ScreeningState.REFUSED, at
    row.refusal_code, row.refusal_facts = "screening.died", "{}"
    session.add(row)


def _revive_readings(session: Session, at: datetime, dead_after: timedelta) -> None:
    rows = session.exec(
        select(EvidenceItem.id, EvidenceRequest.table_name)
        .join(Deposit, col(EvidenceItem.deposit_id) == col(Deposit.id))
        .join(EvidenceRequest, col(Deposit.request_id) == col(EvidenceRequest.id))
        .join(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .outerjoin(Reading, col(Reading.item_id) == col(EvidenceItem.id))
        .where(
            col(EvidenceRequest.table_name).is_not(None),
            col(Reading.item_id).is_(None),
            col(Screening.state).in_(PASSED),
            col(Screening.screened_at) < at - dead_after,
        )
    ).all()
    for item_id, table_name in rows:
        if _asked_lately(session, item_id, at - dead_after):
            continue
        if _times_asked(session, item_id, job=READ_JOB) < _ATTEMPTS:
            journal.ask_for(session, job=READ_JOB, subject_id=item_id, at=at)
        elif table_name is not None:
            # It killed its process every time: that is what reading it gives.
            session.add(
                Reading(
                    item_id=item_id,
                    table_name=table_name,
                    error_code="reading.died",
                    read_at=at,
                )
            )


def _revive_renderings(session: Session, at: datetime, dead_after: timedelta) -> None:
    rows = session.exec(
        select(Conclusion.id).where(
            col(Conclusion.state) == ConclusionState.APPROVED,
            col(Conclusion.approved_at) < at - dead_after,
            # One that failed waits for a person: the reason stands on the page.
            col(Conclusion.render_error).is_(None),
        )
    ).all()
    for conclusion_id in rows:
        if _asked_lately(session, conclusion_id, at - dead_after):
            continue
        if _times_asked(session, conclusion_id, job=RENDER_JOB) < _ATTEMPTS:
            journal.ask_for(session, job=RENDER_JOB, subject_id=conclusion_id, at=at)
        else:
            conclusion = session.get_one(Conclusion, conclusion_id)
            conclusion.render_error = "render.died"
            session.add(conclusion)


def _times_asked(
    session: Session, subject_id: UUID, *, job: str, since: datetime | None = None
) -> int:
    query = (
        select(func.count())
        .select_from(OutboxEntry)
        .where(col(OutboxEntry.subject_id) == subject_id, col(OutboxEntry.job) == job)
    )
    if since is not None:
        query = query.where(col(OutboxEntry.created_at) > since)
    return session.exec(query).one()


def _asked_lately(session: Session, subject_id: UUID, since: datetime) -> bool:
    return (
        session.exec(
            select(OutboxEntry.id).where(
                col(OutboxEntry.subject_id) == subject_id, col(OutboxEntry.created_at) >= since
            )
        ).first()
        is not None
    )
