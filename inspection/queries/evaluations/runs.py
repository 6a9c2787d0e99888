"""The runs of an inspection, and how far each is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import open_evaluation, open_team_case
from inspection.people import Actor
from inspection.queries.evaluations.inputs import InputLine, list_inputs
from inspection.queries.evaluations.tallies import TallyLine, tally_lines
from inspection.tables import Evaluation, Organization, Person, Progress, RuleTally
from inspection.workflow.states import EvaluationState


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLine:
    """How far a run is: `done` of `total` rules (total 0 is not known yet)."""

    state: EvaluationState
    done: int
    total: int
    error_code: str | None
    error_facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationPage:
    """One run.

    Attributes:
        violations_sha256: The lines; None until the run is done.
        facts_sha256: The measures behind the verdicts; None in runs from before they were kept.
    """

    id: UUID
    inspection_id: UUID
    campaign_id: UUID
    organization: str
    number: int
    progress: ProgressLine
    pack_digest: str
    engine_version: str
    as_of: date
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    attempt: int
    rows_total: int
    violations_sha256: str | None
    facts_sha256: str | None
    tallies: tuple[TallyLine, ...]
    inputs: tuple[InputLine, ...]

    @property
    def state(self) -> EvaluationState:
        """Where the run stands."""
        return self.progress.state


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationLine:
    """A run as a list shows it."""

    id: UUID
    number: int
    state: EvaluationState
    as_of: date
    requested_at: datetime
    finished_at: datetime | None
    rows_total: int
    error_code: str | None


def get_evaluation(session: Session, *, actor: Actor, evaluation_id: UUID) -> EvaluationPage:
    """One run with its tallies and inputs."""
    case, row = open_evaluation(session, actor=actor, evaluation_id=evaluation_id)
    tallies = session.exec(
        select(RuleTally)
        .where(col(RuleTally.evaluation_id) == evaluation_id)
        .order_by(col(RuleTally.position))
    )
    return EvaluationPage(
        id=row.id,
        inspection_id=row.inspection_id,
        campaign_id=case.campaign.id,
        organization=session.get_one(Organization, case.inspection.organization_id).name,
        number=row.number,
        progress=_progress(row, session.get(Progress, row.id)),
        pack_digest=row.pack_digest,
        engine_version=row.engine_version,
        as_of=row.as_of,
        requested_by=session.get_one(Person, row.requested_by).full_name,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        attempt=row.attempt,
        rows_total=row.rows_total,
        violations_sha256=row.violations_sha256,
        facts_sha256=row.facts_sha256,
        tallies=tally_lines(tallies),
        inputs=list_inputs(session, evaluation_id=evaluation_id),
    )


def get_progress(session: Session, *, actor: Actor, evaluation_id: UUID) -> ProgressLine:
    """How far a run is."""
    _, row = open_evaluation(session, actor=actor, evaluation_id=evaluation_id)
    return _progress(row, session.get(Progress, row.id))


def list_evaluations(
    session: Session, *, actor: Actor, inspection_id: UUID
) -> tuple[EvaluationLine, ...]:
    """The runs of one inspection, the newest first."""
    open_team_case(session, actor=actor, inspection_id=inspection_id)
    rows = session.exec(
        select(Evaluation)
        .where(col(Evaluation.inspection_id) == inspection_id)
        .order_by(col(Evaluation.number).desc())
    )
    return tuple(
        EvaluationLine(
            id=row.id,
            number=row.number,
            state=row.state,
            as_of=row.as_of,
            requested_at=row.requested_at,
            finished_at=row.finished_at,
            rows_total=row.rows_total,
            error_code=row.error_code,
        )
        for row in rows
    )


def _progress(row: Evaluation, progress: Progress | None) -> ProgressLine:
    return ProgressLine(
        state=row.state,
        done=progress.done if progress else 0,
        total=progress.total if progress else 0,
        error_code=row.error_code,
        error_facts=json.loads(row.error_facts),
    )
