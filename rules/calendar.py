"""Working days and hours, as data of one pack."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from rules.rule import Basis
from rules.text import Text


class DayKind(StrEnum):
    """Why a day differs from its weekday (domain §4.2)."""

    HOLIDAY = "HOLIDAY"
    COMP_OFF = "COMP_OFF"
    SWAP_OFF = "SWAP_OFF"
    SWAP_WORK = "SWAP_WORK"


class DayStatus(StrEnum):
    """How sure a day is."""

    LAW = "law"  # follows from the wording of the law alone
    NOTICE = "notice"  # announced for the year
    DERIVED = "derived"  # computed, not yet announced: provisional


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """One day off, or one Saturday worked."""

    on: date
    kind: DayKind
    name: str
    source: str
    status: DayStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working days of whole years.

    Attributes:
        years: Only these are known; a count that touches another year is undetermined, because
            swaps and adjacent days are announced year by year.
        sessions: Working hours of one day, as (from, to) pairs in local time.
        sessions_basis: What the hours rest on; unconfirmed hours say so.
        weekly_rest: ISO weekday numbers, 6 and 7 for state bodies.
    """

    name: str
    title: Text
    years: tuple[int, ...]
    days: tuple[SpecialDay, ...]
    sessions: tuple[tuple[time, time], ...]
    weekly_rest: tuple[int, ...] = (6, 7)
    sessions_basis: Basis | None = None
