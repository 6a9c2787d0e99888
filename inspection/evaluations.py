"""Runs of the pack: asked for by a person, run by a job, ended exactly once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence import custody
from evidence.custody import CustodyAct
from inspection import journal, moves
from inspection.access import Case, open_team_case, require_party, require_under_way
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.people import SYSTEM, Actor, Party
from inspection.progress import say_progress
from inspection.screening import PASSED
from inspection.tables import (
    Campaign,
    Deposit,
    Evaluation,
    EvaluationInput,
    EvidenceItem,
    EvidenceRequest,
    Inspection,
    Reading,
    RuleTally,
    Screening,
)
from inspection.workflow.states import Act, DepositState, EvaluationState

RUN_JOB: Final = "evaluation.run"
# A run that died this often will die again: it ends as failed, where people can see it.
ATTEMPTS_ALLOWED: Final = 3
_JOB: Final = frozenset({Party.SYSTEM})


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
    inputs = _freeze_inputs(session, case)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A run in the hands of one attempt; `version` is lost as soon as another takes over."""

    evaluation_id: UUID
    version: int
    pack_digest: str
    as_of: date


def start(session: Session, *, evaluation_id: UUID, at: datetime) -> Claim | None:
    """Take a run into the hands of this process.

    Returns:
        None when the run has ended, or ends here because it died too often.
    """
    evaluation = session.get(Evaluation, evaluation_id)
    if evaluation is None:
        raise NotFoundError
    if evaluation.state in {EvaluationState.DONE, EvaluationState.FAILED}:
        return None
    if evaluation.attempt >= ATTEMPTS_ALLOWED:
        _fail(session, evaluation, code="evaluation.died", facts={}, at=at)
        return None
    _advance(
        session,
        evaluation,
        Act.START,
        at,
        {"attempt": evaluation.attempt + 1, "started_at": at, "beat_at": at},
    )
    say_progress(session, subject_id=evaluation_id, done=0, total=0, at=at)
    return Claim(
        evaluation_id=evaluation_id,
        version=evaluation.version,
        pack_digest=evaluation.pack_digest,
        as_of=evaluation.as_of,
    )


def finish(
    session: Session,
    *,
    claim: Claim,
    tallies: Sequence[RuleTally],
    violations_sha256: str,
    facts_sha256: str,
    engine_version: str,
    rows_total: int,
    at: datetime,
) -> None:
    """End a run with its results, all of them or none.

    Raises:
        ConflictError: Another attempt has taken over; these results are dropped.
    """
    bound = {"violations_sha256": violations_sha256, "facts_sha256": facts_sha256}
    values = {
        **bound,
        "finished_at": at,
        "engine_version": engine_version,
        "rules_total": len(tallies),
        "rules_done": len(tallies),
        "rows_total": rows_total,
    }
    _advance(session, _held(session, claim), Act.FINISH, at, values, facts=bound)
    session.add_all(tallies)
    say_progress(
        session, subject_id=claim.evaluation_id, done=len(tallies), total=len(tallies), at=at
    )


def fail(
    session: Session,
    *,
    claim: Claim,
    code: str,
    facts: Mapping[str, object],
    at: datetime,
) -> None:
    """End a run visibly, with the code of what stopped it.

    Raises:
        ConflictError: Another attempt has taken over.
    """
    _fail(session, _held(session, claim), code=code, facts=facts, at=at)


def fail_if_running(session: Session, *, evaluation_id: UUID, code: str, at: datetime) -> None:
    """End a run whose process is known to be gone, unless it has ended by itself."""
    evaluation = session.get(Evaluation, evaluation_id)
    if evaluation is not None and evaluation.state is EvaluationState.RUNNING:
        _fail(session, evaluation, code=code, facts={}, at=at)


def _held(session: Session, claim: Claim) -> Evaluation:
    evaluation = session.get_one(Evaluation, claim.evaluation_id)
    if evaluation.version != claim.version:
        raise ConflictError("evaluation.taken_over")
    return evaluation


def _fail(
    session: Session,
    evaluation: Evaluation,
    *,
    code: str,
    facts: Mapping[str, object],
    at: datetime,
) -> None:
    values = {
        "finished_at": at,
        "error_code": code,
        "error_facts": json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str),
    }
    _advance(session, evaluation, Act.FAIL, at, values)


def _advance(
    session: Session,
    evaluation: Evaluation,
    act: Act,
    at: datetime,
    values: Mapping[str, object],
    *,
    facts: Mapping[str, object] | None = None,
) -> None:
    inspection = session.get_one(Inspection, evaluation.inspection_id)
    case = Case(
        campaign=session.get_one(Campaign, inspection.campaign_id),
        inspection=inspection,
        parties=_JOB,
    )
    moves.advance(
        session,
        evaluation,
        act=act,
        actor=SYSTEM,
        parties=_JOB,
        at=at,
        where=case,
        version=evaluation.version,
        values=values,
        facts=facts,
    )


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


def _freeze_inputs(session: Session, case: Case) -> list[tuple[UUID, str, bool]]:
    """Accepted files of tables: the inspection's own, and others' where a rule asks for them."""
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


def error_of(error: Exception) -> tuple[str, Mapping[str, object]]:
    """Code and facts of what stopped a job; what was not foreseen has a code of its own."""
    code = getattr(error, "code", None)
    facts = getattr(error, "facts", None)
    if isinstance(code, str) and isinstance(facts, Mapping):
        return code, facts
    return "job.unforeseen", {"kind": type(error).__name__}
