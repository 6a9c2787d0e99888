"""What a mapping of a file must and may hold, key by key."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from rules.loading.entries import Entry, kind_of, nearest
from rules.text import Text

Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """The keys of one mapping, taken one by one; what nobody asked for is refused at the end."""

    def __init__(self, entry: Entry) -> None:
        if not isinstance(entry.value, dict):
            raise entry.refuse("not_a_mapping", found=kind_of(entry.value))
        self.entry = entry
        self._entries: Mapping[str, Entry] = entry.value
        self._known: set[str] = set()

    def find(self, key: str) -> Entry | None:
        """The entry under a key, if there is one that is not null."""
        self._known.add(key)
        entry = self._entries.get(key)
        return None if entry is None or entry.value is None else entry

    def get(self, key: str) -> Entry:
        """The entry under a key.

        Raises:
            PackError: `pack.missing_key`.
        """
        entry = self.find(key)
        if entry is None:
            raise self.entry.refuse("missing_key", key=key)
        return entry

    def end(self) -> None:
        """Refuse keys that mean nothing here."""
        for key, entry in self._entries.items():
            if key not in self._known:
                known = sorted(self._known)
                raise entry.refuse(
                    "unknown_key", key=key, nearest=nearest(key, known), known=", ".join(known)
                )

    def text(self, key: str) -> str:
        """A text that is not empty."""
        return to_text(self.get(key), key)

    def text_or(self, key: str, default: str) -> str:
        """A text, or the default."""
        entry = self.find(key)
        return default if entry is None else to_text(entry, key)

    def find_text(self, key: str) -> str | None:
        """A text, if there is one."""
        entry = self.find(key)
        return None if entry is None else to_text(entry, key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent; a single text is a list of one."""
        entry = self.find(key)
        if entry is None:
            return ()
        if isinstance(entry.value, str):
            return (entry.value,)
        return tuple(to_text(one, key) for one in entry.items())

    def both(self, key: str) -> Text:
        """A text in both languages."""
        return to_both(self.get(key))

    def find_both(self, key: str) -> Text | None:
        """A text in both languages, if there is one."""
        entry = self.find(key)
        return None if entry is None else to_both(entry)

    def truth(self, key: str, *, default: bool) -> bool:
        """True or false."""
        entry = self.find(key)
        if entry is None:
            return default
        if not isinstance(entry.value, bool):
            raise entry.refuse("not_a_truth", key=key, found=entry.text)
        return entry.value

    def whole(self, key: str, default: int) -> int:
        """A whole number, not negative."""
        entry = self.find(key)
        return default if entry is None else to_whole(entry, key)

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """One of a closed set."""
        return to_choice(self.get(key), key, kind)

    def choice_or(self, key: str, default: Choice) -> Choice:
        """One of a closed set, or the default."""
        entry = self.find(key)
        return default if entry is None else to_choice(entry, key, type(default))

    def find_date(self, key: str) -> date | None:
        """A day, if there is one."""
        entry = self.find(key)
        return None if entry is None else to_date(entry, key)


def to_text(entry: Entry, key: str) -> str:
    """A text that is not empty; numbers count as they were written."""
    if isinstance(entry.value, (dict, list, bool)) or not entry.text.strip():
        raise entry.refuse("not_a_text", key=key, found=kind_of(entry.value))
    return entry.text


def to_both(entry: Entry) -> Text:
    """A text in both languages."""
    fields = Fields(entry)
    text = Text(vi=fields.text("vi").strip(), en=fields.text("en").strip())
    fields.end()
    return text


def to_whole(entry: Entry, key: str) -> int:
    """A whole number, not negative."""
    if isinstance(entry.value, bool) or not isinstance(entry.value, int) or entry.value < 0:
        raise entry.refuse("not_a_whole_number", key=key, found=entry.text)
    return entry.value


def to_choice(entry: Entry, key: str, kind: type[Choice]) -> Choice:
    """One of a closed set."""
    try:
        return kind(entry.text)
    except ValueError:
        allowed = [member.value for member in kind]
        raise entry.refuse(
            "not_allowed",
            key=key,
            found=entry.text,
            nearest=nearest(entry.text, allowed),
            allowed=", ".join(allowed),
        ) from None


def to_date(entry: Entry, key: str) -> date:
    """A day as ISO 8601 writes it."""
    if isinstance(entry.value, date) and not isinstance(entry.value, datetime):
        return entry.value
    try:
        return date.fromisoformat(entry.text)
    except ValueError:
        raise entry.refuse("not_a_date", key=key, found=entry.text) from None


def to_time(entry: Entry, key: str) -> time:
    """A time of day, HH:MM or HH:MM:SS."""
    try:
        return time.fromisoformat(entry.text)
    except ValueError:
        raise entry.refuse("not_a_time", key=key, found=entry.text) from None
