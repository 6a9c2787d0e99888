"""Bodies too large for memory: from the event loop into a worker thread, piece by piece."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, BinaryIO, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import InternalServerException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from api.refusals import BadRequestError, UploadTooLargeError

# Set on a handler together with `request_max_body_size=None`: the operator's limit holds instead.
UPLOAD: Final = "upload"
FORM_AROUND_BYTES: Final = 1 << 20  # fields and boundaries of a multipart form beside the file
PIECE_BYTES: Final = 1 << 21
# A line that went dead without a word must not hold its upload: the sender comes back by another.
SILENCE_SECONDS: Final = 30.0
# Slow uploads must not take the threads other requests need.
_UPLOADS: Final = CapacityLimiter(64)

T = TypeVar("T")


class UploadLimit(ASGIMiddleware):
    """Breaks off a body longer than the operator allows, whether announced or not."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Count what comes in, on handlers marked as uploads."""
        if not scope["route_handler"].opt.get(UPLOAD, False):
            await next_app(scope, receive, send)
            return
        counted = 0
        if _announced(scope) > self._limit + FORM_AROUND_BYTES:
            raise UploadTooLargeError("upload.too_large", limit_bytes=self._limit)

        async def receive_counted() -> ReceiveMessage:
            nonlocal counted
            message = await receive()
            if message["type"] == "http.request":
                counted += len(message["body"])
            if counted > self._limit + FORM_AROUND_BYTES:
                raise UploadTooLargeError("upload.too_large", limit_bytes=self._limit)
            return message

        await next_app(scope, receive_counted, send)


async def stream_body(request: Request[Any, Any, Any], take: Callable[[Iterator[bytes]], T]) -> T:
    """Give a request's body to synchronous code, holding one piece of it at a time.

    Args:
        take: Runs in a worker thread; reads the pieces it is given until they end.

    Raises:
        BadRequestError: The sender broke off; `take` sees it while it reads.
    """
    loop = asyncio.get_running_loop()
    body = request.stream()
    announced = request.content_length
    return await to_thread.run_sync(take, _pieces(body, loop, announced), limiter=_UPLOADS)


def read_pieces(file: BinaryIO) -> Iterator[bytes]:
    """The pieces of a spooled file of a multipart form."""
    file.seek(0)
    return iter(lambda: file.read(PIECE_BYTES), b"")


def _pieces(
    body: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop, announced: int | None
) -> Iterator[bytes]:
    received = 0
    coming = asyncio.run_coroutine_threadsafe(_gather(body), loop)
    try:
        while gathered := coming.result():
            # The next ones are gathered while these are hashed and written.
            coming = asyncio.run_coroutine_threadsafe(_gather(body), loop)
            received += sum(map(len, gathered))
            yield from gathered
    except (InternalServerException, TimeoutError) as error:
        # The first is what Litestar makes of a closed connection.
        raise BadRequestError("upload.broken_off", received=received) from error
    finally:
        coming.cancel()
    if announced is not None and received != announced:
        raise BadRequestError("upload.broken_off", received=received)


async def _gather(body: AsyncIterator[bytes]) -> list[bytes]:
    # Small network reads are gathered: one change of thread for many packets, and no copy of them.
    gathered, size = list[bytes](), 0
    while size < PIECE_BYTES:
        async with asyncio.timeout(SILENCE_SECONDS):  # a slow line is not a silent one
            piece = await anext(body, None)
        if piece is None:
            break
        if piece:
            gathered.append(piece)
            size += len(piece)
    return gathered


def _announced(scope: Scope) -> int:
    text = dict(scope["headers"]).get(b"content-length", b"0")
    return int(text) if text.isdigit() else 0
