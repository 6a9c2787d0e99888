"""JSON: what is public."""

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from sqlmodel import Session

from api.auth import PUBLIC
from api.downloads import send_stored
from api.endpoints.conclusions import PDF
from evidence.storage import Storage
from inspection.database import Database
from inspection.queries import conclusions as queries
from inspection.queries.conclusions import PublishedLine


class PublishedEndpoints(Controller):
    """The public register of conclusions."""

    path = "/published"
    tags = ("published",)
    opt = {PUBLIC: True}  # noqa: RUF012 - Litestar reads a class attribute

    @get(sync_to_thread=True)
    def index(
        self, session: NamedDependency[Session], text: FromQuery[str] = ""
    ) -> tuple[PublishedLine, ...]:
        """All published conclusions, newest first."""
        return queries.list_published(session, text=text)

    @get("/{conclusion_id:uuid}", sync_to_thread=True)
    def show(
        self, session: NamedDependency[Session], conclusion_id: FromPath[UUID]
    ) -> PublishedLine:
        """One published conclusion."""
        return queries.get_published(session, conclusion_id=conclusion_id)

    @get("/{conclusion_id:uuid}/pdf", sync_to_thread=True)
    def pdf(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        conclusion_id: FromPath[UUID],
    ) -> Stream:
        """The published document."""
        with database.read() as session:
            sha256 = queries.find_pdf(session, actor=None, conclusion_id=conclusion_id)
        return send_stored(storage, sha256=sha256, name=f"{conclusion_id}.pdf", media_type=PDF)
