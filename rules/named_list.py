"""Lists of a pack, such as currencies or codes of procedures, with their dates in force."""

from dataclasses import dataclass
from datetime import date

from rules.rule import Basis
from rules.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedValue:
    """One member, in force from a day to a day (inclusive, None is open)."""

    value: str
    starts_on: date | None
    ends_on: date | None
    basis: Basis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedList:
    """A list a formula can ask `IN LIST name`; a value may be listed for several periods."""

    name: str
    title: Text
    values: tuple[ListedValue, ...]

    @property
    def is_dated(self) -> bool:
        """Whether membership depends on the record's own date."""
        return any(one.starts_on is not None or one.ends_on is not None for one in self.values)
