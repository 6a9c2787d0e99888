"""JSON: who did what, when."""

from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlmodel import Session

from api.auth import ROLES
from inspection.people import Actor, Role
from inspection.queries import journal as queries
from inspection.queries.journal import JournalLine

LARGEST_PAGE: Final = 1_000


class JournalEndpoints(Controller):
    """The journal of the platform."""

    path = "/journal"
    tags = ("journal",)
    opt = {ROLES: frozenset({Role.ADMINISTRATOR})}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        limit: FromQuery[int] = 100,
        offset: FromQuery[int] = 0,
    ) -> tuple[JournalLine, ...]:
        """The newest acts first."""
        return queries.list_journal(
            session, actor=actor, limit=min(max(0, limit), LARGEST_PAGE), offset=max(0, offset)
        )
