"""Pages of a long list: what stands here, and the addresses before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar
from urllib.parse import urlencode

PAGE: Final = "page"
SIZE: Final = 100
LAST_PAGE: Final = 1_000_000  # beyond, an address was made up


class Counted(Protocol):
    """Some lines of a list, with the count of all."""

    @property
    def total(self) -> int: ...  # noqa: D102 - the protocol's docstring says it


S = TypeVar("S", bound=Counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Where in a list a page stands; `before` and `after` are addresses, empty at the ends."""

    total: int
    size: int
    first: int
    last: int
    before: str
    after: str


def offset_of(page: int, *, size: int = SIZE) -> int:
    """Say how many lines come before a page; pages count from one."""
    return (min(max(page, 1), LAST_PAGE) - 1) * size


def read_page(read: Callable[[int], S], *, page: int, size: int = SIZE) -> S:
    """Read a page by its offset; beyond the end, the last one there is."""
    offset = offset_of(page, size=size)
    found = read(offset)
    last = _within(offset, total=found.total, size=size)
    return found if last == offset else read(last)


def paging(
    *, path: str, query: Mapping[str, str], page: int, total: int, size: int = SIZE
) -> Paging:
    """Work out a page's place; every other part of the address is kept."""
    offset = _within(offset_of(page, size=size), total=total, size=size)
    here = offset // size + 1
    return Paging(
        total=total,
        size=size,
        first=min(offset + 1, total),
        last=min(offset + size, total),
        before=_address(path, query, here - 1) if here > 1 else "",
        after=_address(path, query, here + 1) if offset + size < total else "",
    )


def _within(offset: int, *, total: int, size: int) -> int:
    # An empty list has no last page: what was asked for stands.
    return min(offset, (total - 1) // size * size) if total else offset


def _address(path: str, query: Mapping[str, str], page: int) -> str:
    kept = {name: value for name, value in query.items() if value and name != PAGE}
    return f"{path}?{urlencode({**kept, PAGE: page})}"
