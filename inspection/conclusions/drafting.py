"""The draft and its completeness gate."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection import journal, moves
from inspection.access import (
    Case,
    open_conclusion,
    open_team_case,
    require_party,
    require_under_way,
)
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.moves import refuse_controls
from inspection.people import Actor, Party
from inspection.tables import (
    Conclusion,
    ConclusionItem,
    Evaluation,
    Finding,
    Matter,
)
from inspection.workflow.states import (
    ConclusionState,
    EvaluationState,
    FindingState,
    InspectionState,
)

LONGEST_TEXT: Final = 200_000


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
    require_under_way(session, case)
    if set(items) - set(_list_matters(session, case)):
        raise InvalidError("conclusion.unknown_matter", field="items")
    texts = {
        "assessment": assessment,
        "nature": nature,
        "measures": measures,
        "policy": policy,
    }
    for field, text in [*texts.items(), *((str(key), text) for key, text in items.items())]:
        refuse_controls(text, field=field, longest=LONGEST_TEXT)
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
    running = session.exec(
        select(Evaluation.id).where(
            col(Evaluation.inspection_id) == conclusion.inspection_id,
            col(Evaluation.state).in_([EvaluationState.QUEUED, EvaluationState.RUNNING]),
        )
    ).first()
    if running:
        missing.append("running_evaluation")
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


def _list_matters(session: Session, case: Case) -> list[UUID]:
    return list(
        session.exec(
            select(Matter.id)
            .where(col(Matter.campaign_id) == case.campaign.id)
            .order_by(col(Matter.number))
        )
    )


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
