"""JSON: single files, and what reading them gave."""

# ruff: noqa: PLR0917 - Litestar gives every parameter by its name

from datetime import datetime
from pathlib import Path
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from sqlmodel import Session

from api.auth import ROLES
from api.downloads import send_stored
from api.reading import open_evidence
from evidence.custody import CustodyAct
from evidence.storage import Storage
from inspection.database import Database
from inspection.errors import NotFoundError
from inspection.people import Actor, Role
from inspection.queries import deposits as queries
from inspection.queries.deposits import ItemPage
from inspection.queries.timeline import TimelineLine, list_timeline
from inspection.readings import ProblemSlice, read_problems


class ItemEndpoints(Controller):
    """Files as they were received."""

    path = "/items"
    tags = ("items",)
    opt = {ROLES: frozenset({Role.INSPECTOR, Role.ORGANIZATION})}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/{item_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        item_id: FromPath[UUID],
    ) -> ItemPage:
        """One file: its receipt and its reading."""
        return queries.get_item(session, actor=actor, item_id=item_id)

    @get("/{item_id:uuid}/content", sync_to_thread=True)
    def content(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        item_id: FromPath[UUID],
    ) -> Stream:
        """The bytes, verified on the way."""
        act = CustodyAct.EVIDENCE_DOWNLOAD
        item = open_evidence(database, actor=actor, item_id=item_id, act=act, at=now).item
        return send_stored(storage, sha256=item.sha256, name=item.name)

    @get("/{item_id:uuid}/timeline", sync_to_thread=True)
    def timeline(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        item_id: FromPath[UUID],
    ) -> tuple[TimelineLine, ...]:
        """What became of the file, as the custody log tells it."""
        return list_timeline(session, actor=actor, item_id=item_id)

    @get("/{item_id:uuid}/problems", sync_to_thread=True)
    def problems(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        cache: NamedDependency[Path],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        item_id: FromPath[UUID],
        offset: FromQuery[int] = 0,
        limit: FromQuery[int] = 100,
    ) -> ProblemSlice:
        """What could not be read, by place.

        Raises:
            NotFoundError: The file has not been read, or could not be opened as a table.
        """
        act = CustodyAct.EVIDENCE_READ
        item = open_evidence(database, actor=actor, item_id=item_id, act=act, at=now).item
        reading = item.reading
        if reading is None or reading.problems_sha256 is None:
            raise NotFoundError
        return read_problems(
            storage, cache, problems_sha256=reading.problems_sha256, offset=offset, limit=limit
        )
