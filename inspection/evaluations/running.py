"""A job runs the pack, and ends exactly once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from inspection import moves
from inspection.access import Case
from inspection.errors import ConflictError, NotFoundError
from inspection.people import SYSTEM, Party
from inspection.progress import say_progress
from inspection.tables import (
    Campaign,
    Evaluation,
    Inspection,
    RuleTally,
)
from inspection.workflow.states import Act, EvaluationState

# A run that died this often will die again: it ends as failed, where people can see it.
ATTEMPTS_ALLOWED: Final = 3
_JOB: Final = frozenset({Party.SYSTEM})


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


def error_of(error: Exception) -> tuple[str, Mapping[str, object]]:
    """Code and facts of what stopped a job; what was not foreseen has a code of its own."""
    code = getattr(error, "code", None)
    facts = getattr(error, "facts", None)
    if isinstance(code, str) and isinstance(facts, Mapping):
        return code, facts
    return "job.unforeseen", {"kind": type(error).__name__}
