"""The journal against the log: which lines may be relied on, and in which order they were written.

The order is the log's: what stands in the file, and the number of a line, are no part of what is
hashed.  A line without an entry is believed only where the log can know nothing of it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from evidence.custody.acts import CustodyAct
from evidence.keys import UNDATED, KeyRing
from evidence.strict_json import read_strictly
from inspection.casefile.log_checking import LoggedEntry, Report, Rows
from inspection.casefile.values import CaseFault
from inspection.journal import digest_of
from inspection.tables import JournalEntry

_IDS: Final = ("subject_id", "campaign_id", "inspection_id", "by", "leaf_id")
_OPENED: Final = "inspection.open"
_DRAFTING: Final = "campaign."  # acts on the draft of a campaign; those that move it are no such
# The first line there is of a subject: what is older than it was never written.
_BIRTHS: Final = frozenset(
    {
        *("campaign.create", _OPENED, "evidence.receive", "evidence.carry", "deposit.replace"),
        *("evaluation.request", "finding.draft", "conclusion.start"),
        *("hold.ask", "destruction.propose"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the journal that may be relied on.

    Attributes:
        index: Of its entry in the log; -1 where it was written before there was a log, which then
            says nothing of it.
    """

    event: str
    subject_id: str
    reason: str
    facts: Mapping[str, Any]
    index: int

    @property
    def is_older(self) -> bool:
        """Whether nothing proves it."""
        return self.index < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The journal as the case file brings it, and what it is compared with.

    Attributes:
        path: Where it lies.
        opened: The inspection it is of.
        ring: The keys of the log.
    """

    path: str
    rows: Rows
    entries: Sequence[LoggedEntry]
    opened: str
    ring: KeyRing


def read_lines(text: str) -> Rows:
    """The rows of `journal.jsonl`.

    Raises:
        ValueError, KeyError, TypeError: It is not as we write it.
    """
    rows = [read_strictly(line) for line in text.splitlines()]
    for row in rows:
        if type(row["id"]) is not int:
            raise TypeError(row["id"])
        # The hash is over the value: written in another way, the same one would be nobody's line.
        if any(row[name] is not None and str(UUID(row[name])) != row[name] for name in _IDS):
            raise ValueError(row["id"])
    return rows


def check_journal(journal: Journal, report: Report) -> list[Line]:
    """Every line is the one whose hash is in the log, none was taken out, and none was moved.

    Returns:
        The older lines, then those with an entry in the log, in its order.
    """
    _check_hashes(journal, report)
    _check_order(journal, report)
    # Of two entries under one id, the one in the log counts.
    places = {one.said["id"]: one.index for one in journal.entries if one.index is not None}
    logged = [
        _line(row, places[row["leaf_id"]]) for row in journal.rows if row["leaf_id"] in places
    ]
    logged.sort(key=lambda line: line.index)
    believed = _is_believed(journal, logged)
    older = []
    for row in _list_older(journal, report):
        if believed(row):
            older.append(_line(row, -1))
        else:
            report(CaseFault.NOT_OLDER, journal.path, found=row["id"])
    return [*older, *logged]


def _check_hashes(journal: Journal, report: Report) -> None:
    # Those in the log last: another under the same id does not take the place of one of them.
    ordered = sorted(journal.entries, key=lambda one: one.index is not None)
    logged = {
        one.said["id"]: one.said["facts"]["journal_sha256"]
        for one in ordered
        if "journal_sha256" in one.said["facts"]  # others are acts without a line
    }
    for row in journal.rows:
        if row["leaf_id"] is None:
            continue
        found = digest_of(_as_entry(row))
        expected = logged.pop(row["leaf_id"], "")
        if found != expected:
            report(CaseFault.JOURNAL_DIFFERS, journal.path, expected=expected, found=row["id"])
    for entry_id in logged:
        report(CaseFault.JOURNAL_DIFFERS, journal.path, expected=entry_id)


def _check_order(journal: Journal, report: Report) -> None:
    """Numbers and places go up; what waits for its place was written after all that has one."""
    places = {one.said["id"]: one.index for one in journal.entries}
    last = (-sys.maxsize, -1)
    for row in journal.rows:
        if row["leaf_id"] not in places:
            continue
        index = places[row["leaf_id"]]
        waits = index is None and last[1] == sys.maxsize
        here = (row["id"], sys.maxsize if index is None else index)
        if here[0] <= last[0] or (here[1] <= last[1] and not waits):
            report(CaseFault.ORDER_DIFFERS, journal.path, found=row["id"])
            return  # one line moved to the front leaves every other out of place
        last = here


def _list_older(journal: Journal, report: Report) -> Iterator[Mapping[str, Any]]:
    """Lines without an entry that stand, by place and number, before all that have one."""
    last, is_first = -sys.maxsize, True
    first = min((row["id"] for row in journal.rows if row["leaf_id"]), default=sys.maxsize)
    for row in journal.rows:
        is_first = is_first and row["leaf_id"] is None
        if row["leaf_id"] is not None:
            continue
        if is_first and last < row["id"] < first:
            last = row["id"]
            yield row
        else:
            report(CaseFault.NOT_OLDER, journal.path, found=row["id"])


def _is_believed(journal: Journal, logged: Sequence[Line]) -> Callable[[Mapping[str, Any]], bool]:
    """Whether the log leaves room for a line that is said to be older than it."""
    born = {line.subject_id for line in logged if line.event in _BIRTHS}
    since = min(one.since for one in journal.ring.entries)
    is_opened = journal.opened in born or any(
        one.said["act"] == CustodyAct.REQUEST_OPEN
        and one.said["facts"].get("inspection_id") == journal.opened
        for one in journal.entries
        if one.index is not None
    )

    def believed(row: Mapping[str, Any]) -> bool:
        if row["subject_id"] in born:
            return False
        # Where the log knows the first act of the inspection, older is only the draft before it.
        moves = "to" in read_strictly(row["facts"])
        if is_opened and (moves or not row["event"].startswith(_DRAFTING)):
            return False
        # Since there are keys, every act has its entry.
        return since == UNDATED or _moment(row) < since

    return believed


def _line(row: Mapping[str, Any], index: int) -> Line:
    return Line(
        event=row["event"],
        subject_id=row["subject_id"],
        reason=row["reason"],
        facts=read_strictly(row["facts"]),
        index=index,
    )


def _moment(row: Mapping[str, Any]) -> datetime:
    at = datetime.fromisoformat(row["at"])
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _as_entry(row: Mapping[str, Any]) -> JournalEntry:
    return JournalEntry(
        event=row["event"],
        subject_id=UUID(row["subject_id"]),
        campaign_id=UUID(row["campaign_id"]) if row["campaign_id"] else None,
        inspection_id=UUID(row["inspection_id"]) if row["inspection_id"] else None,
        by=UUID(row["by"]) if row["by"] else None,
        reason=row["reason"],
        facts=row["facts"],
        at=datetime.fromisoformat(row["at"]),
    )
