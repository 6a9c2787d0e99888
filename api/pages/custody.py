"""Pages: the keys and heads of the custody log, open to everybody."""

from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template
from sqlmodel import Session

from api.auth import PUBLIC
from api.settings import Settings
from api.templating import Shell
from evidence.custody.proving import list_heads
from evidence.key_files import KeyFolder

HEADS: Final = 20


class CustodyPages(Controller):
    """What an outside party needs to hold the platform to its log."""

    path = "/custody"
    opt = {PUBLIC: True}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get(sync_to_thread=True)
    def index(
        self,
        session: NamedDependency[Session],
        shell: NamedDependency[Shell],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        settings: NamedDependency[SkipValidation[Settings]],
    ) -> Template:
        """Show every key, the heads signed last, and the commands to check them with."""
        context = {
            "ring": keys.find_ring(),
            "heads": list_heads(session, limit=HEADS),
            "public_url": settings.public_url,
        }
        return shell.page("public/custody.html", context)
