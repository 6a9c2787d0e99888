"""JSON: findings, from candidate to judgement, with the organization heard in between."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlmodel import Session

from api.auth import ROLES
from api.endpoints.answers import Reasoned, Versioned
from inspection import findings
from inspection.people import Actor, Role
from inspection.queries import findings as queries
from inspection.queries.findings import FindingPage

TEAM = {ROLES: frozenset({Role.INSPECTOR})}
THEM = frozenset({Role.ORGANIZATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEdit:
    """What a candidate says; `version` is the one that was read."""

    version: int
    title: str
    question: str
    matter_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The finding goes to the organization, with a time to answer by."""

    version: int
    answer_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBody:
    """What the organization says; files are sent before."""

    version: int
    text: str


class FindingEndpoints(Controller):
    """Findings."""

    path = "/findings"
    tags = ("findings",)
    opt = {ROLES: frozenset({Role.INSPECTOR, Role.ORGANIZATION})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/{finding_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        finding_id: FromPath[UUID],
    ) -> FindingPage:
        """One finding with its answers."""
        return queries.get_finding(session, actor=actor, finding_id=finding_id)

    @put("/{finding_id:uuid}", sync_to_thread=True, status_code=204, opt=TEAM)
    def edit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        finding_id: FromPath[UUID],
        data: JSONBody[FindingEdit],
    ) -> None:
        """Change a candidate."""
        findings.edit_finding(
            session,
            actor=actor,
            finding_id=finding_id,
            version=data.version,
            title=data.title,
            question=data.question,
            matter_id=data.matter_id,
            at=now,
        )

    @post("/{finding_id:uuid}/send", sync_to_thread=True, status_code=204, opt=TEAM)
    def send(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        finding_id: FromPath[UUID],
        data: JSONBody[Sending],
    ) -> None:
        """Ask the organization to explain."""
        findings.send_finding(
            session,
            actor=actor,
            finding_id=finding_id,
            version=data.version,
            answer_due_at=data.answer_due_at,
            at=now,
        )

    @post("/{finding_id:uuid}/answer", sync_to_thread=True, status_code=204, opt={ROLES: THEM})
    def answer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        finding_id: FromPath[UUID],
        data: JSONBody[AnswerBody],
    ) -> None:
        """Answer; nothing of it changes afterwards."""
        findings.answer_finding(
            session,
            actor=actor,
            finding_id=finding_id,
            version=data.version,
            text=data.text,
            at=now,
        )

    @post("/{finding_id:uuid}/silence", sync_to_thread=True, status_code=204, opt=TEAM)
    def mark_silent(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        finding_id: FromPath[UUID],
        data: JSONBody[Versioned],
    ) -> None:
        """Note that the time to answer has passed."""
        findings.mark_silent(
            session, actor=actor, finding_id=finding_id, version=data.version, at=now
        )

    @post("/{finding_id:uuid}/verify", sync_to_thread=True, status_code=204, opt=TEAM)
    def verify(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        finding_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Hold the finding, with a reason; not by its author."""
        findings.verify_finding(
            session,
            actor=actor,
            finding_id=finding_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )

    @post("/{finding_id:uuid}/dismiss", sync_to_thread=True, status_code=204, opt=TEAM)
    def dismiss(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        finding_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Drop the finding, with a reason."""
        findings.dismiss_finding(
            session,
            actor=actor,
            finding_id=finding_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )
