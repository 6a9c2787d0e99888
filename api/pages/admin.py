"""Pages: whether the platform is well, and who did what to accounts."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from api.health import check_health
from api.pages.paging import SIZE, offset_of, paging
from api.pages.people import ADMINISTRATORS
from api.pages.visit import Errand, Visit
from api.scanning import make_probe
from api.settings import Settings
from evidence.key_files import KeyFolder
from inspection.keeping import get_overview
from inspection.queries.journal import list_journal

PARTS = ("database", "schema", "storage", "queue", "receipts", "locks", "scanner")


class AdminPages(Controller):
    """The administrator's other pages."""

    path = "/admin"
    opt = ADMINISTRATORS

    @get("/health", sync_to_thread=True)
    def health(
        self,
        errand: NamedDependency[Errand],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        settings: NamedDependency[SkipValidation[Settings]],
    ) -> Template:
        """Say which parts answer."""
        probe = make_probe(settings)
        health = check_health(errand.database, errand.storage, keys, probe, now=errand.now)
        parts = [(part, getattr(health, part)) for part in PARTS]
        return errand.shell.page("admin/health.html", {"health": health, "parts": parts})

    @get("/storage", sync_to_thread=True)
    def storage(
        self,
        visit: NamedDependency[Visit],
        settings: NamedDependency[SkipValidation[Settings]],
    ) -> Template:
        """Say how the store keeps what it holds, and what of it is not intact."""
        overview = get_overview(
            visit.session,
            visit.storage,
            actor=visit.actor,
            cycle=settings.fixity_cycle,
            at=visit.now,
        )
        context = {"store": overview, "settings": settings}
        return visit.shell.page("admin/storage.html", context)

    @get("/journal", sync_to_thread=True)
    def journal(self, visit: NamedDependency[Visit], page: FromQuery[int] = 1) -> Template:
        """List who did what to accounts and bodies."""
        offset = offset_of(page)
        # One line more than shown tells whether there is another page.
        lines = list_journal(visit.session, actor=visit.actor, limit=SIZE + 1, offset=offset)
        place = paging(path=visit.shell.path, query={}, page=page, total=offset + len(lines))
        context = {"lines": lines[:SIZE], "paging": place}
        return visit.shell.page("admin/journal.html", context)
