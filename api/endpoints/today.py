"""JSON: what must be done, and by when."""

from datetime import datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlmodel import Session

from inspection.people import Actor
from inspection.queries.today import Obligation, list_obligations


class TodayEndpoints(Controller):
    """The queue of obligations."""

    path = "/today"
    tags = ("today",)

    @get(sync_to_thread=True)
    def index(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> tuple[Obligation, ...]:
        """What waits for the actor, the most urgent first."""
        return list_obligations(session, actor=actor, now=now)
