"""One inspection as its case page shows it: the procedure as a line, and what waits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, func, select

from inspection.access import UNCERTIFIED, Case, find_standstill, open_case
from inspection.people import Actor, Party, Role
from inspection.queries.campaigns import (
    MatterLine,
    RequestLine,
    SeatLine,
    list_matters,
    list_requests,
    list_team,
)
from inspection.queries.findings import shown_state
from inspection.tables import (
    Campaign,
    Conclusion,
    Deposit,
    Evaluation,
    EvidenceItem,
    Finding,
    Inspection,
    Organization,
    TeamMember,
)
from inspection.workflow.states import (
    ConclusionState,
    DepositState,
    EvaluationState,
    FindingState,
    InspectionState,
)


class StepCode(StrEnum):
    """The legal steps a case shows as a line (domain §1.6)."""

    OPENED = "opened"
    DEPOSITED = "deposited"
    EVALUATED = "evaluated"
    HEARD = "heard"
    CONCLUDED = "concluded"
    PUBLISHED = "published"


class StepState(StrEnum):
    """Where a step stands."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One legal step; `on` is when it was done, or is due where that is known."""

    code: StepCode
    state: StepState
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestState:
    """A request with the latest deposit that answers it."""

    request: RequestLine
    deposit_id: UUID | None
    deposit_state: DepositState | None
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionPage:
    """One inspection.

    Attributes:
        standstill: Why nothing can be changed now, as a code; None where work goes on.
        finding_counts: (state, how many); for the organization only what was sent.
    """

    id: UUID
    campaign_id: UUID
    campaign: str
    decision: str
    organization_id: UUID
    organization: str
    state: InspectionState
    standstill: str | None
    period_from: date
    period_to: date
    opens_on: date
    closes_on: date
    pack_code: str
    pack_version: str | None
    pack_digest: str | None
    is_demonstration: bool
    is_team: bool
    parties: tuple[Party, ...]
    steps: tuple[Step, ...]
    matters: tuple[MatterLine, ...]
    team: tuple[SeatLine, ...]
    requests: tuple[RequestState, ...]
    evaluation_id: UUID | None
    evaluation_state: EvaluationState | None
    finding_counts: tuple[tuple[FindingState, int], ...]
    conclusion_id: UUID | None
    conclusion_state: ConclusionState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """An inspection as a list shows it."""

    id: UUID
    campaign_id: UUID
    campaign: str
    organization: str
    state: InspectionState
    closes_on: date
    is_demonstration: bool


def list_inspections(session: Session, *, actor: Actor) -> tuple[CaseLine, ...]:
    """The inspections an actor takes part in, on either side; the first to end first."""
    query = (
        select(Inspection, Campaign, Organization.name)
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .order_by(col(Campaign.closes_on), col(Organization.name), col(Inspection.id))
    )
    if actor.role is Role.INSPECTOR:
        seated = select(TeamMember.campaign_id).where(col(TeamMember.person_id) == actor.person_id)
        query = query.where(col(Campaign.id).in_(seated))
    elif actor.role is Role.ORGANIZATION:
        query = query.where(
            col(Inspection.organization_id) == actor.organization_id,
            col(Inspection.state) != InspectionState.PREPARED,
            col(Campaign.pack_digest).is_not(None),
        )
    else:
        return ()
    return tuple(
        CaseLine(
            id=row.id,
            campaign_id=campaign.id,
            campaign=campaign.title,
            organization=name,
            state=row.state,
            closes_on=campaign.closes_on,
            is_demonstration=campaign.is_demonstration,
        )
        for row, campaign, name in session.exec(query)
    )


