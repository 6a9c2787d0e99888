"""To the issuer and back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from inspection import moves
from inspection.access import Case, open_conclusion, require_under_way
from inspection.conclusions.drafting import list_missing
from inspection.errors import InvalidError
from inspection.people import Actor
from inspection.tables import (
    Conclusion,
)
from inspection.workflow.states import (
    Act,
)


def submit_conclusion(
    session: Session, *, actor: Actor, conclusion_id: UUID, version: int, at: datetime
) -> None:
    """Hand the draft to the issuer.

    Raises:
        InvalidError: `conclusion.not_complete`; `facts["missing"]` says what is.
    """
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    require_under_way(session, case)
    if missing := list_missing(session, conclusion=conclusion):
        raise InvalidError("conclusion.not_complete", field="conclusion", missing=missing)
    move(
        session,
        case,
        conclusion,
        act=Act.SUBMIT,
        actor=actor,
        version=version,
        at=at,
        values={"submitted_at": at, "author_id": actor.person_id, "return_reason": ""},
    )


def return_conclusion(
    session: Session, *, actor: Actor, conclusion_id: UUID, version: int, reason: str, at: datetime
) -> None:
    """Give the draft back to the team, with the reason."""
    case, conclusion = open_conclusion(session, actor=actor, conclusion_id=conclusion_id)
    move(
        session,
        case,
        conclusion,
        act=Act.RETURN,
        actor=actor,
        version=version,
        at=at,
        reason=reason,
        values={"return_reason": reason.strip()},
    )


def move(
    session: Session,
    case: Case,
    conclusion: Conclusion,
    *,
    act: Act,
    actor: Actor,
    version: int,
    at: datetime,
    reason: str = "",
    values: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Advance a conclusion within its case; see `moves.advance`."""
    moves.advance(
        session,
        conclusion,
        act=act,
        actor=actor,
        parties=case.parties,
        at=at,
        where=case,
        version=version,
        reason=reason,
        values=values,
        facts=facts,
    )
