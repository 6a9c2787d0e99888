"""What must I do, and by when: the first page of every desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import organization_parties
from inspection.people import Actor, CampaignSeat, Party, Role
from inspection.tables import (
    Campaign,
    Conclusion,
    Deposit,
    Evaluation,
    EvidenceRequest,
    Finding,
    Inspection,
    Organization,
    TeamMember,
)
from inspection.workflow.states import (
    CampaignState,
    ConclusionState,
    DepositState,
    EvaluationState,
    FindingState,
    InspectionState,
)


class ObligationKind(StrEnum):
    """What is to be done; the page says it in words and links to the subject."""

    CAMPAIGN_PREPARE = "campaign_prepare"
    DEPOSIT_DECIDE = "deposit_decide"
    EVALUATION_FAILED = "evaluation_failed"
    FINDING_SEND = "finding_send"
    FINDING_DECIDE = "finding_decide"
    FINDING_SILENT = "finding_silent"
    CONCLUSION_WRITE = "conclusion_write"
    CONCLUSION_APPROVE = "conclusion_approve"
    CONCLUSION_PUBLISH = "conclusion_publish"
    REQUEST_ANSWER = "request_answer"
    REQUEST_AGAIN = "request_again"
    DEPOSIT_CERTIFY = "deposit_certify"
    FINDING_ANSWER = "finding_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One thing to do; `due_at` is None where no time was set.

    Attributes:
        subject_id: What the page links to: campaign, deposit, evaluation, finding, conclusion or
            request, as `kind` says.
        reason: Why it is to be done again, where that is so.
    """

    kind: ObligationKind
    subject_id: UUID
    inspection_id: UUID | None
    title: str
    organization: str
    due_at: datetime | None
    reason: str = ""


def list_obligations(session: Session, *, actor: Actor, now: datetime) -> tuple[Obligation, ...]:
    """All that waits for this actor; overdue and nearest first, undated last."""
    if actor.role is Role.INSPECTOR:
        found = list(_of_inspector(session, actor, now))
    elif actor.role is Role.ORGANIZATION:
        found = list(_of_organization(session, actor))
    else:
        found = []
    return tuple(
        sorted(
            found,
            key=lambda one: (one.due_at is None, one.due_at or now, one.kind, one.title),
        )
    )


def _of_inspector(session: Session, actor: Actor, now: datetime) -> Iterator[Obligation]:
    seats = session.exec(
        select(TeamMember.campaign_id, TeamMember.seat).where(
            col(TeamMember.person_id) == actor.person_id
        )
    ).all()
    team = {campaign for campaign, seat in seats if seat != CampaignSeat.ISSUER}
    issuer = {campaign for campaign, seat in seats if seat == CampaignSeat.ISSUER}
    for campaign in session.exec(
        select(Campaign).where(
            col(Campaign.id).in_(team), col(Campaign.state) == CampaignState.DRAFT
        )
    ):
        yield Obligation(
            kind=ObligationKind.CAMPAIGN_PREPARE,
            subject_id=campaign.id,
            inspection_id=None,
            title=campaign.title,
            organization="",
            due_at=None,
        )
    cases = _list_cases(session, team | issuer)
    team_cases = {key for key, (row, _) in cases.items() if row.campaign_id in team}
    issuer_cases = {key for key, (row, _) in cases.items() if row.campaign_id in issuer}
    names = {key: name for key, (_, name) in cases.items()}
    yield from _deposits_to_decide(session, team_cases, names)
    yield from _failed_runs(session, team_cases, names)
    yield from _findings_to_move(session, team_cases, names, now)
    yield from _conclusions(session, team_cases, issuer_cases, names)


def _list_cases(session: Session, campaigns: set[UUID]) -> dict[UUID, tuple[Inspection, str]]:
    rows = session.exec(
        select(Inspection, Organization.name)
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .where(
            col(Inspection.campaign_id).in_(campaigns),
            col(Inspection.state).in_([InspectionState.UNDER_WAY, InspectionState.CONCLUDED]),
        )
    ).all()
    return {row.id: (row, name) for row, name in rows}


def _deposits_to_decide(
    session: Session, cases: set[UUID], names: dict[UUID, str]
) -> Iterator[Obligation]:
    rows = session.exec(
        select(Deposit, EvidenceRequest.title)
        .join(EvidenceRequest, col(EvidenceRequest.id) == col(Deposit.request_id))
        .where(
            col(Deposit.inspection_id).in_(cases),
            col(Deposit.state) == DepositState.SUBMITTED,
        )
    ).all()
    for row, title in rows:
        yield Obligation(
            kind=ObligationKind.DEPOSIT_DECIDE,
            subject_id=row.id,
            inspection_id=row.inspection_id,
            title=title,
            organization=names[row.inspection_id],
            due_at=None,
        )


def _failed_runs(
    session: Session, cases: set[UUID], names: dict[UUID, str]
) -> Iterator[Obligation]:
    rows = session.exec(
        select(Evaluation)
        .where(col(Evaluation.inspection_id).in_(cases))
        .order_by(col(Evaluation.number))
    ).all()
    latest = {row.inspection_id: row for row in rows}
    for row in latest.values():
        if row.state is EvaluationState.FAILED:
            yield Obligation(
                kind=ObligationKind.EVALUATION_FAILED,
                subject_id=row.id,
                inspection_id=row.inspection_id,
                title=str(row.number),
                organization=names[row.inspection_id],
                due_at=None,
            )


