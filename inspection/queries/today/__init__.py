"""What must I do, and by when: the first page of every desk."""

from datetime import datetime

from sqlmodel import Session

from inspection.people import Actor, Role
from inspection.queries.today.answering import list_of_organization
from inspection.queries.today.inspecting import list_of_inspector
from inspection.queries.today.obligation import Obligation, ObligationKind

__all__ = ["Obligation", "ObligationKind", "list_obligations"]


def list_obligations(session: Session, *, actor: Actor, now: datetime) -> tuple[Obligation, ...]:
    """All that waits for this actor; overdue and nearest first, undated last."""
    if actor.role is Role.INSPECTOR:
        found = list(list_of_inspector(session, actor=actor, now=now))
    elif actor.role is Role.ORGANIZATION:
        found = list(list_of_organization(session, actor=actor))
    else:
        found = []
    return tuple(
        sorted(
            found,
            key=lambda one: (one.due_at is None, one.due_at or now, one.kind, one.title),
        )
    )
