"""JSON: legal holds on the evidence of an inspection."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlmodel import Session

from api.auth import ROLES
from api.endpoints.answers import Made
from inspection.keeping import HoldLine, ask_hold, list_holds, move_hold
from inspection.people import Actor, Role
from inspection.workflow.states import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequest:
    """Why the evidence is to be kept."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMove:
    """A decision: `place`, `decline`, `ask lift`, `lift` or `keep`."""

    act: Act
    version: int
    reason: str = ""


class HoldEndpoints(Controller):
    """One person asks, another decides."""

    tags = ("holds",)
    opt = {ROLES: frozenset({Role.INSPECTOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/inspections/{inspection_id:uuid}/holds", sync_to_thread=True)
    def index(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
    ) -> tuple[HoldLine, ...]:
        """The holds on an inspection, the newest first, with what may be done."""
        return list_holds(session, actor=actor, inspection_id=inspection_id)

    @post("/inspections/{inspection_id:uuid}/holds", sync_to_thread=True)
    def ask(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        inspection_id: FromPath[UUID],
        data: JSONBody[HoldRequest],
    ) -> Made:
        """Ask that all evidence of an inspection be kept until further notice."""
        return Made(
            id=ask_hold(session, actor=actor, inspection_id=inspection_id, cause=data.cause, at=now)
        )

    @post("/holds/{hold_id:uuid}/moves", sync_to_thread=True, status_code=204)
    def move(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        hold_id: FromPath[UUID],
        data: JSONBody[HoldMove],
    ) -> None:
        """Decide on a hold; who asked may not."""
        move_hold(
            session,
            actor=actor,
            hold_id=hold_id,
            act=data.act,
            version=data.version,
            reason=data.reason,
            at=now,
        )
