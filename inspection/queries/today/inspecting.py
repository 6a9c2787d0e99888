"""What waits for a member, the lead or the issuer of an inspection."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.people import Actor, Party
from inspection.queries.today.keeping import list_to_decide
from inspection.queries.today.obligation import Obligation, ObligationKind, Place
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


def list_of_inspector(session: Session, *, actor: Actor, now: datetime) -> Iterator[Obligation]:
    """All that waits for an inspector, in no order."""
    seats = _list_seats(session, actor)
    issuer = {campaign for campaign, parties in seats.items() if Party.ISSUER in parties}
    team = {campaign for campaign, parties in seats.items() if parties - {Party.ISSUER}}
    yield from _campaigns_to_open(session, team)
    places = _list_places(session, team | issuer)
    team_cases = {key for key, place in places.items() if place.campaign_id in team}
    issuer_cases = {key for key, place in places.items() if place.campaign_id in issuer}
    yield from _deposits_to_decide(session, team_cases, places)
    yield from _failed_runs(session, team_cases, places)
    yield from _findings_to_move(session, team_cases, places, now)
    yield from _conclusions(session, team_cases, issuer_cases, places)
    yield from list_to_decide(session, actor=actor, seats=seats)


def _list_seats(session: Session, actor: Actor) -> dict[UUID, set[Party]]:
    rows = session.exec(
        select(TeamMember.campaign_id, TeamMember.seat).where(
            col(TeamMember.person_id) == actor.person_id
        )
    )
    seats: dict[UUID, set[Party]] = {}
    for campaign_id, seat in rows:
        seats.setdefault(campaign_id, set()).add(Party(seat))
    return seats


def _campaigns_to_open(session: Session, team: set[UUID]) -> Iterator[Obligation]:
    drafts = session.exec(
        select(Campaign).where(
            col(Campaign.id).in_(team), col(Campaign.state) == CampaignState.DRAFT
        )
    )
    for campaign in drafts:
        yield Obligation(
            kind=ObligationKind.CAMPAIGN_PREPARE,
            subject_id=campaign.id,
            inspection_id=None,
            title=campaign.title,
            organization="",
            campaign=campaign.title,
            due_at=None,
        )


def _list_places(session: Session, campaigns: set[UUID]) -> dict[UUID, Place]:
    rows = session.exec(
        select(Inspection, Organization.name, Campaign.title)
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .where(
            col(Inspection.campaign_id).in_(campaigns),
            col(Inspection.state).in_([InspectionState.UNDER_WAY, InspectionState.CONCLUDED]),
        )
    )
    return {
        row.id: Place(campaign_id=row.campaign_id, organization=name, campaign=title)
        for row, name, title in rows
    }


def _deposits_to_decide(
    session: Session, cases: set[UUID], places: dict[UUID, Place]
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
            organization=places[row.inspection_id].organization,
            campaign=places[row.inspection_id].campaign,
            due_at=None,
        )


def _failed_runs(
    session: Session, cases: set[UUID], places: dict[UUID, Place]
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
                organization=places[row.inspection_id].organization,
                campaign=places[row.inspection_id].campaign,
                due_at=None,
            )


def _findings_to_move(
    session: Session, cases: set[UUID], places: dict[UUID, Place], now: datetime
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
            organization=places[row.inspection_id].organization,
            campaign=places[row.inspection_id].campaign,
            due_at=row.answer_due_at if waiting else None,
        )


def _conclusions(
    session: Session,
    team: set[UUID],
    issuer: set[UUID],
    places: dict[UUID, Place],
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
            organization=places[row.inspection_id].organization,
            campaign=places[row.inspection_id].campaign,
            due_at=None,
            reason=row.return_reason if row.state is ConclusionState.DRAFT else "",
        )
