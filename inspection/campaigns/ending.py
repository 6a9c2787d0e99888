"""Cancelling and closing."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from inspection import moves
from inspection.access import Desk, open_desk
from inspection.errors import ConflictError
from inspection.people import Actor
from inspection.tables import (
    Inspection,
)
from inspection.workflow.states import Act, InspectionState


def cancel_campaign(
    session: Session, *, actor: Actor, campaign_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Stop a campaign and every inspection of it that is not concluded; nothing is deleted."""
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    _advance(session, desk, act=Act.CANCEL, actor=actor, version=version, at=at, reason=reason)
    open_states = {InspectionState.PREPARED, InspectionState.UNDER_WAY}
    for inspection in list_rows(session, campaign_id):
        if inspection.state in open_states:
            moves.advance(
                session,
                inspection,
                act=Act.CANCEL,
                actor=actor,
                parties=desk.parties,
                at=at,
                where=desk,
                reason=reason,
            )


def close_campaign(
    session: Session, *, actor: Actor, campaign_id: UUID, version: int, at: datetime
) -> None:
    """End a campaign whose inspections have all ended.

    Raises:
        ConflictError: `facts["open"]` inspections are still under way.
    """
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    ended = {InspectionState.PUBLISHED, InspectionState.CANCELLED}
    still_open = [i for i in list_rows(session, campaign_id) if i.state not in ended]
    if still_open:
        raise ConflictError("campaign.inspections_open", open=len(still_open))
    _advance(session, desk, act=Act.CLOSE, actor=actor, version=version, at=at, reason="")


def list_rows(session: Session, campaign_id: UUID) -> list[Inspection]:
    """The inspections of a campaign, as rows, in a fixed order."""
    return list(
        session.exec(
            select(Inspection)
            .where(col(Inspection.campaign_id) == campaign_id)
            .order_by(col(Inspection.id))
        )
    )


def _advance(
    session: Session,
    desk: Desk,
    *,
    act: Act,
    actor: Actor,
    version: int,
    at: datetime,
    reason: str,
) -> None:
    moves.advance(
        session,
        desk.campaign,
        act=act,
        actor=actor,
        parties=desk.parties,
        at=at,
        where=desk,
        version=version,
        reason=reason,
    )
