"""Pages: the rule packs, as an inspector and a lawyer read them."""

from typing import Final
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.auth import EVERYBODY_INSIDE, ROLES
from api.packs import kept_pack, shipped_codes, shipped_pack
from api.pages.visit import Visit
from inspection.queries.campaigns import get_campaign
from rules.pack import Pack

INSIDE: Final = {ROLES: EVERYBODY_INSIDE}


class PackPages(Controller):
    """Requirements, thresholds and tables, with the norms they rest on."""

    path = "/packs"
    opt = INSIDE

    @get(sync_to_thread=True)
    def index(self, visit: NamedDependency[Visit]) -> Template:
        """List the packs."""
        packs = [shipped_pack(code) for code in shipped_codes()]
        return visit.shell.page("packs/index.html", {"packs": packs})

    @get("/{code:str}", sync_to_thread=True)
    def show(
        self,
        visit: NamedDependency[Visit],
        code: FromPath[str],
        campaign: FromQuery[str] = "",
    ) -> Template:
        """Show a pack: the shipped one, or the copy a campaign was opened under."""
        pack = _kept(visit, campaign) or shipped_pack(code)
        return visit.shell.page("packs/show.html", {"pack": pack, "is_kept": bool(campaign)})


def _kept(visit: Visit, campaign: str) -> Pack | None:
    if not campaign:
        return None
    page = get_campaign(visit.session, actor=visit.actor, campaign_id=_id(campaign))
    return kept_pack(visit.storage, page.pack_digest) if page.pack_digest else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # nothing lies there: not found
