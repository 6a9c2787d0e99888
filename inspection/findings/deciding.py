"""Verifying and dismissing."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from inspection import moves
from inspection.access import open_finding, require_under_way
from inspection.errors import NotAllowedError
from inspection.findings.hearing import move
from inspection.people import Actor
from inspection.tables import Finding
from inspection.workflow.states import Act


def verify_finding(
    session: Session, *, actor: Actor, finding_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Judge a finding to hold, after the organization was heard or stayed silent.

    Raises:
        NotAllowedError: The actor selected it: author and verifier are two (domain §8.2.6).
    """
    _decide(
        session,
        act=Act.VERIFY,
        actor=actor,
        finding_id=finding_id,
        version=version,
        reason=reason,
        at=at,
    )


def dismiss_finding(
    session: Session, *, actor: Actor, finding_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Judge a finding not to hold; it stays in the case with its reason."""
    _decide(
        session,
        act=Act.DISMISS,
        actor=actor,
        finding_id=finding_id,
        version=version,
        reason=reason,
        at=at,
    )


def _decide(
    session: Session,
    *,
    act: Act,
    actor: Actor,
    finding_id: UUID,
    version: int,
    reason: str,
    at: datetime,
) -> None:
    case, finding = open_finding(session, actor=actor, finding_id=finding_id)
    require_under_way(session, case)
    moves.target_of(moves.SUBJECTS[Finding], finding.state, act, parties=case.parties)
    if act is Act.VERIFY and finding.author_id == actor.person_id:
        raise NotAllowedError("finding.own")
    move(
        session,
        case,
        finding,
        act=act,
        actor=actor,
        version=version,
        at=at,
        reason=reason,
        values={"decided_by": actor.person_id, "decided_at": at, "reason": reason.strip()},
    )
