"""JSON: what is held back as a possible state secret; for the security officer alone."""

# ruff: noqa: PLR0917 - Litestar gives every parameter by its name

from datetime import datetime
from pathlib import Path
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlmodel import Session

from api.auth import ROLES
from api.endpoints.answers import Reasoned
from evidence.storage import Storage
from inspection import screening
from inspection.database import Database
from inspection.people import Actor, Role
from inspection.previews import forget_copies
from inspection.queries.screening import QuarantineLine, list_quarantined

MOST = 500


class QuarantineEndpoints(Controller):
    """Files nobody sees."""

    path = "/quarantine"
    tags = ("quarantine",)
    opt = {ROLES: frozenset({Role.SECURITY})}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        offset: FromQuery[int] = 0,
        limit: FromQuery[int] = 100,
    ) -> list[QuarantineLine]:
        """What is held back, what waits for a decision first: hash, time and uploader."""
        lines = list_quarantined(
            session, actor=actor, offset=max(offset, 0), limit=min(max(limit, 0), MOST)
        )
        return list(lines)

    @post("/{item_id:uuid}/removal", sync_to_thread=True, status_code=204)
    def remove(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        item_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Remove a secret for good; hash, time and uploader stay."""
        erased = screening.forget_quarantined(
            database,
            storage,
            actor=actor,
            item_id=item_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )
        forget_copies(cache, digests=erased)

    @post("/{item_id:uuid}/release", sync_to_thread=True, status_code=204)
    def release(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        item_id: FromPath[UUID],
        data: JSONBody[Reasoned],
    ) -> None:
        """Let a file go on that is no secret after all."""
        screening.release_quarantined(
            session,
            actor=actor,
            item_id=item_id,
            version=data.version,
            reason=data.reason,
            at=now,
        )
