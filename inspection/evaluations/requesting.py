"""A person asks for a run of the pack."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence import custody
from evidence.custody import CustodyAct
from inspection import journal
from inspection.access import open_team_case, require_party, require_under_way
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.evaluations.inputs import freeze_inputs
from inspection.people import Actor, Party
from inspection.progress import say_progress
from inspection.tables import (
    Evaluation,
    EvaluationInput,
)
from inspection.workflow.states import EvaluationState

RUN_JOB: Final = "evaluation.run"


def request_evaluation(
    session: Session, *, actor: Actor, inspection_id: UUID, as_of: date, at: datetime
) -> UUID:
    """Ask for a run over all accepted evidence; the list of files is frozen now.

    Raises:
        InvalidError: Nothing that rules can read has been accepted.
        ConflictError: A run is under way, or accepted files are still being looked at or read.
    """
    case = open_team_case(session, actor=actor, inspection_id=inspection_id)
    require_party(case, Party.LEAD, Party.MEMBER)
    require_under_way(session, case)
    _require_none_running(session, inspection_id)
    inputs = freeze_inputs(session, case)
    if not any(own for _, _, own in inputs):
        raise InvalidError("evaluation.nothing_accepted", field="evidence")
    if actor.person_id is None or case.campaign.pack_digest is None:
        raise NotFoundError
    evaluation = Evaluation(
        inspection_id=inspection_id,
        number=_next_number(session, inspection_id),
        pack_digest=case.campaign.pack_digest,
        as_of=as_of,
        requested_by=actor.person_id,
        requested_at=at,
    )
    session.add(evaluation)
    session.flush()
    for item_id, table_name, own in inputs:
        session.add(
            EvaluationInput(
                evaluation_id=evaluation.id, item_id=item_id, table_name=table_name, is_own=own
            )
        )
        custody.record(
            session,
            act=CustodyAct.EVIDENCE_USE,
            actor_id=actor.person_id,
            at=at,
            facts={
                "item_id": item_id,
                "evaluation_id": evaluation.id,
                "inspection_id": inspection_id,
                "pack_digest": evaluation.pack_digest,
            },
            series_id=inspection_id,
        )
    say_progress(session, subject_id=evaluation.id, done=0, total=0, at=at)
    journal.record(
        session,
        event="evaluation.request",
        subject_id=evaluation.id,
        actor=actor,
        at=at,
        campaign_id=case.campaign_id,
        inspection_id=case.inspection_id,
        facts={"pack_digest": evaluation.pack_digest, "files": len(inputs), "as_of": as_of},
    )
    journal.ask_for(session, job=RUN_JOB, subject_id=evaluation.id, at=at)
    session.flush()
    return evaluation.id


def _require_none_running(session: Session, inspection_id: UUID) -> None:
    running = session.exec(
        select(Evaluation.id).where(
            col(Evaluation.inspection_id) == inspection_id,
            col(Evaluation.state).in_([EvaluationState.QUEUED, EvaluationState.RUNNING]),
        )
    ).first()
    if running:
        raise ConflictError("evaluation.running")


def _next_number(session: Session, inspection_id: UUID) -> int:
    largest = session.exec(
        select(func.max(col(Evaluation.number))).where(
            col(Evaluation.inspection_id) == inspection_id
        )
    ).one()
    return (largest or 0) + 1
