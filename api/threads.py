"""Synchronous work beside the event loop, which a server that stops does not wait for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread


async def run_abandoned(work: Callable[[], None]) -> None:
    """Run work in a thread of its own, which ends with the program when nobody waits for it.

    The interpreter waits at its end for the threads of every pool, anyio's too; for this it does
    not.  So it is for work alone that may be broken off at any point.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if ended.done():  # nobody waits any more
            return
        if error is None:
            ended.set_result(None)
        else:
            ended.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as raised:  # noqa: BLE001 - whoever waits gets it
            error = raised
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, error)

    context = copy_context()  # what is written to the log says of which job
    Thread(target=context.run, args=(run,), daemon=True).start()
    await ended
