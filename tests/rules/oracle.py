"""What TT01-TT08 must say of a set of dossiers, worked out in plain Python.

A second opinion: it imports nothing from the product and shares no code with it.  It reads the
bytes of two CSV files and the facts of the calendar, and gives the expected verdict of every unit.
Rows are named by their number in the file (the heading is row 1), groups by their key.
"""

import csv
import io
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml

MET, VIOLATED = "met", "violated"
UNDETERMINED, NOT_APPLICABLE = "undetermined", "not applicable"

# Facts of the law as the pack states them; written down again on purpose.
FIRST_DAY = date(2018, 6, 21)
APOLOGY_LEAD_DAYS = 1
MAX_REAPPOINTMENTS = 1
RETURN_WORKDAYS = 3
INTAKE_CUTOFF = time(15, 0)
HANDOVER_BY = time(11, 30)
EMPTY_REASONS = {
    *("-", ".", "x", "không", "không có", "khác", "lý do khác", "từ chối", "không đạt"),
    "theo quy định",
}
ANSWERED_OR_OPEN = {"DA_TRA", "DANG_XU_LY", "TAM_DUNG"}

Value = str | int | date | datetime | None
Truth = bool | None
Unit = int | str


@dataclass(frozen=True)
class Expected:
    """The verdicts of one rule."""

    met: int
    not_applicable: int
    violated: frozenset[Unit]
    undetermined: frozenset[Unit]


class Days:
    """Working days and hours of the years the calendar file knows."""

    def __init__(self, calendar: Path) -> None:
        facts = yaml.safe_load(calendar.read_text("utf-8"))
        self.years = set(facts["years"])
        off = {d["on"] for d in facts["days"] if d["kind"] != "SWAP_WORK"}
        worked = {d["on"] for d in facts["days"] if d["kind"] == "SWAP_WORK"}
        self.sessions = [(_clock(start), _clock(end)) for start, end in facts["sessions"]]
        day, self.working = date(min(self.years), 1, 1), []
        while day.year in self.years:
            if day in worked or (day.isoweekday() not in facts["weekly_rest"] and day not in off):
                self.working.append(day)
            day += timedelta(days=1)

    def is_working(self, day: date) -> Truth:
        if day.year not in self.years:
            return None
        return self.working[bisect_left(self.working, day) : bisect_right(self.working, day)] != []

    def count(self, start: date, end: date) -> int | None:
        """Working days after `start` up to and including `end`, which is not before it."""
        if start.year not in self.years or end.year not in self.years:
            return None
        return bisect_right(self.working, end) - bisect_right(self.working, start)

    def add(self, day: date, days: int) -> date | None:
        if day.year not in self.years:
            return None
        if days == 0:
            return day
        at = bisect_right(self.working, day) + days - 1
        return self.working[at] if at < len(self.working) else None

    def seconds(self, start: datetime, end: datetime) -> int | None:
        """Seconds of work between two moments, the second not before the first."""
        if start.year not in self.years or end.year not in self.years:
            return None
        total = 0
        for opens, closes in self._sessions_from(start.date()):
            if opens >= end:
                break
            total += max(0, int((min(end, closes) - max(start, opens)).total_seconds()))
        return total

    def later(self, start: datetime, seconds: int) -> datetime | None:
        """The earliest moment by which so many seconds of work have passed."""
        if start.year not in self.years:
            return None
        if seconds == 0:
            return start
        for opens, closes in self._sessions_from(start.date()):
            room = int((closes - max(start, opens)).total_seconds())
            if room >= seconds:
                return max(start, opens) + timedelta(seconds=seconds)
            seconds -= max(0, room)
        return None

    def _sessions_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for at in range(bisect_left(self.working, day), len(self.working)):
            for opens, closes in self.sessions:
                yield (
                    datetime.combine(self.working[at], opens),
                    datetime.combine(self.working[at], closes),
                )


class Row:
    """One line of a file: values, and which cells had a text that could not be read."""

    def __init__(self, number: int, texts: Mapping[str, str]) -> None:
        self.number = number
        self.values: dict[str, Value] = {}
        self.unreadable: set[str] = set()
        for name, text in texts.items():
            self.values[name] = None
            if text.strip():
                try:
                    self.values[name] = READERS.get(name, str.strip)(text)
                except ValueError:
                    self.unreadable.add(name)

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def is_null(self, name: str) -> Truth:
        return None if name in self.unreadable else self.values[name] is None


def expected_verdicts(dossiers: bytes, notices: bytes, calendar: Path) -> dict[str, Expected]:
    """The verdicts of TT01-TT08 over two CSV files."""
    days = Days(calendar)
    rows = list(_rows(dossiers))
    answer = {code: _by_row(rows, rule, days) for code, rule in ROW_RULES.items()}
    answer["TT05"] = _repeated_supplements(list(_rows(notices)))
    return answer


