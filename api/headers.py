"""What every answer tells the browser about what it may do."""

from typing import Final

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from api.settings import Settings

_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
_ALWAYS: Final = {
    "content-security-policy": "; ".join(_POLICY),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_TWO_YEARS: Final = 63_072_000


class SecurityHeaders:
    """A `before_send` hook: it sees every answer, those to unknown addresses included."""

    def __init__(self, settings: Settings) -> None:
        self._headers = dict(_ALWAYS)
        if settings.is_https:
            self._headers["strict-transport-security"] = f"max-age={_TWO_YEARS}"

    async def __call__(self, message: Message, scope: Scope) -> None:
        """Add the headers; pages and answers are never kept by caches unless they say so."""
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store" if scope.get("user") else "no-cache")
