"""The conclusion: drafted by the team, approved by the issuer, published by an act of its own."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from evidence.storage import Storage
from inspection import journal, moves
from inspection.access import Case, open_conclusion, open_team_case, require_party
from inspection.database import Database
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.freezing import Signing, freeze
from inspection.moves import checked_text
from inspection.opening import load_kept_pack
from inspection.people import Actor, Party
from inspection.tables import (
    Conclusion,
    ConclusionItem,
    Evaluation,
    Finding,
    Matter,
)
from inspection.workflow.states import (
    Act,
    ConclusionState,
    EvaluationState,
    FindingState,
    InspectionState,
)
from rules.pack import Pack

RENDER_JOB: Final = "conclusion.render"
LONGEST_TEXT: Final = 200_000
LARGEST_NUMBER: Final = 99_999
HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
DECIDED: Final = frozenset({FindingState.VERIFIED, FindingState.DISMISSED})


def start_conclusion(session: Session, *, actor: Actor, inspection_id: UUID, at: datetime) -> UUID:
    """Begin the draft of an inspection's conclusion, with one empty item per matter."""
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    require_party(case, Party.LEAD, Party.MEMBER)
    if case.inspection.state is not InspectionState.UNDER_WAY:
        raise ConflictError("inspection.not_under_way", state=case.inspection.state)
    known = session.exec(
        select(Conclusion.id).where(col(Conclusion.inspection_id) == inspection_id)
    ).first()
    if known:
        raise ConflictError("conclusion.begun_already")
    if actor.person_id is None:
        raise NotFoundError
    conclusion = Conclusion(
        inspection_id=inspection_id,
        author_id=actor.person_id,
        body_id=case.campaign.body_id,
        created_at=at,
    )
    session.add(conclusion)
    session.flush()
    for matter_id in _list_matters(session, case):
        session.add(ConclusionItem(conclusion_id=conclusion.id, matter_id=matter_id))
    _note(session, case, conclusion, actor=actor, at=at, verb="start")
    return conclusion.id


def edit_conclusion(
    session: Session,
    *,
    actor: Actor,
    conclusion_id: UUID,
    version: int,
    assessment: str,
    nature: str,
    measures: str,
    policy: str,
    items: Mapping[UUID, str],
    at: datetime,
) -> None:
    """Write the texts of a draft; an unknown matter or too long a text changes nothing."""
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    require_party(case, Party.LEAD, Party.MEMBER)
    if conclusion.state is not ConclusionState.DRAFT:
        raise ConflictError("conclusion.not_a_draft", state=conclusion.state)
    if set(items) - set(_list_matters(session, case)):
        raise InvalidError("conclusion.unknown_matter", field="items")
    texts = {
        "assessment": assessment,
        "nature": nature,
        "measures": measures,
        "policy": policy,
    }
    for field, text in [*texts.items(), *((str(key), text) for key, text in items.items())]:
        if len(text) > LONGEST_TEXT:
            raise InvalidError("text.too_long", field=field, longest=LONGEST_TEXT, length=len(text))
    moves.edit(session, conclusion, version=version, values=texts)
    rows = session.exec(
        select(ConclusionItem).where(col(ConclusionItem.conclusion_id) == conclusion.id)
    )
    for row in rows:
        row.text = items.get(row.matter_id, row.text)
        session.add(row)
    _note(session, case, conclusion, actor=actor, at=at, verb="edit")


def list_missing(session: Session, *, conclusion: Conclusion) -> tuple[str, ...]:
    """What a draft still lacks, as codes: the completeness gate (article 36.2 L84)."""
    missing = [
        field
        for field in ("assessment", "nature", "measures", "policy")
        if not getattr(conclusion, field).strip()
    ]
    empty_items = session.exec(
        select(func.count())
        .select_from(ConclusionItem)
        .where(
            col(ConclusionItem.conclusion_id) == conclusion.id,
            func.trim(col(ConclusionItem.text)) == "",
        )
    ).one()
    if empty_items:
        missing.append("matter")
    undecided = session.exec(
        select(func.count())
        .select_from(Finding)
        .where(
            col(Finding.inspection_id) == conclusion.inspection_id,
            col(Finding.state).not_in(list(DECIDED)),
        )
    ).one()
    if undecided:
        missing.append("undecided_finding")
    if find_latest_run(session, inspection_id=conclusion.inspection_id) is None:
        missing.append("evaluation")
    return tuple(missing)


def find_latest_run(session: Session, *, inspection_id: UUID) -> Evaluation | None:
    """The last evaluation that ended with results."""
    return session.exec(
        select(Evaluation)
        .where(
            col(Evaluation.inspection_id) == inspection_id,
            col(Evaluation.state) == EvaluationState.DONE,
        )
        .order_by(col(Evaluation.number).desc())
    ).first()


def submit_conclusion(
    session: Session, *, actor: Actor, conclusion_id: UUID, version: int, at: datetime
) -> None:
    """Hand the draft to the issuer.

    Raises:
        InvalidError: `conclusion.not_complete`; `facts["missing"]` says what is.
    """
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    _require_under_way(case)
    if missing := list_missing(session, conclusion=conclusion):
        raise InvalidError("conclusion.not_complete", field="conclusion", missing=missing)
    _advance(
        session,
        case,
        conclusion,
        act=Act.SUBMIT,
        actor=actor,
        version=version,
        at=at,
        values={"submitted_at": at, "author_id": actor.person_id, "return_reason": ""},
    )


def return_conclusion(
    session: Session, *, actor: Actor, conclusion_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Give the draft back to the team, with the reason."""
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    _advance(
        session,
        case,
        conclusion,
        act=Act.RETURN,
        actor=actor,
        version=version,
        at=at,
        reason=reason,
        values={"return_reason": reason.strip()},
    )


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
    with database.write() as session:
        _approve(
            session,
            pack,
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
    journal.ask_for(session, job=RENDER_JOB, subject_id=conclusion.id, at=at)
    session.flush()


def publish_conclusion(
    session: Session, *, actor: Actor, conclusion_id: UUID, version: int, at: datetime
) -> None:
    """Make the frozen conclusion public (article 37 L84); nothing of it changes any more."""
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    _advance(
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
    frozen = freeze(session, case=case, conclusion=conclusion, signing=signing, run=run, pack=pack)
    _advance(
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


def _advance(
    session: Session,
    case: Case,
    conclusion: Conclusion,
    *,
    act: Act,
    actor: Actor,
    version: int,
    at: datetime,
    reason: str = "",
    values: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    moves.advance(
        session,
        conclusion,
        act=act,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        reason=reason,
        values=values,
        facts=facts,
    )


def _list_matters(session: Session, case: Case) -> list[UUID]:
    return list(
        session.exec(
            select(Matter.id)
            .where(col(Matter.campaign_id) == case.campaign.id)
            .order_by(col(Matter.number))
        )
    )


def _require_under_way(case: Case) -> None:
    if case.inspection.state is not InspectionState.UNDER_WAY:
        raise ConflictError("inspection.not_under_way", state=case.inspection.state)


def _note(
    session: Session, case: Case, conclusion: Conclusion, *, actor: Actor, at: datetime, verb: str
) -> None:
    session.flush()
    journal.record(
        session,
        event=f"conclusion.{verb}",
        subject_id=conclusion.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=case.inspection_id,
    )
    session.flush()