def _late_result(row: Row, days: Days) -> str:
    state = row["trang_thai"]
    if state is not None and state not in ANSWERED_OR_OPEN:
        return NOT_APPLICABLE
    reads = ("tra_kq_luc", "tiep_nhan_luc", "hen_tra_luc", "tam_dung_tu", "tam_dung_den")
    if state is None or row.unreadable.intersection(reads):
        return UNDETERMINED
    given, due = row["tra_kq_luc"], _due(row, days)
    if given is None or due is None or given < row["tiep_nhan_luc"]:
        return UNDETERMINED
    return VIOLATED if given > due else MET


def _apology(row: Row, days: Days) -> str:
    state, given, due = row["trang_thai"], row["tra_kq_luc"], _due(row, days)
    late = None if given is None or due is None else given > due
    if late is False or (state is not None and state not in ANSWERED_OR_OPEN):
        return NOT_APPLICABLE
    reads = {"xin_loi_so", "ly_do_cham", "hen_lai_luc", "xin_loi_ngay"}
    reads |= {"hen_tra_luc", "tam_dung_tu", "tam_dung_den"}
    if late is None or state is None or row.unreadable & reads:
        return UNDETERMINED
    if None in (row["xin_loi_so"], row["ly_do_cham"], row["hen_lai_luc"]):
        return VIOLATED
    if row["xin_loi_ngay"] is None:
        return UNDETERMINED
    ahead = (due.date() - row["xin_loi_ngay"]).days
    return MET if ahead >= APOLOGY_LEAD_DAYS else VIOLATED


def _reappointed(row: Row, _days: Days) -> str:
    if row["trang_thai"] == "TRA_LAI":
        return NOT_APPLICABLE
    if row["trang_thai"] is None or row["so_lan_hen_lai"] is None:
        return UNDETERMINED
    return MET if row["so_lan_hen_lai"] <= MAX_REAPPOINTMENTS else VIOLATED


def _refusal(row: Row, days: Days) -> str:
    applies = _happened(row, "TU_CHOI", "tu_choi_ngay")
    if applies is False:
        return NOT_APPLICABLE
    reads = ("ly_do_tu_choi", "tu_choi_ngay", "hen_tra_luc", "tam_dung_tu", "tam_dung_den")
    if applies is None or row.unreadable.intersection(reads):
        return UNDETERMINED
    reason, refused, due = row["ly_do_tu_choi"], row["tu_choi_ngay"], _due(row, days)
    if reason is None or reason.lower() in EMPTY_REASONS:
        return VIOLATED
    if refused is None or due is None:
        return UNDETERMINED
    return MET if refused <= due.date() else VIOLATED


def _returned(row: Row, days: Days) -> str:
    applies = _happened(row, "TRA_LAI", "tra_lai_ngay")
    if applies is False:
        return NOT_APPLICABLE
    returned, received = row["tra_lai_ngay"], row["tiep_nhan_luc"].date()
    if applies is None or returned is None or returned < received:
        return UNDETERMINED
    taken = days.count(received, returned)
    if taken is None:
        return UNDETERMINED
    return MET if taken <= RETURN_WORKDAYS else VIOLATED


def _appointment(row: Row, days: Days) -> str:
    state = row["trang_thai"]
    if state is not None and state not in ANSWERED_OR_OPEN | {"RUT"}:
        return NOT_APPLICABLE
    names = ("du_hs_luc", "hen_tra_luc", "thoi_han_quy_dinh", "don_vi_tg")
    complete, promised, limit, unit = (row[name] for name in names)
    if None in (state, complete, promised, limit, unit) or promised < complete or limit < 0:
        return UNDETERMINED
    if unit == "NGAY":
        promised, last = promised.date(), days.add(complete.date(), limit)
    else:
        last = days.later(complete, limit * 3600)
    if last is None:
        return UNDETERMINED
    return MET if promised <= last else VIOLATED


def _passed_on(row: Row, days: Days) -> str:
    state, received, passed = row["trang_thai"], row["tiep_nhan_luc"], row["chuyen_xl_luc"]
    if state is not None and state not in ANSWERED_OR_OPEN:
        return NOT_APPLICABLE
    if state is None or passed is None or passed < received:
        return UNDETERMINED
    working = days.is_working(received.date())
    # After the cut-off the kind of day no longer matters; the next working day does.
    if working is None and received.time() <= INTAKE_CUTOFF:
        return UNDETERMINED
    if working and received.time() <= INTAKE_CUTOFF:
        return MET if passed.date() == received.date() else VIOLATED
    following = days.add(received.date(), 1)
    if following is None:
        return UNDETERMINED
    on_time = passed <= datetime.combine(following, HANDOVER_BY)
    return MET if on_time else VIOLATED


