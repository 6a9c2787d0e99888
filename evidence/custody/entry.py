"""What one entry says, as canonical bytes.

Source: RFC 8785 for the bytes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import rfc8785

from evidence.custody.acts import CustodyAct

Fact = str | int | bool | UUID | datetime | None

_VERSION: Final = 1
_COUNTED_VERSION: Final = 2  # since when an entry can say where it stands in a series
# An identifier, a digest, a code, a media type: what has no blank cannot be a person's name.
_TOKEN: Final = re.compile(r"[A-Za-z0-9._:;=/@+-]{0,200}", re.ASCII)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Where an entry stands in the series it counts in; numbers are dense, from 1."""

    series_id: UUID
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who did what, when; nothing personal beyond the actor's id."""

    id: UUID
    act: CustodyAct
    actor_id: UUID | None
    at: datetime
    facts: Mapping[str, Fact]
    counted: Counted | None = None

    def to_bytes(self) -> bytes:
        """The canonical bytes, which are the leaf of the tree.

        The random `id` keeps two equal acts apart, and keeps a hash from being guessed by trying.

        Raises:
            ValueError: A fact is a sentence or a fraction: entries hold identifiers, digests and
                whole numbers, because nothing can ever be taken out of the log again.
        """
        check_facts(self.facts)
        said: dict[str, Any] = {  # whatever JSON can hold
            "v": _VERSION,
            "id": str(self.id),
            "act": self.act.value,
            "by": str(self.actor_id) if self.actor_id else None,
            "at": written_moment(self.at),
            "facts": {name: _written(value) for name, value in self.facts.items()},
        }
        if self.counted is not None:
            series = {"id": str(self.counted.series_id), "number": self.counted.number}
            said |= {"v": _COUNTED_VERSION, "series": series}
        return rfc8785.dumps(said)


def check_facts(facts: Mapping[str, Fact]) -> None:
    """Refuse what may never be in the log; see `Entry.to_bytes`.

    Raises:
        ValueError: With the name of the fact.
    """
    for name, value in facts.items():
        if not _NAME.fullmatch(name) or not _is_fact(value):
            raise ValueError(f"not a fact for the custody log: {name}")


def counted_of(said: Mapping[str, Any]) -> Counted | None:
    """Where an entry says it stands; None where it counts in no series.

    Raises:
        ValueError, KeyError, TypeError: It says so in another way than ours.
    """
    if "series" not in said:
        return None
    series = said["series"]
    series_id, number = UUID(str(series["id"])), series["number"]
    if str(series_id) != series["id"] or type(number) is not int or number < 1:
        raise ValueError(series)
    return Counted(series_id=series_id, number=number)


def canonical(document: Any) -> bytes:  # whatever JSON can hold
    """The canonical bytes of a JSON document (RFC 8785)."""
    return rfc8785.dumps(document)


def written_moment(moment: datetime) -> str:
    """A moment in UTC to the microsecond, always in the same 27 characters."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _is_fact(value: object) -> bool:
    if isinstance(value, str):
        return _TOKEN.fullmatch(value) is not None
    return value is None or isinstance(value, int | UUID | datetime)


def _written(value: Fact) -> str | int | bool | None:
    if isinstance(value, datetime):
        return written_moment(value)
    return str(value) if isinstance(value, UUID) else value
