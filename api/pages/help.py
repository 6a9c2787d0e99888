"""Pages: the keys that help."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.auth import PUBLIC
from api.templating import Shell


class HelpPages(Controller):
    """What everybody may look up."""

    path = "/help"
    opt = {PUBLIC: True}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get("/shortcuts", sync_to_thread=False)
    def shortcuts(self, shell: NamedDependency[Shell]) -> Template:
        """List the keys."""
        return shell.page("help/shortcuts.html", {})
