"""The one table from what can go wrong to what HTTP calls it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.response import Redirect

from api import refusals
from api.language import Translator, translator
from api.templating import LANGUAGE_COOKIE, make_shell
from evidence import errors as evidence
from inspection import errors as inspection
from rules import errors as rules

# The most precise class wins, by the method resolution order of the error.
STATUS: Final[Mapping[type[Exception], int]] = {
    inspection.NotFoundError: 404,
    inspection.NotAllowedError: 403,
    inspection.ConflictError: 409,
    inspection.LoginRefusedError: 401,
    inspection.TooManyAttemptsError: 429,
    inspection.InspectionError: 422,
    evidence.EvidenceNotFoundError: 404,
    evidence.EvidenceAlteredError: 500,
    evidence.EvidenceTooLargeError: 413,
    evidence.EvidenceBusyError: 423,
    evidence.PartAlteredError: 460,  # so the tus protocol calls it
    evidence.StorageUnavailableError: 503,
    evidence.CustodyAlteredError: 500,
    evidence.CustodyPendingError: 409,
    evidence.KeyConfigurationError: 500,
    evidence.TimestampUnavailableError: 503,
    evidence.StorageConfigurationError: 500,
    evidence.ScannerUnavailableError: 503,
    evidence.EvidenceError: 422,
    rules.RulesError: 422,
    refusals.LoginNeededError: 401,
    refusals.RoleRefusedError: 403,
    refusals.FormExpiredError: 403,
    refusals.BadRequestError: 400,
    refusals.ProtocolRefusedError: 412,
    refusals.BodyKindError: 415,
    refusals.PageNotFoundError: 404,
    refusals.UploadTooLargeError: 413,
    refusals.ShellError: 500,
}
SERVER_ERROR: Final = 500
# What Litestar itself refuses, by its class.
_FRAMEWORK: Final[Mapping[type[HTTPException], str]] = {
    NotFoundException: "page.not_found",
    MethodNotAllowedException: "page.no_such_method",
    PermissionDeniedException: "form.expired",  # raised by the form guard alone
    RequestEntityTooLarge: "request.too_large",
    ValidationException: "request.invalid",
}
_API: Final = "/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What is told to the outside about one error; `also`, of other fields of the same form."""

    status: int
    code: str
    facts: Mapping[str, object]
    also: "tuple[Refusal, ...]" = ()


def explain(error: Exception) -> Refusal:
    """Say what the outside may know; of an unexpected error, nothing."""
    for cls in type(error).__mro__:
        if cls in STATUS:
            code, facts = getattr(error, "code", ""), getattr(error, "facts", {})
            also = tuple(explain(one) for one in getattr(error, "also", ()))
            return Refusal(status=STATUS[cls], code=code, facts=facts, also=also)
        if cls in _FRAMEWORK and isinstance(error, HTTPException):
            return Refusal(status=error.status_code, code=_FRAMEWORK[cls], facts=_places(error))
    if isinstance(error, HTTPException) and error.status_code < SERVER_ERROR:
        return Refusal(status=error.status_code, code="request.invalid", facts={"where": ""})
    return Refusal(status=SERVER_ERROR, code="server.failed", facts={})


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an error: a problem under `/api`, a page elsewhere."""
    if request.url.path.startswith(_API):
        return as_problem(request, error)
    return as_page(request, error)


def as_problem(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, object]]:
    """RFC 9457, for programs; `code` and `facts` are stable, `detail` is for people."""
    refusal = explain(error)
    say = translator(_language(request))
    document = {"type": "about:blank", "status": refusal.status, **_told(refusal, say)}
    if refusal.also:
        document["also"] = [_told(one, say) for one in refusal.also]
    return Response(
        document,
        status_code=refusal.status,
        media_type="application/problem+json",
        headers=_headers(error),
    )


def as_page(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The same refusal for a reader; whoever only has to log in is led there."""
    refusal = explain(error)
    if isinstance(error, refusals.LoginNeededError) and request.method == "GET":
        return Redirect("/login", query_params={"next": _back(request)}, status_code=303)
    visitor = request.scope.get("user")
    shell = make_shell(request=request, visitor=visitor, now=datetime.now(UTC))
    page = shell.page(
        "error.html",
        {
            "status": refusal.status,
            "code": refusal.code,
            "message": shell.t.refusal(refusal.code, refusal.facts),
        },
        status=refusal.status,
    )
    page.headers.update(_headers(error))
    return page


def _told(refusal: Refusal, say: Translator) -> dict[str, object]:
    return {
        "code": refusal.code,
        "detail": say.refusal(refusal.code, refusal.facts),
        "facts": {name: _plain(fact) for name, fact in refusal.facts.items()},
    }


def _language(request: Request[Any, Any, Any]) -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen:
        return chosen
    preferred = request.headers.get("accept-language", "")[:2].lower()
    return preferred if preferred == "en" else ""


def _back(request: Request[Any, Any, Any]) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _headers(error: Exception) -> dict[str, str]:
    allow = getattr(error, "headers", None) or {}
    return {name: value for name, value in allow.items() if name.lower() == "allow"}


def _places(error: HTTPException) -> dict[str, object]:
    """Which fields could not be understood; never what was in them."""
    extra = error.extra if isinstance(error.extra, list) else []
    keys = [str(place["key"]) for place in extra if isinstance(place, dict) and "key" in place]
    return {"where": ", ".join(dict.fromkeys(keys))}


def _plain(fact: object) -> object:
    if fact is None or isinstance(fact, bool | int | str):
        return fact
    if isinstance(fact, list | tuple | set | frozenset):
        return [_plain(part) for part in fact]
    return str(fact)
