"""The range of a column: the least and the most it takes."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeVar

from rules.contract import Bound, ColumnType
from rules.loading.entries import Entry
from rules.loading.fields import Fields
from rules.reading.cells import LARGEST_UNITS

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

Same = TypeVar("Same", int, Decimal, date, datetime)


def read_range(
    entry: Entry | None, *, kind: ColumnType, scale: int
) -> tuple[Bound | None, Bound | None]:
    """The limits a column declares, both included; None where there is none.

    Raises:
        PackError: `pack.bad_limit`, `pack.no_limit`, `pack.range_backwards`.
    """
    if entry is None:
        return None, None
    fields = Fields(entry)
    found = {key: fields.find(key) for key in ("least", "most")}
    fields.end()
    if not any(found.values()):
        raise entry.refuse("no_limit")
    least, most = (
        None if one is None else _limit(one, key=key, kind=kind, scale=scale)
        for key, one in found.items()
    )
    if least is not None and most is not None and _is_after(least, most):
        raise entry.refuse("range_backwards", least=str(least), most=str(most))
    return least, most


def _limit(entry: Entry, *, key: str, kind: ColumnType, scale: int) -> Bound:
    """A limit that a value of the column can be: no more places, no other kind of moment."""
    limit = _moment(entry.text) if kind is ColumnType.DATETIME else _value(entry, kind)
    if isinstance(limit, Decimal) and not _fits(limit, scale=scale):
        limit = None
    if limit is None:
        raise entry.refuse("bad_limit", key=key, found=entry.text, type=kind.value)
    return limit


def _value(entry: Entry, kind: ColumnType) -> Bound | None:
    if kind is ColumnType.DATE:
        return _day(entry.text)
    if not _NUMBER.fullmatch(entry.text):
        return None
    number = Decimal(entry.text)
    if kind is not ColumnType.INTEGER:
        return number
    whole = number == number.to_integral_value() and abs(number) <= LARGEST_UNITS
    return int(number) if whole else None


def _fits(number: Decimal, *, scale: int) -> bool:
    units = number.scaleb(scale)
    return units == units.to_integral_value() and abs(units) <= LARGEST_UNITS


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """Wall time; a day alone would leave open whether its evening is in range."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if ":" in text and moment.tzinfo is None else None


def _is_after(least: Bound, most: Bound) -> bool:
    # Both come from one column, so they are of one kind; only the checker cannot see it.
    return least > most  # type: ignore[operator]