def get_inspection(session: Session, *, actor: Actor, inspection_id: UUID) -> InspectionPage:
    """One inspection, from the side the actor stands on."""
    case = open_case(session, actor=actor, inspection_id=inspection_id)
    campaign, row = case.campaign, case.inspection
    requests = _list_request_states(session, case)
    run = session.exec(
        select(Evaluation)
        .where(col(Evaluation.inspection_id) == row.id)
        .order_by(col(Evaluation.number).desc())
    ).first()
    findings = _list_findings(session, case)
    conclusion = session.exec(
        select(Conclusion).where(col(Conclusion.inspection_id) == row.id)
    ).first()
    # The organization learns of the machine's run and of the draft only by what comes of them.
    shown_run = run if case.is_team else None
    public = conclusion is not None and conclusion.state is ConclusionState.PUBLISHED
    shown_conclusion = conclusion if case.is_team or public else None
    return InspectionPage(
        id=row.id,
        campaign_id=campaign.id,
        campaign=campaign.title,
        decision=campaign.decision,
        organization_id=row.organization_id,
        organization=session.get_one(Organization, row.organization_id).name,
        state=row.state,
        standstill=find_standstill(session, case),
        period_from=campaign.period_from,
        period_to=campaign.period_to,
        opens_on=campaign.opens_on,
        closes_on=campaign.closes_on,
        pack_code=campaign.pack_code,
        pack_version=campaign.pack_version,
        pack_digest=campaign.pack_digest,
        is_demonstration=campaign.is_demonstration,
        is_team=case.is_team,
        parties=tuple(sorted(case.parties)),
        steps=_list_steps(case, requests, shown_run, findings, shown_conclusion),
        matters=list_matters(session, campaign_id=campaign.id),
        team=list_team(session, campaign_id=campaign.id),
        requests=requests,
        evaluation_id=shown_run.id if shown_run else None,
        evaluation_state=shown_run.state if shown_run else None,
        finding_counts=tuple(sorted(Counter(shown_state(case, one) for one in findings).items())),
        conclusion_id=shown_conclusion.id if shown_conclusion else None,
        conclusion_state=shown_conclusion.state if shown_conclusion else None,
    )


def _list_request_states(session: Session, case: Case) -> tuple[RequestState, ...]:
    rows = session.exec(
        select(Deposit, func.count(col(EvidenceItem.id)))
        .outerjoin(EvidenceItem, col(EvidenceItem.deposit_id) == col(Deposit.id))
        .where(col(Deposit.inspection_id) == case.inspection.id)
        .group_by(col(Deposit.id))
        .order_by(col(Deposit.number))
    ).all()
    latest = {
        deposit.request_id: (deposit, files)
        for deposit, files in rows
        if not (case.is_team and deposit.state in UNCERTIFIED)
    }
    states = []
    for request in list_requests(session, campaign_id=case.campaign.id):
        deposit, files = latest.get(request.id, (None, 0))
        states.append(
            RequestState(
                request=request,
                deposit_id=deposit.id if deposit else None,
                deposit_state=deposit.state if deposit else None,
                files=files,
            )
        )
    return tuple(states)


def _list_findings(session: Session, case: Case) -> list[Finding]:
    query = select(Finding).where(col(Finding.inspection_id) == case.inspection.id)
    if not case.is_team:
        query = query.where(col(Finding.sent_at).is_not(None))
    return list(session.exec(query))


def _list_steps(
    case: Case,
    requests: tuple[RequestState, ...],
    run: Evaluation | None,
    findings: Iterable[Finding],
    conclusion: Conclusion | None,
) -> tuple[Step, ...]:
    findings = list(findings)
    open_states = {FindingState.CANDIDATE, FindingState.SENT}
    decided = conclusion.approved_at if conclusion else None
    done: dict[StepCode, tuple[bool, datetime | None]] = {
        StepCode.OPENED: (case.inspection.state is not InspectionState.PREPARED, None),
        StepCode.DEPOSITED: (
            bool(requests) and all(one.deposit_state is DepositState.ACCEPTED for one in requests),
            None,
        ),
        StepCode.EVALUATED: (
            run is not None and run.state is EvaluationState.DONE,
            run.finished_at if run else None,
        ),
        StepCode.HEARD: (
            bool(findings) and not any(one.state in open_states for one in findings),
            None,
        ),
        StepCode.CONCLUDED: (decided is not None, decided),
        StepCode.PUBLISHED: (
            case.inspection.state is InspectionState.PUBLISHED,
            conclusion.published_at if conclusion else None,
        ),
    }
    if not case.is_team:
        # A run is the inspectors' own tool: for the organization the line has no such step.
        done.pop(StepCode.EVALUATED)
    current = next((code for code, (is_done, _) in done.items() if not is_done), None)
    ended = case.inspection.state is InspectionState.PUBLISHED
    return tuple(
        Step(
            code=code,
            state=StepState.DONE
            if is_done or ended
            else StepState.CURRENT
            if code is current
            else StepState.AHEAD,
            at=at if is_done else None,
        )
        for code, (is_done, at) in done.items()
    )
