"""Holds and destructions that wait for a second person, whatever has become of the inspection."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from inspection.people import Actor, Party
from inspection.queries.today.obligation import Obligation, ObligationKind
from inspection.tables import Campaign, Destruction, Inspection, LegalHold, Organization
from inspection.workflow.states import DestructionState, HoldState, Subject
from inspection.workflow.transitions import transitions_from

_ASKED: Final = {
    HoldState.ASKED: ObligationKind.HOLD_DECIDE,
    HoldState.LIFT_ASKED: ObligationKind.HOLD_LIFT_DECIDE,
}
Seats = dict[UUID, set[Party]]


def list_to_decide(session: Session, *, actor: Actor, seats: Seats) -> Iterator[Obligation]:
    """What somebody else has asked for, and this actor may decide on."""
    yield from _holds(session, actor, seats)
    yield from _destructions(session, actor, seats)


def _holds(session: Session, actor: Actor, seats: Seats) -> Iterator[Obligation]:
    rows = session.exec(
        select(LegalHold, Campaign.id, Campaign.title, Organization.name)
        .join(Inspection, col(Inspection.id) == col(LegalHold.inspection_id))
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .where(col(Campaign.id).in_(seats), col(LegalHold.state).in_(list(_ASKED)))
    )
    for hold, campaign_id, campaign, organization in rows:
        lifting = hold.state is HoldState.LIFT_ASKED
        asker = hold.lift_asked_by if lifting else hold.asked_by
        if asker == actor.person_id or not _may(seats[campaign_id], Subject.HOLD, hold.state):
            continue
        yield Obligation(
            kind=_ASKED[hold.state],
            subject_id=hold.id,
            inspection_id=hold.inspection_id,
            title="",
            organization=organization,
            campaign=campaign,
            due_at=None,
            reason=hold.lift_cause if lifting else hold.cause,
        )


def _destructions(session: Session, actor: Actor, seats: Seats) -> Iterator[Obligation]:
    state = DestructionState.PROPOSED
    rows = session.exec(
        select(Destruction, Campaign.id, Campaign.title, Organization.name)
        .join(Inspection, col(Inspection.id) == col(Destruction.inspection_id))
        .join(Campaign, col(Campaign.id) == col(Inspection.campaign_id))
        .join(Organization, col(Organization.id) == col(Inspection.organization_id))
        .where(
            col(Campaign.id).in_(seats),
            col(Destruction.state) == state,
            col(Destruction.proposed_by) != actor.person_id,
        )
    )
    for row, campaign_id, campaign, organization in rows:
        if not _may(seats[campaign_id], Subject.DESTRUCTION, state):
            continue
        yield Obligation(
            kind=ObligationKind.DESTRUCTION_DECIDE,
            subject_id=row.id,
            inspection_id=row.inspection_id,
            title="",
            organization=organization,
            campaign=campaign,
            due_at=None,
            reason=row.cause,
        )


def _may(parties: set[Party], subject: Subject, state: HoldState | DestructionState) -> bool:
    return any(arrow.by & parties for arrow in transitions_from(subject, state))
