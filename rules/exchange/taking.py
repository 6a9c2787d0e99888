"""A mapping of another's document, taken key by key; what nobody took is listed at the end."""

from collections.abc import Mapping
from typing import Any, Final

from rules.exchange.left_out import LeftOut, Why, leave_out

_EMPTY: Final[tuple[object, ...]] = ("", [], {})


class Taking:
    """The keys of one mapping; the twin of `Fields`, which refuses where this one lists.

    Attributes:
        place: Where the mapping stands, for the list.
        left: The list, shared by all mappings of one document.
    """

    def __init__(self, said: Mapping[str, Any], *, place: str, left: list[LeftOut]) -> None:
        self.place = place
        self.left = left
        self._said = said
        self._taken: set[str] = set()

    def take(self, key: str) -> Any:
        """What stands under a key, None where nothing does."""
        self._taken.add(key)
        return self._said.get(key)

    def take_text(self, key: str) -> str | None:
        """A text that is not blank, without outer white space; other kinds of value are listed."""
        return (self.take_letters(key) or "").strip() or None

    def take_letters(self, key: str) -> str | None:
        """A text letter by letter; another kind of value is listed."""
        value = self.take(key)
        if value is None or isinstance(value, str):
            return value
        self.leave(key, value, Why.OTHER_MEANING)
        return None

    def take_truth(self, key: str) -> bool:
        """True or false, false where nothing is said; another kind of value is listed."""
        value = self.take(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.leave(key, value, Why.OTHER_MEANING)
        return False

    def inner(self, key: str) -> "Taking":
        """The mapping under a key, empty where there is none; another kind of value is listed."""
        value = self.take(key)
        if value is not None and not isinstance(value, Mapping):
            self.leave(key, value, Why.OTHER_MEANING)
        inside = value if isinstance(value, Mapping) else {}
        return Taking(inside, place=f"{self.place}.{key}", left=self.left)

    def leave(self, key: str, value: object, why: Why) -> None:
        """List what is not carried over."""
        self.left.append(leave_out(self.place, key, value, why))

    def leave_all(self, *keys: str, why: Why) -> None:
        """List what stands under these keys, where it is more than what they mean when absent."""
        for key in keys:
            value = self.take(key)
            if value is not None and value is not False and value not in _EMPTY:
                self.leave(key, value, why)

    def end(self) -> None:
        """List every key that nobody took."""
        for key, value in self._said.items():
            # Of a key we do not know, false may say something.
            if key not in self._taken and value is not None and value not in _EMPTY:
                self.leave(key, value, Why.NO_PLACE)