def _findings_to_move(
    session: Session, cases: set[UUID], names: dict[UUID, str], now: datetime
) -> Iterator[Obligation]:
    kinds = {
        FindingState.CANDIDATE: ObligationKind.FINDING_SEND,
        FindingState.ANSWERED: ObligationKind.FINDING_DECIDE,
        FindingState.SILENT: ObligationKind.FINDING_DECIDE,
        FindingState.SENT: ObligationKind.FINDING_SILENT,
    }
    rows = session.exec(
        select(Finding).where(
            col(Finding.inspection_id).in_(cases), col(Finding.state).in_(list(kinds))
        )
    )
    for row in rows:
        waiting = row.state is FindingState.SENT
        if waiting and (row.answer_due_at is None or row.answer_due_at >= now):
            continue
        yield Obligation(
            kind=kinds[row.state],
            subject_id=row.id,
            inspection_id=row.inspection_id,
            title=row.title,
            organization=names[row.inspection_id],
            due_at=row.answer_due_at if waiting else None,
        )


def _conclusions(
    session: Session,
    team: set[UUID],
    issuer: set[UUID],
    names: dict[UUID, str],
) -> Iterator[Obligation]:
    rows = session.exec(select(Conclusion).where(col(Conclusion.inspection_id).in_(team | issuer)))
    for row in rows:
        if row.state is ConclusionState.DRAFT and row.inspection_id in team:
            kind = ObligationKind.CONCLUSION_WRITE
        elif row.state is ConclusionState.SUBMITTED and row.inspection_id in issuer:
            kind = ObligationKind.CONCLUSION_APPROVE
        elif row.state is ConclusionState.ISSUED and row.inspection_id in issuer:
            kind = ObligationKind.CONCLUSION_PUBLISH
        else:
            continue
        yield Obligation(
            kind=kind,
            subject_id=row.id,
            inspection_id=row.inspection_id,
            title="",
            organization=names[row.inspection_id],
            due_at=None,
            reason=row.return_reason if row.state is ConclusionState.DRAFT else "",
        )


def _of_organization(session: Session, actor: Actor) -> Iterator[Obligation]:
    parties = organization_parties(session, actor=actor)
    if not parties or actor.organization_id is None:
        return
    name = session.get_one(Organization, actor.organization_id).name
    cases = {
        row.id: row
        for row in session.exec(
            select(Inspection)
            .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
            .where(
                col(Inspection.organization_id) == actor.organization_id,
                col(Inspection.state) == InspectionState.UNDER_WAY,
                col(Campaign.pack_digest).is_not(None),
            )
        )
    }
    yield from _requests_to_answer(
        session, cases, name, actor=actor, certifies=Party.CERTIFIER in parties
    )
    rows = session.exec(
        select(Finding).where(
            col(Finding.inspection_id).in_(list(cases)), col(Finding.state) == FindingState.SENT
        )
    )
    for row in rows:
        yield Obligation(
            kind=ObligationKind.FINDING_ANSWER,
            subject_id=row.id,
            inspection_id=row.inspection_id,
            title=row.title,
            organization=name,
            due_at=row.answer_due_at,
        )


def _requests_to_answer(
    session: Session,
    cases: dict[UUID, Inspection],
    name: str,
    *,
    actor: Actor,
    certifies: bool,
) -> Iterator[Obligation]:
    campaigns = {row.campaign_id for row in cases.values()}
    requests = session.exec(
        select(EvidenceRequest).where(col(EvidenceRequest.campaign_id).in_(campaigns))
    ).all()
    deposits = session.exec(
        select(Deposit)
        .where(col(Deposit.inspection_id).in_(list(cases)))
        .order_by(col(Deposit.number))
    ).all()
    latest = {(row.inspection_id, row.request_id): row for row in deposits}
    for case in cases.values():
        for request in requests:
            if request.campaign_id != case.campaign_id:
                continue
            deposit = latest.get((case.id, request.id))
            if deposit is None:
                kind, subject = ObligationKind.REQUEST_ANSWER, request.id
            elif deposit.state is DepositState.RETURNED:
                kind, subject = ObligationKind.REQUEST_AGAIN, request.id
            elif deposit.state is DepositState.CERTIFIED and certifies:
                if deposit.certified_by == actor.person_id:
                    continue  # it waits for the second person
                kind, subject = ObligationKind.DEPOSIT_CERTIFY, request.id
            elif deposit.state is DepositState.OPEN and certifies:
                kind, subject = ObligationKind.DEPOSIT_CERTIFY, request.id
            elif deposit.state is DepositState.OPEN:
                kind, subject = ObligationKind.REQUEST_ANSWER, request.id
            else:
                continue
            yield Obligation(
                kind=kind,
                subject_id=subject,
                inspection_id=case.id,
                title=request.title,
                organization=name,
                due_at=request.due_at,
                reason=deposit.reason if deposit else "",
            )
