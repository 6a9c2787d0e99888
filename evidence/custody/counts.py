"""Whether the numbers of the log's entries are dense in every series."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from evidence.custody.entry import counted_of
from evidence.custody.tables import CustodySeries
from evidence.custody.troubles import LogReport, TroubleCode

# From the facts of an entry to the series it would count in today.
OwnerOf = Callable[[Mapping[str, Any]], UUID | None]


class Counts:
    """The last number of every series; small, however long the log is.

    Args:
        owner_of: Finds entries from before there were numbers; without it, the first number is
            believed in how many they are.
    """

    def __init__(self, owner_of: OwnerOf | None = None) -> None:
        self._owner_of = owner_of
        self._last: dict[UUID, int] = {}
        self._older: Counter[UUID] = Counter()

    def take(self, said: Mapping[str, Any], report: LogReport, *, index: int | None) -> None:
        """Numbers go up by one; the first says how many entries stood before there were any.

        Raises:
            ValueError, KeyError, TypeError: The entry is not written as ours are.
        """
        counted = counted_of(said)
        if counted is None:
            self._take_older(said, report, index)
            return
        expected = self._expect(counted.series_id, counted.number)
        if counted.number != expected:
            _tell(report, counted.series_id, index, expected, counted.number)
        self._last[counted.series_id] = counted.number

    def _take_older(self, said: Mapping[str, Any], report: LogReport, index: int | None) -> None:
        owner = None if self._owner_of is None else self._owner_of(said["facts"])
        if owner is None:
            return
        if owner in self._last:
            _tell(report, owner, index, self._last[owner] + 1, "–")
        self._older[owner] += 1

    def _expect(self, series_id: UUID, found: int) -> int:
        if series_id in self._last:
            return self._last[series_id] + 1
        return found if self._owner_of is None else self._older[series_id] + 1

    def compare(self, session: Session, report: LogReport) -> None:
        """A counter that stands elsewhere would give a number twice, or leave one out."""
        rows = session.exec(select(CustodySeries.id, CustodySeries.reached)).all()
        kept = dict(rows)
        reached = dict(self._last)
        if self._owner_of is not None:
            # Nothing counts there yet, or all that did is gone.
            reached |= {one: self._older[one] for one in kept.keys() - reached.keys()}
        for series_id, last in reached.items():
            if kept.get(series_id) != last:
                report.add(
                    TroubleCode.COUNTER,
                    series=str(series_id),
                    expected=last,
                    found=kept.get(series_id, 0),
                )


def _tell(
    report: LogReport, series_id: UUID, index: int | None, expected: int, found: object
) -> None:
    report.add(
        TroubleCode.NUMBER,
        index="–" if index is None else index,
        series=str(series_id),
        expected=expected,
        found=found,
    )
