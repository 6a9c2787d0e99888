"""JSON: who is logged in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState

from api import auth
from api.auth import PUBLIC, LoginGate
from api.sessions import end_session
from inspection.database import Database
from inspection.people import Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The body of a login."""

    username: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who is logged in."""

    person_id: UUID | None
    full_name: str
    role: Role | None
    organization_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The state of this browser or program.

    Attributes:
        csrf_token: To be sent back as `x-csrftoken` with every request that changes something.
    """

    csrf_token: str
    me: Me | None


class SessionEndpoints(Controller):
    """Login, logout, and who is there."""

    path = "/session"
    tags = ("session",)

    @get(sync_to_thread=False, opt={PUBLIC: True})
    def show(
        self, request: Request[Any, Any, Any], visitor: NamedDependency[Actor | None]
    ) -> Visit:
        """Who is logged in, and the token to send back."""
        token = value_or_default(ScopeState.from_scope(request.scope).csrf_token, "")
        return Visit(csrf_token=token, me=_me(visitor) if visitor else None)

    @post(sync_to_thread=True, opt={PUBLIC: True}, status_code=HTTP_200_OK)
    def log_in(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        gate: NamedDependency[LoginGate],
        now: NamedDependency[datetime],
        data: JSONBody[Login],
    ) -> Me:
        """Log in with name and password."""
        return _me(
            auth.log_in(
                request,
                database=database,
                gate=gate,
                username=data.username,
                password=data.password,
                at=now,
            )
        )

    @delete(sync_to_thread=False)
    def log_out(self, request: Request[Any, Any, Any]) -> None:
        """Log out; the session ends on the server."""
        end_session(request)


def _me(actor: Actor) -> Me:
    return Me(
        person_id=actor.person_id,
        full_name=actor.full_name,
        role=actor.role,
        organization_id=actor.organization_id,
    )
