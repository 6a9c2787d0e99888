"""Approval, number, freezing, publication."""

from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from evidence.locking import LockGap
from evidence.storage import Storage
from inspection import journal, moves
from inspection.access import open_conclusion, require_party
from inspection.conclusions.drafting import find_latest_run, list_missing
from inspection.conclusions.handing import move
from inspection.database import Database
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.freezing import Signing, freeze
from inspection.moves import checked_text
from inspection.opening import load_kept_pack
from inspection.people import Actor, Party
from inspection.tables import (
    Conclusion,
)
from inspection.workflow.states import (
    Act,
    ConclusionState,
)
from rules.pack import Pack

RENDER_JOB: Final = "conclusion.render"


LARGEST_NUMBER: Final = 99_999


HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def approve_conclusion(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    conclusion_id: UUID,
    version: int,
    number: int,
    symbol: str,
    signed_on: date,
    at: datetime,
) -> None:
    """Approve, number and date the conclusion; freeze all it says and ask for its rendering.

    Raises:
        NotAllowedError: The actor wrote it.
        InvalidError: The number is taken, or the date lies ahead.
        ConflictError: It has changed or is no longer complete.
    """
    with database.read() as session:
        case, _ = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    if case.campaign.pack_digest is None:
        raise NotFoundError
    pack = load_kept_pack(storage, digest=case.campaign.pack_digest)
    gap = storage.lock.gap
    with database.write() as session:
        _approve(
            session,
            pack,
            gap=gap,
            actor=actor,
            conclusion_id=conclusion_id,
            version=version,
            number=number,
            symbol=symbol.strip(),
            signed_on=signed_on,
            at=at,
        )


def retry_rendering(session: Session, *, actor: Actor, conclusion_id: UUID, at: datetime) -> None:
    """Ask once more for the PDF of an approved conclusion whose rendering failed."""
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    require_party(case, Party.ISSUER, Party.LEAD)
    if conclusion.state is not ConclusionState.APPROVED:
        raise ConflictError("conclusion.not_approved", state=conclusion.state)
    conclusion.render_error = None
    session.add(conclusion)
    journal.record(
        session,
        event="conclusion.retry",
        subject_id=conclusion.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=case.inspection_id,
    )
    journal.ask_for(session, job=RENDER_JOB, subject_id=conclusion.id, at=at)
    session.flush()


def publish_conclusion(
    session: Session, *, actor: Actor, conclusion_id: UUID, version: int, at: datetime
) -> None:
    """Make the frozen conclusion public (article 37 L84); nothing of it changes any more."""
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    move(
        session,
        case,
        conclusion,
        act=Act.PUBLISH,
        actor=actor,
        version=version,
        at=at,
        values={"published_at": at},
        facts={"pdf_sha256": conclusion.pdf_sha256},
    )
    moves.advance(
        session,
        case.inspection,
        act=Act.PUBLISH,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
    )


def _approve(
    session: Session,
    pack: Pack,
    *,
    gap: LockGap | None,
    actor: Actor,
    conclusion_id: UUID,
    version: int,
    number: int,
    symbol: str,
    signed_on: date,
    at: datetime,
) -> None:
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    moves.target_of(moves.SUBJECTS[Conclusion], conclusion.state, Act.APPROVE, parties=case.parties)
    if conclusion.author_id == actor.person_id:
        raise NotAllowedError("conclusion.own")
    if missing := list_missing(session, conclusion=conclusion):
        raise ConflictError("conclusion.not_complete", missing=missing)
    _check_number(session, conclusion, number, symbol, signed_on=signed_on, at=at)
    run = find_latest_run(session, inspection_id=case.inspection.id)
    if run is None or actor.person_id is None:
        raise NotFoundError
    signing = Signing(number=number, symbol=symbol, signed_on=signed_on, issuer_id=actor.person_id)
    frozen = freeze(
        session, case=case, conclusion=conclusion, signing=signing, run=run, pack=pack, gap=gap
    )
    move(
        session,
        case,
        conclusion,
        act=Act.APPROVE,
        actor=actor,
        version=version,
        at=at,
        values={
            "issuer_id": actor.person_id,
            "approved_at": at,
            "number": number,
            "symbol": symbol,
            "signed_on": signed_on,
            "number_year": signed_on.year,
            "frozen": frozen.text,
            "frozen_sha256": frozen.sha256,
        },
        facts={"number": number, "frozen_sha256": frozen.sha256},
    )
    moves.advance(
        session,
        case.inspection,
        act=Act.CONCLUDE,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
    )
    journal.ask_for(session, job=RENDER_JOB, subject_id=conclusion.id, at=at)
    session.flush()


def _check_number(
    session: Session,
    conclusion: Conclusion,
    number: int,
    symbol: str,
    *,
    signed_on: date,
    at: datetime,
) -> None:
    checked_text(symbol, field="symbol", longest=40)
    if not 1 <= number <= LARGEST_NUMBER:
        raise InvalidError("conclusion.bad_number", field="number", largest=LARGEST_NUMBER)
    if signed_on > at.astimezone(HERE).date():
        raise InvalidError("conclusion.date_ahead", field="signed_on")
    handed_in = conclusion.submitted_at or conclusion.created_at
    if signed_on < handed_in.astimezone(HERE).date():
        # An earlier day would also take a number of an earlier year.
        raise InvalidError("conclusion.date_before_draft", field="signed_on")
    taken = session.exec(
        select(Conclusion.id).where(
            col(Conclusion.body_id) == conclusion.body_id,
            col(Conclusion.number_year) == signed_on.year,
            col(Conclusion.symbol) == symbol,
            col(Conclusion.number) == number,
        )
    ).first()
    if taken is not None:
        raise InvalidError("conclusion.number_taken", field="number", number=number)
