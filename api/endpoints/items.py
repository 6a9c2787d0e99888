"""JSON: single files, and what reading them gave."""

# ruff: noqa: PLR0917 - Litestar gives every parameter by its name

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream
from sqlmodel import Session

from api.auth import ROLES
from api.downloads import send_stored
from api.reading import open_evidence
from evidence.custody import CustodyAct
from evidence.screening.values import Level
from evidence.storage import Storage
from inspection import screening
from inspection.database import Database
from inspection.errors import NotFoundError
from inspection.people import Actor, Role
from inspection.queries import deposits as queries
from inspection.queries.deposits import ItemPage
from inspection.queries.timeline import TimelineLine, list_timeline
from inspection.readings import ProblemSlice, read_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the depositor declares."""

    level: Level


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
        """The bytes, verified on the way; who took them is written down.

        Raises:
            ConflictError: The file is held back.
        """
        act = CustodyAct.EVIDENCE_DOWNLOAD
        item = open_evidence(database, actor=actor, item_id=item_id, act=act, at=now).item
        return send_stored(storage, sha256=item.sha256, name=item.name)

    @post(
        "/{item_id:uuid}/secrecy",
        sync_to_thread=True,
        status_code=204,
        opt={ROLES: frozenset({Role.ORGANIZATION})},
    )
    def declare_secret(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        item_id: FromPath[UUID],
        data: JSONBody[Declaration],
    ) -> None:
        """Say that a file one has sent is a state secret: it is held back at once."""
        screening.declare_secret(session, actor=actor, item_id=item_id, level=data.level, at=now)

    @post("/{item_id:uuid}/screening", sync_to_thread=True, status_code=202)
    def screen_again(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        item_id: FromPath[UUID],
    ) -> None:
        """Have a file looked at once more that could not be scanned."""
        screening.screen_again(session, actor=actor, item_id=item_id, at=now)

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
