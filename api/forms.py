"""Requests that change something must come from our own pages and scripts: tokens against CSRF."""

from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import Receive, Scope, Send

from api.settings import Settings


class FormGuard(CSRFMiddleware):
    """Litestar's double submit, standing behind the doorkeeper instead of before it.

    So no body of a stranger is parsed; and a cookie signed with an older secret is replaced, where
    Litestar would send it back for ever.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the token of a request that changes something."""
        connection = ASGIConnection[Any, Any, Any, Any](scope)
        cookie = connection.cookies.get(self.config.cookie_name)
        if cookie is not None and not self._csrf_tokens_match(cookie, cookie):
            # The parsed cookies are shared by every request object of this scope.
            del connection.cookies[self.config.cookie_name]
        await super().__call__(scope, receive, send)


def form_config(settings: Settings) -> CSRFConfig:
    """The cookie and header of the token; scripts read it from the page, never from the cookie."""
    return CSRFConfig(
        secret=settings.secret,
        cookie_name="__Host-csrftoken" if settings.is_https else "csrftoken",
        cookie_secure=settings.is_https,
        cookie_httponly=True,
    )
