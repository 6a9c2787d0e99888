"""One log line around every request: method, path template, status and duration.

No address as typed, no query, no cookie, no token, no body, no name.
"""

import time
from collections.abc import MutableMapping
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from litestar import Litestar
from litestar.types import Message, Scope

from api.logs import log

# Path parameters that may stand in the log: they name things, not people.
LOGGED_PARAMETERS: Final = (
    "campaign_id",
    "inspection_id",
    "deposit_id",
    "item_id",
    "evaluation_id",
    "finding_id",
    "conclusion_id",
)


class LoggedLitestar(Litestar):
    """The application, with one log line around every request, those that find nothing included."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve, and log how it went."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        status, began = 0, time.monotonic()

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(uuid4()))
        try:
            await super().__call__(scope, receive, send_noting)
        finally:
            _log_request(scope, status, time.monotonic() - began)


async def log_unexpected(error: Exception, scope: Scope) -> None:
    """Log an error nobody anticipated: its class and where it arose, not what it says."""
    status = getattr(error, "status_code", None)
    if status is None and not hasattr(error, "code"):
        log.error("request.failed", exc_info=error, path=scope.get("path_template", ""))


def _log_request(scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
    parameters = scope.get("path_params", {})
    named = {
        name: str(parameters[name])
        for name in LOGGED_PARAMETERS
        if isinstance(parameters.get(name), UUID)
    }
    log.info(
        "request",
        method=scope["method"],
        path=scope.get("path_template", ""),
        status=status,
        milliseconds=round(seconds * 1000),
        **named,
    )
