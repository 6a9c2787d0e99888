"""Whether the numbers of the log's entries are dense in every series."""

from uuid import UUID

from sqlmodel import Session, select

from evidence.custody.entry import Counted
from evidence.custody.tables import CustodySeries
from evidence.custody.troubles import LogReport, TroubleCode


class Counts:
    """The last number of every series; small, however long the log is."""

    def __init__(self) -> None:
        self._last: dict[UUID, int] = {}

    def take(self, counted: Counted | None, report: LogReport, *, index: int | None) -> None:
        """Numbers go up by one; the first says how many entries stood before there were any."""
        if counted is None:
            return
        expected = self._last.get(counted.series_id, counted.number - 1) + 1
        if counted.number != expected:
            report.add(
                TroubleCode.NUMBER,
                index="–" if index is None else index,
                series=str(counted.series_id),
                expected=expected,
                found=counted.number,
            )
        self._last[counted.series_id] = counted.number

    def compare(self, session: Session, report: LogReport) -> None:
        """A counter that stands elsewhere would give a number twice, or leave one out."""
        rows = session.exec(select(CustodySeries.id, CustodySeries.reached)).all()
        kept = dict(rows)
        for series_id, last in self._last.items():
            if kept.get(series_id) != last:
                report.add(
                    TroubleCode.COUNTER,
                    series=str(series_id),
                    expected=last,
                    found=kept.get(series_id, 0),
                )
