"""JSON: how much of an upload has arrived."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlmodel import Session

from api.auth import ROLES
from inspection.people import Actor, Role
from inspection.progress import get_received_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadProgress:
    """What the server has, not what the browser has sent."""

    received_bytes: int


class UploadEndpoints(Controller):
    """Uploads under way."""

    path = "/uploads"
    tags = ("deposits",)
    opt = {ROLES: frozenset({Role.ORGANIZATION})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/{incoming_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        incoming_id: FromPath[UUID],
    ) -> UploadProgress:
        """How many bytes of one's own upload have arrived."""
        return UploadProgress(
            received_bytes=get_received_bytes(session, actor=actor, incoming_id=incoming_id)
        )
