"""Logs for operators: one line of JSON per event, with identifiers and never with contents.

A request is logged by method, path template, status and duration: no address typed, no query, no
cookie, no token, no body, no name.
"""

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from litestar import Litestar
from litestar.types import Message, Scope

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

log: structlog.stdlib.BoundLogger = structlog.get_logger("thanhtra")


def configure_logs(level: str) -> None:
    """Write every log event to standard error as one line of JSON."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_exception,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _name_exception,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        )
    )
    # What libraries say is of interest only when something is wrong.
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


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


def _name_exception(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Class and places of an exception; its text may hold contents and stays out."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__qualname__
        event["code"] = getattr(error, "code", None)
        event["places"] = _places(error)
    return event


def _places(error: BaseException) -> list[str]:
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]
