"""What a controller may ask for by name."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from anyio import CancelScope, CapacityLimiter, to_thread
from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide
from sqlmodel import Session

from api.refusals import LoginNeededError
from api.settings import Settings
from inspection.database import Database
from inspection.people import Actor

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Ending a transaction never waits behind handlers that wait for the connection it gives back.
_ENDING: Final = CapacityLimiter(16)


async def provide_session(request: Request[Any, Any, Any], state: State) -> AsyncIterator[Session]:
    """One request, one transaction: GET may only read, an error rolls back whole.

    The commit happens before the answer starts.
    """
    database: Database = state.database
    transaction = database.read() if request.method in SAFE_METHODS else database.write()
    session = await to_thread.run_sync(transaction.__enter__)
    try:
        yield session
    except BaseException as error:
        await _end(transaction, error)
        raise
    else:
        await _end(transaction, None)


def provide_cache(state: State) -> Path:
    """A local folder for verified copies of stored objects."""
    settings: Settings = state.settings
    return settings.cache_folder


def provide_now() -> datetime:
    """The clock of a request."""
    return datetime.now(UTC)


def provide_visitor(request: Request[Any, Any, Any]) -> Actor | None:
    """Who is calling, on pages that are for everybody."""
    visitor: Actor | None = request.scope.get("user")
    return visitor


def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Who is calling.

    Raises:
        LoginNeededError: Nobody is logged in.
    """
    actor: Actor | None = request.scope.get("user")
    if actor is None:
        raise LoginNeededError
    return actor


def held(name: str) -> Provide:
    """What `create_app` put into the state under that name."""

    def provide(state: State) -> Any:  # the controller that asks for it says the type
        return state[name]

    return Provide(provide, sync_to_thread=False)


DEPENDENCIES: Final = {
    "session": Provide(provide_session),
    "database": held("database"),  # for flows, which open short transactions of their own
    "storage": held("storage"),  # where evidence lies
    "keys": held("key_folder"),  # of the custody log
    "hashes": held("hashes"),  # how far the files that come in parts are hashed
    "settings": held("settings"),  # what the operator decided
    "classes": held("classes"),  # how long evidence is kept, by class
    "cache": Provide(provide_cache, sync_to_thread=False),
    "gate": held("gate"),  # the per-address limit of logins
    "now": Provide(provide_now, sync_to_thread=False),
    "visitor": Provide(provide_visitor, sync_to_thread=False),
    "actor": Provide(provide_actor, sync_to_thread=False),
}


async def _end(transaction: AbstractContextManager[Session], error: BaseException | None) -> None:
    trace = error.__traceback__ if error else None
    leave = partial(transaction.__exit__, type(error) if error else None, error, trace)
    with CancelScope(shield=True):
        await to_thread.run_sync(leave, limiter=_ENDING)
