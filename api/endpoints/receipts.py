"""JSON: the receipts of one's own organization."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlmodel import Session

from api.auth import ROLES
from inspection.people import Actor, Role
from inspection.queries.receipts import ReceiptLine, list_receipts


class ReceiptEndpoints(Controller):
    """What the organization has certified, and where it lies in the custody log."""

    path = "/receipts"
    tags = ("receipts",)
    opt = {ROLES: frozenset({Role.ORGANIZATION})}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        limit: FromQuery[int] = 100,
        offset: FromQuery[int] = 0,
    ) -> tuple[ReceiptLine, ...]:
        """The newest first; `index` is empty while an entry is being entered."""
        return list_receipts(session, actor=actor, limit=limit, offset=offset)
