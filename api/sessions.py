"""Who came in, remembered on the server: a row per login, and a cookie that only names it.

The cookie's id is made anew at login and dies at logout; an id we did not give is never adopted.
The table holds the SHA-256 of ids, so that reading it opens no door.  Nothing is written while
people only look around: a session holds one value, the person.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.middleware.session.base import BaseBackendConfig, BaseSessionBackend
from litestar.types import Empty, Message, ScopeSession
from sqlmodel import col, delete

from api.tokens import digest_of, make_token
from inspection.database import Database
from inspection.tables import WebSession

PERSON: Final = "person_id"
_FRESH: Final = "_thanhtra_fresh_session"

# Any: user, auth and state of a connection are typed where they are read.
Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass
class WebSessionConfig(BaseBackendConfig["WebSessionBackend"]):
    """How the cookie is written and where its session lies."""

    database: Database
    max_age: int
    secure: bool
    key: str = "session"
    path: str = "/"
    domain: str | None = None
    httponly: bool = True
    samesite: str = "lax"  # type: ignore[assignment] # the base names the three literals
    exclude: str | list[str] | None = None
    exclude_opt_key: str = "skip_session"

    def __post_init__(self) -> None:
        """Name the cookie."""
        if self.secure:
            # Browsers then refuse the cookie from plain http and from neighbouring hosts.
            self.key = f"__Host-{self.key}"


class WebSessionBackend(BaseSessionBackend[WebSessionConfig]):
    """Sessions in the table `WebSession`."""

    def get_session_id(self, connection: Connection) -> str | None:
        """The id the browser brought."""
        return connection.cookies.get(self.config.key)

    async def load_from_connection(self, connection: Connection) -> dict[str, Any]:
        """The session of the cookie; empty where there is none or it has expired."""
        brought = self.get_session_id(connection)
        if not brought:
            return {}
        person_id = await to_thread.run_sync(self._find, brought)
        return {PERSON: str(person_id)} if person_id else {}

    async def store_in_message(
        self, scope_session: ScopeSession, message: Message, connection: Connection
    ) -> None:
        """Write what login or logout left behind, and tell the browser."""
        brought = self.get_session_id(connection)
        fresh = connection.scope["state"].get(_FRESH)
        if scope_session is Empty and brought:
            await to_thread.run_sync(self._end, brought)
            self._set_cookie(message, "", max_age=0)
        elif fresh and isinstance(scope_session, dict):
            person_id = UUID(scope_session[PERSON])
            await to_thread.run_sync(self._begin, brought, fresh, person_id)
            self._set_cookie(message, fresh, max_age=self.config.max_age)

    def _set_cookie(self, message: Message, value: str, *, max_age: int) -> None:
        cookie = Cookie(
            key=self.config.key,
            value=value,
            max_age=max_age,
            path=self.config.path,
            secure=self.config.secure,
            httponly=self.config.httponly,
            samesite="lax",
        )
        MutableScopeHeaders.from_message(message).add("Set-Cookie", cookie.to_header(header=""))

    def _find(self, brought: str) -> UUID | None:
        with self.config.database.read() as session:
            row = session.get(WebSession, digest_of(brought))
            return row.person_id if row and row.expires_at > datetime.now(UTC) else None

    def _begin(self, brought: str | None, fresh: str, person_id: UUID) -> None:
        now = datetime.now(UTC)
        with self.config.database.write() as session:
            old = [digest_of(brought)] if brought else []
            session.exec(
                delete(WebSession).where(
                    col(WebSession.id_sha256).in_(old) | (col(WebSession.expires_at) <= now)
                )
            )
            session.add(
                WebSession(
                    id_sha256=digest_of(fresh),
                    person_id=person_id,
                    data=b"{}",
                    expires_at=now + timedelta(seconds=self.config.max_age),
                )
            )

    def _end(self, brought: str) -> None:
        with self.config.database.write() as session:
            session.exec(delete(WebSession).where(col(WebSession.id_sha256) == digest_of(brought)))


def begin_session(request: Request[Any, Any, Any], *, person_id: UUID) -> None:
    """Remember a person, under a new id; an older session of this browser ends."""
    request.scope["state"][_FRESH] = make_token()
    request.set_session({PERSON: str(person_id)})


def end_session(request: Request[Any, Any, Any]) -> None:
    """Forget who is there."""
    request.clear_session()


def person_of(session: ScopeSession) -> UUID | None:
    """Whom a loaded session belongs to."""
    person_id = session.get(PERSON) if isinstance(session, dict) else None
    return UUID(person_id) if person_id else None
