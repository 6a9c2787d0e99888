"""The next thing is made while this one is used."""

from collections.abc import Generator, Iterator
from queue import Empty, Queue
from threading import Event, Thread
from typing import Final, TypeVar

_POLL_SECONDS: Final = 0.05
_T = TypeVar("_T")


def one_ahead(things: Iterator[_T]) -> Generator[_T, None, None]:
    """The same things in the same order, made in a thread of their own, at most two ahead.

    What goes wrong in their making is raised here, in its turn.  The thread ends with this
    iterator, also when nobody asks for the rest.
    """
    made: Queue[tuple[_T | None, BaseException | None]] = Queue(maxsize=1)
    is_over = Event()

    def make() -> None:
        try:
            for thing in things:
                made.put((thing, None))
                if is_over.is_set():
                    return
            made.put((None, None))
        except BaseException as error:  # noqa: BLE001 - it is raised where it can be caught
            made.put((None, error))

    thread = Thread(target=make, name="one-ahead", daemon=True)
    thread.start()
    try:
        while True:
            thing, error = made.get()
            if error is not None:
                raise error
            if thing is None:
                return
            yield thing
    finally:
        is_over.set()
        _wait(thread, made)


def _wait(thread: Thread, made: Queue[tuple[_T | None, BaseException | None]]) -> None:
    """Take what still comes, so that the thread can put it down and end."""
    while thread.is_alive():
        try:
            made.get(timeout=_POLL_SECONDS)
        except Empty:
            continue
