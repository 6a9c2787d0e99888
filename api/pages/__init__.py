"""HTML: the same questions and acts as the JSON under `/api`, for people."""

from typing import Final

from litestar import Router
from litestar.di import Provide

from api.pages.forms import provide_fields
from api.pages.help import HelpPages
from api.pages.login import LoginPages
from api.templating import provide_shell

PAGES: Final = (
    Router(
        "/",
        route_handlers=[LoginPages, HelpPages],
        dependencies={
            "shell": Provide(provide_shell, sync_to_thread=False),
            "fields": Provide(provide_fields),
        },
    ),
)
