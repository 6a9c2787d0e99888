"""Plain working-day arithmetic for making up data; the engine has its own, on columns."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import yaml

CALENDAR: Final = (
    Path(__file__).parent.parent / "packs" / "one-stop" / "calendars" / "state-sector.yaml"
)


class WorkingTime:
    """Working days and sessions of the years the shipped calendar knows."""

    def __init__(self, calendar: Path = CALENDAR) -> None:
        facts = yaml.safe_load(calendar.read_text("utf-8"))
        special = {day["on"]: day["kind"] == "SWAP_WORK" for day in facts["days"]}
        first, last = date(min(facts["years"]), 1, 1), date(max(facts["years"]), 12, 31)
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.days: list[date] = [
            day for day in every if special.get(day, day.isoweekday() not in facts["weekly_rest"])
        ]
        self.sessions: list[tuple[time, time]] = [
            (time.fromisoformat(opens), time.fromisoformat(closes))
            for opens, closes in facts["sessions"]
        ]

    def between(self, first: date, last: date) -> list[date]:
        """The working days from one day to another, both included."""
        return self.days[bisect_left(self.days, first) : bisect_right(self.days, last)]

    def add(self, day: date, days: int) -> date:
        """The working day that many after `day`; the last known one beyond the calendar."""
        at = bisect_right(self.days, day) + days - 1
        return self.days[max(0, min(at, len(self.days) - 1))]

    def add_hours(self, start: datetime, hours: int) -> datetime:
        """The earliest moment with so many working hours behind it."""
        left = timedelta(hours=hours)
        for day in self.days[bisect_left(self.days, start.date()) :]:
            for opens, closes in self.sessions:
                begin = max(start, datetime.combine(day, opens))
                room = datetime.combine(day, closes) - begin
                if room >= left:
                    return begin + left
                left -= max(timedelta(0), room)
        return start
