"""JSON: one organization under a campaign, and what it hands in."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlmodel import Session

from api.auth import ROLES
from api.endpoints.answers import Made
from inspection import conclusions, evaluations
from inspection.people import Actor, Role
from inspection.queries import inspections as queries
from inspection.queries.deposits import DepositPage, list_deposits
from inspection.queries.evaluations import EvaluationLine, list_evaluations
from inspection.queries.findings import FindingPage, list_findings
from inspection.queries.inspections import CaseLine, InspectionPage
from inspection.queries.journal import JournalLine, list_case_journal

BOTH = frozenset({Role.INSPECTOR, Role.ORGANIZATION})
TEAM = {ROLES: frozenset({Role.INSPECTOR})}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """A run of the pack over all accepted evidence.

    Attributes:
        as_of: The day the run judges from, for rules that know one.
    """

    as_of: date


class InspectionEndpoints(Controller):
    """Inspections: one per organization and campaign."""

    path = "/inspections"
    tags = ("inspections",)
    opt = {ROLES: BOTH}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> tuple[CaseLine, ...]:
        """The inspections the actor may see."""
        return queries.list_inspections(session, actor=actor)

    @get("/{inspection_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
    ) -> InspectionPage:
        """One inspection: its steps and what it holds."""
        return queries.get_inspection(session, actor=actor, inspection_id=inspection_id)

    @get("/{inspection_id:uuid}/deposits", sync_to_thread=True)
    def deposits(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
    ) -> tuple[DepositPage, ...]:
        """What was handed in."""
        return list_deposits(session, actor=actor, inspection_id=inspection_id)

    @get("/{inspection_id:uuid}/evaluations", sync_to_thread=True, opt=TEAM)
    def evaluations(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
    ) -> tuple[EvaluationLine, ...]:
        """The runs of the pack."""
        return list_evaluations(session, actor=actor, inspection_id=inspection_id)

    @post("/{inspection_id:uuid}/evaluations", sync_to_thread=True, opt=TEAM)
    def request_evaluation(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        inspection_id: FromPath[UUID],
        data: JSONBody[EvaluationRequest],
    ) -> Made:
        """Ask for a run; it happens in the background."""
        return Made(
            id=evaluations.request_evaluation(
                session, actor=actor, inspection_id=inspection_id, as_of=data.as_of, at=now
            )
        )

    @get("/{inspection_id:uuid}/findings", sync_to_thread=True)
    def findings(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
    ) -> tuple[FindingPage, ...]:
        """The findings; an organization sees those that were sent."""
        return list_findings(session, actor=actor, inspection_id=inspection_id)

    @post("/{inspection_id:uuid}/conclusion", sync_to_thread=True, opt=TEAM)
    def start_conclusion(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        inspection_id: FromPath[UUID],
    ) -> Made:
        """Begin the draft of the conclusion."""
        return Made(
            id=conclusions.start_conclusion(
                session, actor=actor, inspection_id=inspection_id, at=now
            )
        )

    @get("/{inspection_id:uuid}/journal", sync_to_thread=True, opt=TEAM)
    def journal(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
        limit: FromQuery[int] = 100,
        offset: FromQuery[int] = 0,
    ) -> tuple[JournalLine, ...]:
        """Who did what, when; newest first."""
        return list_case_journal(
            session, actor=actor, inspection_id=inspection_id, limit=limit, offset=offset
        )
