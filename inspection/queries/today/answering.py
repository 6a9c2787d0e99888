"""What waits for a contributor or certifier of an inspected organization."""

from collections.abc import Iterator
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.access import organization_parties
from inspection.people import Actor, Party
from inspection.queries.today.obligation import Obligation, ObligationKind, Place
from inspection.tables import (
    Campaign,
    Deposit,
    EvidenceRequest,
    Finding,
    Inspection,
    Organization,
)
from inspection.workflow.states import DepositState, FindingState, InspectionState


def list_of_organization(session: Session, *, actor: Actor) -> Iterator[Obligation]:
    """All that waits for a person of an organization, in no order."""
    parties = organization_parties(session, actor=actor)
    if not parties or actor.organization_id is None:
        return
    places = _list_places(session, actor.organization_id)
    yield from _requests_to_answer(
        session, places, actor=actor, certifies=Party.CERTIFIER in parties
    )
    rows = session.exec(
        select(Finding).where(
            col(Finding.inspection_id).in_(list(places)), col(Finding.state) == FindingState.SENT
        )
    )
    for row in rows:
        yield Obligation(
            kind=ObligationKind.FINDING_ANSWER,
            subject_id=row.id,
            inspection_id=row.inspection_id,
            title=row.title,
            organization=places[row.inspection_id].organization,
            campaign=places[row.inspection_id].campaign,
            due_at=row.answer_due_at,
        )


def _list_places(session: Session, organization_id: UUID) -> dict[UUID, Place]:
    rows = session.exec(
        select(Inspection, Organization.name, Campaign.title)
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .where(
            col(Inspection.organization_id) == organization_id,
            col(Inspection.state) == InspectionState.UNDER_WAY,
            col(Campaign.pack_digest).is_not(None),
        )
    )
    return {
        row.id: Place(campaign_id=row.campaign_id, organization=name, campaign=title)
        for row, name, title in rows
    }


def _requests_to_answer(
    session: Session, places: dict[UUID, Place], *, actor: Actor, certifies: bool
) -> Iterator[Obligation]:
    campaigns = {place.campaign_id for place in places.values()}
    requests = session.exec(
        select(EvidenceRequest).where(col(EvidenceRequest.campaign_id).in_(campaigns))
    ).all()
    deposits = session.exec(
        select(Deposit)
        .where(col(Deposit.inspection_id).in_(list(places)))
        .order_by(col(Deposit.number))
    ).all()
    latest = {(row.inspection_id, row.request_id): row for row in deposits}
    for inspection_id, place in places.items():
        for request in requests:
            if request.campaign_id != place.campaign_id:
                continue
            deposit = latest.get((inspection_id, request.id))
            kind = _kind_of(deposit, actor, certifies=certifies)
            if kind is None:
                continue
            yield Obligation(
                kind=kind,
                subject_id=request.id,
                inspection_id=inspection_id,
                title=request.title,
                organization=place.organization,
                campaign=place.campaign,
                due_at=request.due_at,
                reason=deposit.reason if deposit else "",
            )


def _kind_of(deposit: Deposit | None, actor: Actor, *, certifies: bool) -> ObligationKind | None:
    if deposit is None:
        return ObligationKind.REQUEST_ANSWER
    if deposit.state is DepositState.RETURNED:
        return ObligationKind.REQUEST_AGAIN
    if deposit.state is DepositState.OPEN:
        return ObligationKind.DEPOSIT_CERTIFY if certifies else ObligationKind.REQUEST_ANSWER
    # Who certified first waits for the second person.
    waits = deposit.state is DepositState.CERTIFIED and deposit.certified_by != actor.person_id
    return ObligationKind.DEPOSIT_CERTIFY if waits and certifies else None
