"""How numbers, money, sizes, dates and times are written, in Vietnamese and in English."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from inspection.money import places_of

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_PATTERN: Final = (
    ("%Y", "yyyy"),
    ("%m", "mm"),
    ("%d", "dd"),
    ("%H", "hh"),
    ("%M", "mi"),
    ("%S", "ss"),
    ("%z", "±hh:mm"),
)
# A number with a blank or a leading zero is a code: it is shown letter by letter.
_NUMBER: Final = re.compile(
    r"(?:(?P<sign><=|>=|<>|<|>|=) )?(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)"
)
# What no code looks like: a day, a moment, a number with a mark.  A bare `2003` may be either.
_PLAIN: Final = re.compile(
    r"(?:(?P<sign><=|>=|<>|<|>|=) )?(?:(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?P<time>T[0-9]{2}:[0-9]{2}:[0-9]{2})?|-?(?:0|[1-9][0-9]*)\.[0-9]+)"
)
_JOINT: Final = " · "
_SIGNS: Final = {"<=": "≤", ">=": "≥", "<>": "≠"}
_SIGN_LETTERS: Final = ("<", ">", "=")
_STEP_BYTES: Final = 1024
_MANY_BYTES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """The habits of one language: Vietnamese writes 1.234,5 and 22/11/2026."""

    lang: str

    def number(self, value: int) -> str:
        """Write a whole number in groups of three."""
        return self._marks(f"{value:,}")

    def decimal(self, value: Decimal | float, places: int | None = None) -> str:
        """Write a number with its own places, or with the places asked for."""
        return self._marks(f"{value:,}" if places is None else f"{value:,.{places}f}")

    def exact(self, text: str) -> str:
        """Write an exact number kept as text, as in `<= 90.00`; else letter by letter."""
        found = _NUMBER.fullmatch(text)
        if found is None:
            return text
        sign, number = found["sign"] or "", Decimal(found["number"])
        return f"{_SIGNS.get(sign, sign)} {self._marks(f'{number:,f}')}".strip()

    def neutral(self, text: str) -> str:
        """Write a language-neutral text of the engine, as in `<= 2026-01-31` or `2003 · 20.00`.

        Its type is not known here: what might be a code is left letter by letter.
        """
        return _JOINT.join(self._neutral(part) for part in text.split(_JOINT))

    def figure(self, text: str) -> str:
        """Write a language-neutral text that a difference was worked out of: it is no code."""
        return self.exact(text) if _NUMBER.fullmatch(text) else self.neutral(text)

    def percent(self, part: int, whole: int) -> str:
        """Write a share with one place; of nothing there is no share."""
        return "–" if whole == 0 else self._marks(f"{100 * part / whole:.1f}") + " %"

    def money(self, value: Decimal, currency: str) -> str:
        """Write an amount in whole units of the currency, with its name."""
        places = places_of(currency)
        name = "đồng" if currency == "VND" and self.lang == "vi" else currency
        return f"{self.decimal(value, places)} {name}"

    def minor(self, amount: int, currency: str) -> str:
        """Write an amount kept in minor units (the dong has none)."""
        places = places_of(currency)
        return self.money(Decimal(amount).scaleb(-places), currency)

    def short(self, value: Decimal) -> str:
        """Write an amount where space is scarce: 1,2 tỷ, 3,4 triệu; 1.2 bn, 3.4 m."""
        steps = ("tỷ", "triệu") if self.lang == "vi" else ("bn", "m")
        for name, unit in zip(steps, (Decimal(10**9), Decimal(10**6)), strict=True):
            if abs(value) >= unit:
                return f"{self.decimal(value / unit, 1)} {name}"
        return self.decimal(value, 0)

    def size(self, size_bytes: int) -> str:
        """Write a size in the largest unit that leaves a number above one."""
        if size_bytes < _STEP_BYTES:
            return f"{size_bytes} B"
        value = float(size_bytes)
        for unit in ("kB", "MB", "GB", "TB"):
            value /= _STEP_BYTES
            if value < _STEP_BYTES or unit == "TB":
                break
        return f"{self.decimal(value, 0 if value >= _MANY_BYTES else 1)} {unit}"

    def day(self, value: date | datetime) -> str:
        """Write a day; a moment is first taken to Vietnamese time."""
        day = _local(value).date() if isinstance(value, datetime) else value
        if self.lang == "vi":
            return f"{day:%d/%m/%Y}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def moment(self, value: datetime) -> str:
        """Write a day and a time of day, in Vietnamese time."""
        return f"{self.day(value)} {_local(value):%H:%M}"

    def iso(self, value: date | datetime) -> str:
        """Write for machines and for certainty: 2026-11-22T14:05:00+07:00."""
        if isinstance(value, datetime):
            return _local(value).isoformat(timespec="seconds")
        return value.isoformat()

    def pattern(self, text: str) -> str:
        """Write a pattern of dates as people do: dd/mm/yyyy, not %d/%m/%Y."""
        for sign, letters in _PATTERN:
            text = text.replace(sign, letters)
        return text

    def cell(self, value: object) -> object:
        """Write one value of a table; wall times carry no zone and are written as they are."""
        if isinstance(value, datetime) and value.tzinfo is None:
            return f"{self.day(value.date())} {value:%H:%M:%S}"
        return self.fact(value)

    def fact(self, value: object) -> object:
        """Write one fact of a sentence in this language; texts stay as they are."""
        written = value
        match value:
            case bool():
                pass
            case int():
                written = self.number(value)
            case Decimal() | float():
                written = self.decimal(value)
            case datetime():
                written = self.moment(value)
            case date():
                written = self.day(value)
            case list() | tuple() | set() | frozenset():
                written = ", ".join(sorted(map(str, value)))
        return written

    def _neutral(self, text: str) -> str:
        found = _PLAIN.fullmatch(text)
        if found is None or found["day"] is None:
            return self.exact(text) if found or text[:1] in _SIGN_LETTERS else text
        try:
            value = datetime.fromisoformat(f"{found['day']}{found['time'] or ''}")
        except ValueError:
            return text
        said = self.cell(value) if found["time"] else self.day(value.date())
        return f"{_SIGNS.get(found['sign'], found['sign'] or '')} {said}".strip()

    def _marks(self, english: str) -> str:
        if self.lang == "en":
            return english
        return english.translate(str.maketrans(",.", ".,"))


def days_left(due_at: datetime, *, now: datetime) -> int:
    """Count calendar days from today to the day something is due; negative when it is past."""
    left = (_local(due_at).date() - _local(now).date()).days
    # Due at five today, and it is six: already late, though no midnight has passed.
    return -1 if left == 0 and due_at < now else left


def _local(value: datetime) -> datetime:
    return value.astimezone(ZONE)
