"""Pages: the register of published conclusions, open to everybody."""

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream, Template
from sqlmodel import Session

from api.auth import PUBLIC
from api.downloads import send_stored
from api.pages.paging import SIZE, offset_of, paging
from api.pages.searching import is_in
from api.templating import Shell
from evidence.storage import Storage
from inspection.keeping import FinishedLine, list_finished
from inspection.people import Role
from inspection.queries import conclusions


class PublishedPages(Controller):
    """What the public may read."""

    path = "/published"
    opt = {PUBLIC: True}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get(sync_to_thread=True)
    def index(
        self,
        session: NamedDependency[Session],
        shell: NamedDependency[Shell],
        q: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        """Search the register."""
        everything = conclusions.list_published(session)
        found = [
            line
            for line in everything
            if is_in(q, line.title, line.organization, line.body, f"{line.number}/{line.symbol}")
        ]
        offset = offset_of(page)
        context = {
            "lines": found[offset : offset + SIZE],
            "has_any": bool(everything),
            "q": q,
            "paging": paging(path=shell.path, query={"q": q}, page=page, total=len(found)),
        }
        return shell.page("public/index.html", context)

    @get("/{conclusion_id:uuid}", sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        shell: NamedDependency[Shell],
        conclusion_id: FromPath[UUID],
    ) -> Template:
        """Show one published conclusion."""
        line = conclusions.get_published(session, conclusion_id=conclusion_id)
        destroyed: tuple[FinishedLine, ...] = ()
        if shell.actor is not None and shell.actor.role is Role.OVERSIGHT:
            destroyed = list_finished(session, actor=shell.actor, inspection_id=line.inspection_id)
        return shell.page("public/show.html", {"line": line, "destroyed": destroyed})

    @get("/{conclusion_id:uuid}/pdf", sync_to_thread=True)
    def pdf(
        self,
        session: NamedDependency[Session],
        storage: NamedDependency[Storage],
        conclusion_id: FromPath[UUID],
    ) -> Stream:
        """Give the published document."""
        line = conclusions.get_published(session, conclusion_id=conclusion_id)
        return send_stored(
            storage,
            sha256=line.pdf_sha256,
            name=f"{line.number}-{line.symbol}.pdf",
            media_type="application/pdf",
        )
