"""Runs and their tallies, as the team sees them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.screening.values import Antivirus
from inspection.access import open_evaluation, open_finding, open_team_case
from inspection.people import Actor
from inspection.screening.gates import shown_name
from inspection.tables import (
    Evaluation,
    EvaluationInput,
    EvidenceItem,
    Inspection,
    Organization,
    Person,
    Progress,
    Reading,
    RuleTally,
    Screening,
)
from inspection.workflow.states import EvaluationState


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyLine:
    """How the units of one rule ended; the five counts make up the population."""

    rule_code: str
    rule_class: str
    table_name: str
    unit: str
    population: int
    met: int
    violated: int
    undetermined: int
    not_applicable: int
    error: int
    error_code: str | None
    error_facts: Mapping[str, object]
    amount: int | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLine:
    """A file the run read.

    Attributes:
        rows_read: Those the run judged; `rows_refused` are records that are no rows of the table,
            and no rule counts them.
        is_unscanned: No scanner has said that it is clear: the deployment had none.
    """

    item_id: UUID
    name: str
    sha256: str
    table_name: str
    is_own: bool
    rows_in_file: int
    rows_read: int
    rows_refused: int
    is_unscanned: bool


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
class OrganizationTallies:
    """The latest finished run of one organization under a campaign."""

    inspection_id: UUID
    organization: str
    evaluation_id: UUID | None
    tallies: tuple[TallyLine, ...]


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
        tallies=_lines(tallies),
        inputs=_list_inputs(session, evaluation_id),
    )


def get_progress(session: Session, *, actor: Actor, evaluation_id: UUID) -> ProgressLine:
    """How far a run is."""
    _, row = open_evaluation(session, actor=actor, evaluation_id=evaluation_id)
    return _progress(row, session.get(Progress, row.id))


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


def list_campaign_tallies(
    session: Session, *, campaign_id: UUID
) -> tuple[OrganizationTallies, ...]:
    """The latest results of every organization; for who has reached the campaign already."""
    organizations = session.exec(
        select(Inspection.id, Organization.name)
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .where(col(Inspection.campaign_id) == campaign_id)
        .order_by(col(Organization.name))
    ).all()
    runs = session.exec(
        select(Evaluation.inspection_id, Evaluation.id)
        .join(Inspection, col(Inspection.id) == col(Evaluation.inspection_id))
        .where(
            col(Inspection.campaign_id) == campaign_id,
            col(Evaluation.state) == EvaluationState.DONE,
        )
        .order_by(col(Evaluation.number))
    ).all()
    latest = dict(runs)  # ascending numbers: the last one stays
    tallies = defaultdict(list)
    for row in session.exec(
        select(RuleTally)
        .where(col(RuleTally.evaluation_id).in_(list(latest.values())))
        .order_by(col(RuleTally.position))
    ):
        tallies[row.evaluation_id].append(row)
    return tuple(
        OrganizationTallies(
            inspection_id=inspection_id,
            organization=name,
            evaluation_id=latest.get(inspection_id),
            tallies=_lines(tallies[latest[inspection_id]]) if inspection_id in latest else (),
        )
        for inspection_id, name in organizations
    )


def _lines(rows: Iterable[RuleTally]) -> tuple[TallyLine, ...]:
    return tuple(
        TallyLine(
            rule_code=row.rule_code,
            rule_class=row.rule_class,
            table_name=row.table_name,
            unit=row.unit,
            population=row.population,
            met=row.met,
            violated=row.violated,
            undetermined=row.undetermined,
            not_applicable=row.not_applicable,
            error=row.error,
            error_code=row.error_code,
            error_facts=json.loads(row.error_facts),
            amount=row.amount,
            currency=row.currency,
        )
        for row in rows
    )


def _list_inputs(session: Session, evaluation_id: UUID) -> tuple[InputLine, ...]:
    rows = session.exec(
        select(EvaluationInput, EvidenceItem, Reading, Screening)
        .outerjoin(Screening, col(Screening.item_id) == col(EvaluationInput.item_id))
        .join(EvidenceItem, col(EvidenceItem.id) == col(EvaluationInput.item_id))
        .join(Reading, col(Reading.item_id) == col(EvaluationInput.item_id))
        .where(col(EvaluationInput.evaluation_id) == evaluation_id)
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
    return tuple(
        InputLine(
            item_id=item.id,
            name=shown_name(item, screening),
            sha256=item.sha256,
            table_name=chosen.table_name,
            is_own=chosen.is_own,
            rows_in_file=reading.rows_in_file,
            rows_read=reading.rows_read,
            rows_refused=reading.rows_refused,
            is_unscanned=screening is None or screening.antivirus is not Antivirus.CLEAR,
        )
        for chosen, item, reading, screening in rows
    )


def list_own_inputs(session: Session, *, actor: Actor, finding_id: UUID) -> tuple[InputLine, ...]:
    """The inspected organization's own files behind a finding, for whoever may read it."""
    _, finding = open_finding(session, actor=actor, finding_id=finding_id)
    every = _list_inputs(session, finding.evaluation_id)
    return tuple(one for one in every if one.is_own)


def _progress(row: Evaluation, progress: Progress | None) -> ProgressLine:
    return ProgressLine(
        state=row.state,
        done=progress.done if progress else 0,
        total=progress.total if progress else 0,
        error_code=row.error_code,
        error_facts=json.loads(row.error_facts),
    )