ROW_RULES: dict[str, Callable[[Row, Days], str]] = {
    "TT01": _late_result,
    "TT02": _apology,
    "TT03": _reappointed,
    "TT04": _refusal,
    "TT06": _returned,
    "TT07": _appointment,
    "TT08": _passed_on,
}


def _repeated_supplements(rows: list[Row]) -> Expected:
    """TT05: of one dossier at most one notice at intake; notices of unknown stage may be one."""
    verdicts: dict[Unit, str] = {}
    sure: dict[str, int] = {}
    unsure: dict[str, int] = {}
    for row in rows:
        applies = _notice_applies(row)
        code = row["ma_hs"]
        if code is None:
            verdicts[row.number] = NOT_APPLICABLE if applies is False else UNDETERMINED
            continue
        sure[code] = sure.get(code, 0) + (applies is True)
        unsure[code] = unsure.get(code, 0) + (applies is None)
    for code, count in sure.items():
        if count > 1:
            verdicts[code] = VIOLATED
        elif unsure[code]:
            verdicts[code] = UNDETERMINED
        else:
            verdicts[code] = MET if count else NOT_APPLICABLE
    return _sorted_out(verdicts)


def _notice_applies(row: Row) -> Truth:
    if row["ngay"] is None:
        return None
    if row["ngay"] < FIRST_DAY:
        return False
    return None if row["giai_doan"] is None else row["giai_doan"] == "TIEP_NHAN"


def _by_row(rows: list[Row], rule: Callable[[Row, Days], str], days: Days) -> Expected:
    verdicts: dict[Unit, str] = {}
    for row in rows:
        received = row["tiep_nhan_luc"]
        if received is None:
            verdicts[row.number] = UNDETERMINED
        elif received.date() < FIRST_DAY:
            verdicts[row.number] = NOT_APPLICABLE
        else:
            verdicts[row.number] = rule(row, days)
    return _sorted_out(verdicts)


def _due(row: Row, days: Days) -> datetime | None:
    """The appointment, moved by the working time of a pause; None where it cannot be known."""
    promised, start, end = row["hen_tra_luc"], row["tam_dung_tu"], row["tam_dung_den"]
    if row.is_null("tam_dung_tu") and row.is_null("tam_dung_den"):
        return promised
    if promised is None or start is None or end is None or end < start:
        return None
    paused = days.seconds(start, end)
    return None if paused is None else days.later(promised, paused)


def _happened(row: Row, state: str, day: str) -> Truth:
    """Whether the state says so or the day is filled in; None where neither is known."""
    if row["trang_thai"] == state or row.is_null(day) is False:
        return True
    return None if row["trang_thai"] is None or row.is_null(day) is None else False


def _sorted_out(verdicts: Mapping[Unit, str]) -> Expected:
    ends = list(verdicts.values())
    return Expected(
        met=ends.count(MET),
        not_applicable=ends.count(NOT_APPLICABLE),
        violated=frozenset(unit for unit, end in verdicts.items() if end == VIOLATED),
        undetermined=frozenset(unit for unit, end in verdicts.items() if end == UNDETERMINED),
    )


def _rows(content: bytes) -> Iterator[Row]:
    lines = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    for number, texts in enumerate(lines, start=2):
        yield Row(number, texts)


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _moment(text: str) -> datetime:
    text = text.strip()
    shape = "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M"
    return datetime.strptime(text, shape)  # noqa: DTZ007 -- wall time of one place


def _day(text: str) -> date:
    return datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 -- a plain date


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip() not in values:
            raise ValueError(text)
        return text.strip()

    return read


READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(("tiep_nhan_luc", "du_hs_luc", "chuyen_xl_luc", "hen_tra_luc"), _moment),
    **dict.fromkeys(("tam_dung_tu", "tam_dung_den", "tra_kq_luc", "hen_lai_luc"), _moment),
    **dict.fromkeys(("xin_loi_ngay", "tu_choi_ngay", "tra_lai_ngay", "ngay"), _day),
    **dict.fromkeys(("thoi_han_quy_dinh", "so_lan_hen_lai"), int),
    "kenh": _one_of("TT", "BC", "TRUC_TUYEN"),
    "don_vi_tg": _one_of("NGAY", "GIO"),
    "trang_thai": _one_of("DA_TRA", "DANG_XU_LY", "TAM_DUNG", "TU_CHOI", "TRA_LAI", "RUT"),
    "giai_doan": _one_of("TIEP_NHAN", "GIAI_QUYET"),
}
