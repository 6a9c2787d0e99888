"""Who is calling, and whether anybody of that role may call here at all.

What a person may do with one thing is decided in `inspection/`; here stand the outer doors.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from anyio import to_thread
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from api.passwords import is_password
from api.refusals import LoginNeededError, RoleRefusedError
from api.sessions import begin_session, person_of
from api.tokens import digest_of
from inspection import login
from inspection.database import Database
from inspection.errors import LoginRefusedError, TooManyAttemptsError
from inspection.people import Actor, Role

# Set on a handler, controller or router (`opt={...}`); without either, any person logged in passes.
PUBLIC: Final = "public"  # True: nobody need be logged in
ROLES: Final = "roles"  # frozenset[Role]: who passes

ADDRESS_FAILURES: Final = 30
ADDRESS_WINDOW: Final = timedelta(minutes=15)
ADDRESSES_REMEMBERED: Final = 10_000

EVERYBODY_INSIDE: Final = frozenset({Role.INSPECTOR, Role.STEWARD, Role.ADMINISTRATOR})


class Doorkeeper(ASGIMiddleware):
    """Finds out who is calling and turns away who may not call here, before a body is read."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, database: Database) -> None:
        self._database = database

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let the request pass, or raise."""
        person_id = person_of(scope.get("session"))
        actor = await to_thread.run_sync(self._find, person_id) if person_id else None
        scope["user"] = actor
        doors = scope["route_handler"].opt
        if not doors.get(PUBLIC, False):
            if actor is None:
                raise LoginNeededError
            if ROLES in doors and actor.role not in doors[ROLES]:
                raise RoleRefusedError
        await next_app(scope, receive, send)

    def _find(self, person_id: Any) -> Actor | None:
        with self._database.read() as session:
            return login.actor_of(session, person_id=person_id)


class LoginGate:
    """Slows down who tries many passwords from one address.

    Only failures count, so that an office behind one address is not shut out by its own people.
    The count is per process; the account's own limit, in the database, holds everywhere.
    Names that open nothing are shut by the same limit, so that the refusals of a name do not tell
    whether it has an account.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()
        self._strangers: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def check(self, address: str, *, at: datetime) -> None:
        """Raise when too many logins failed from this address.

        Raises:
            TooManyAttemptsError: `facts["minutes"]` says how long to wait.
        """
        with self._lock:
            recent = self._recent(address, at)
        if len(recent) >= ADDRESS_FAILURES:
            left = recent[0] + ADDRESS_WINDOW - at
            raise TooManyAttemptsError("login.too_many", minutes=minutes_of(left))

    def note_failure(self, address: str, *, at: datetime) -> None:
        """Remember one failure."""
        with self._lock:
            self._failures[address] = [*self._recent(address, at), at]
            self._failures.move_to_end(address)
            while len(self._failures) > ADDRESSES_REMEMBERED:
                self._failures.popitem(last=False)

    def check_stranger(self, name: str, *, at: datetime) -> None:
        """Raise where a name without an account would be shut if it had one.

        Raises:
            TooManyAttemptsError: As for an account.
        """
        with self._lock:
            count, failed_at = self._strangers.get(name, (0, at))
        if count >= login.FAILURES_ALLOWED and at < failed_at + login.SHUT_FOR:
            left = failed_at + login.SHUT_FOR - at
            raise TooManyAttemptsError("login.too_many", minutes=minutes_of(left))

    def note_stranger(self, name: str, *, at: datetime) -> None:
        """Remember one failure of a name without an account, as an account would."""
        with self._lock:
            count, failed_at = self._strangers.get(name, (0, at))
            expired = at >= failed_at + login.SHUT_FOR
            self._strangers[name] = (1 if expired else count + 1, at)
            self._strangers.move_to_end(name)
            while len(self._strangers) > ADDRESSES_REMEMBERED:
                self._strangers.popitem(last=False)

    def _recent(self, address: str, at: datetime) -> list[datetime]:
        return [when for when in self._failures.get(address, []) if when > at - ADDRESS_WINDOW]


def log_in(
    request: Request[Any, Any, Any],
    *,
    database: Database,
    gate: LoginGate,
    username: str,
    password: str,
    at: datetime,
) -> Actor:
    """Compare a name and a password, and begin a session.

    The refusal is the same for a wrong name, a wrong password and a closed account.

    Raises:
        LoginRefusedError: Name and password open nothing.
        TooManyAttemptsError: Too many failures, of this account or from this address.
    """
    address = request.client.host if request.client else ""
    gate.check(address, at=at)
    with database.read() as session:
        found = login.find_login(session, username=username, at=at)
    name = digest_of(login.account_name(username))
    if found is None:
        gate.check_stranger(name, at=at)
    elif found.shut_until:
        raise TooManyAttemptsError("login.too_many", minutes=minutes_of(found.shut_until - at))
    matches = is_password(password, password_hash=found.password_hash if found else None)
    if found is None or not matches or not found.is_open:
        gate.note_failure(address, at=at)
        if found is None:
            gate.note_stranger(name, at=at)
        elif not matches:
            with database.write() as session:
                login.note_failed_login(session, person_id=found.person_id, at=at)
        raise LoginRefusedError("login.refused")
    with database.write() as session:
        login.note_login(session, person_id=found.person_id, at=at)
        actor = login.actor_of(session, person_id=found.person_id)
    if actor is None:
        raise LoginRefusedError("login.refused")
    begin_session(request, person_id=found.person_id)
    return actor


def minutes_of(left: timedelta) -> int:
    """Whole minutes to wait, rounded up, at least one."""
    return max(1, -(-int(left.total_seconds()) // 60))
