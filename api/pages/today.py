"""Pages: what must I do, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.auth import ROLES
from api.pages.visit import Visit
from inspection.people import Role
from inspection.queries import inspections
from inspection.queries.today import Obligation, ObligationKind, list_obligations

_K = ObligationKind
_PLACES: Final[Mapping[ObligationKind, str]] = {
    _K.CAMPAIGN_PREPARE: "/campaigns/{subject}",
    _K.DEPOSIT_DECIDE: "/deposits/{subject}",
    _K.EVALUATION_FAILED: "/evaluations/{subject}",
    _K.FINDING_SEND: "/findings/{subject}",
    _K.FINDING_DECIDE: "/findings/{subject}",
    _K.FINDING_SILENT: "/findings/{subject}",
    _K.CONCLUSION_WRITE: "/conclusions/{subject}",
    _K.CONCLUSION_APPROVE: "/conclusions/{subject}",
    _K.CONCLUSION_PUBLISH: "/conclusions/{subject}",
    _K.HOLD_DECIDE: "/inspections/{inspection}/holds",
    _K.HOLD_LIFT_DECIDE: "/inspections/{inspection}/holds",
    _K.DESTRUCTION_DECIDE: "/inspections/{inspection}/destructions",
    _K.REQUEST_ANSWER: "/portal/inspections/{inspection}/requests/{subject}",
    _K.REQUEST_AGAIN: "/portal/inspections/{inspection}/requests/{subject}",
    _K.DEPOSIT_CERTIFY: "/portal/inspections/{inspection}/requests/{subject}",
    _K.FINDING_ANSWER: "/portal/findings/{subject}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of the queue, with the address where it is done.

    Attributes:
        campaign: Its title; empty where the line's own title says it already.
    """

    kind: ObligationKind
    href: str
    title: str
    organization: str
    campaign: str
    due_at: datetime | None
    reason: str


class TodayPages(Controller):
    """The inspector's first page."""

    path = "/today"
    opt = {ROLES: frozenset({Role.INSPECTOR, Role.STEWARD})}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get(sync_to_thread=True)
    def index(self, visit: NamedDependency[Visit]) -> Template:
        """List what waits for this person."""
        context = {
            "tasks": list_tasks(visit),
            "cases": inspections.list_inspections(visit.session, actor=visit.actor),
        }
        return visit.shell.page("today/index.html", context)


def list_tasks(visit: Visit) -> tuple[Task, ...]:
    """List a person's obligations, each with its address."""
    return tuple(
        _task(one) for one in list_obligations(visit.session, actor=visit.actor, now=visit.now)
    )


def place_of(one: Obligation) -> str:
    """Where an obligation is met."""
    return _PLACES[one.kind].format(subject=one.subject_id, inspection=one.inspection_id)


def _task(one: Obligation) -> Task:
    return Task(
        kind=one.kind,
        href=place_of(one),
        title=one.title,
        organization=one.organization,
        campaign="" if one.campaign == one.title else one.campaign,
        due_at=one.due_at,
        reason=one.reason,
    )
