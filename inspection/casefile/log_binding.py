"""From the log to the documents: what it says is there, and as it says, or the case file lies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence.custody.acts import CustodyAct
from evidence.receipt import HASHED
from evidence.strict_json import read_strictly
from inspection.casefile.layout import CASE, FROZEN, PDF
from inspection.casefile.log import ENTRIES, RECEIPTS
from inspection.casefile.log_checking import CAME, LoggedEntry, Rows, Say, first_logged
from inspection.casefile.rows import NOT_HANDED_IN
from inspection.casefile.values import CaseFault
from inspection.workflow.states import (
    ConclusionState,
    DepositState,
    FindingState,
    InspectionState,
    ScreeningState,
)

Told = Callable[[str], Rows]  # the rows of `case.json` under one name
_DATA: Final = "data/"
# What moves by journalled acts, where it lies in `case.json`, and its state before the first.
_MOVING: Final[Mapping[str, tuple[str, str | None]]] = {
    "deposit": ("deposits", None),
    "finding": ("findings", FindingState.CANDIDATE),
    "conclusion": ("conclusions", ConclusionState.DRAFT),
    "inspection": ("inspection", InspectionState.PREPARED),
}
# Their lines may name what is not in this case file: other organizations, deposits being written.
_OWN: Final = frozenset({"deposit", "finding", "conclusion"})
_NAMED: Final = ("items", "withheld", "destroyed")
_WRITING: Final = frozenset({DepositState.OPEN, DepositState.CERTIFIED})
# Where a digest was journalled, and of what.
_DIGESTS: Final = (
    ("conclusion.approve", "conclusions", "frozen_sha256", FROZEN, CaseFault.CONCLUSION_DIFFERS),
    ("conclusion.issue", "conclusions", "pdf_sha256", PDF, CaseFault.PDF_DIFFERS),
    ("campaign.open", "campaign", "pack_digest", CASE, CaseFault.PACK_DIFFERS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the journal that may be relied on.

    Attributes:
        is_older: It was written before there was a log, which then says nothing of it.
    """

    event: str
    subject_id: str
    reason: str
    facts: Mapping[str, Any]
    is_older: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A case file, and what binds it.

    Attributes:
        entries: Those that lie in the log, in its order.
        lines: Of the journal: the older ones, then those whose hash is in one of these entries.
        statements: The digest of what each receipt that holds states, by the path of the receipt.
    """

    told: Told
    entries: Sequence[LoggedEntry]
    lines: Sequence[Line]
    statements: Mapping[str, str]


def bind(
    told: Told,
    journal: Rows,
    entries: Sequence[LoggedEntry],
    statements: Mapping[str, str],
) -> Bound:
    """Put together what `check_bound` compares; an entry without a place in the log binds nothing.

    Raises:
        ValueError, KeyError, TypeError: The journal is not as we write it.
    """
    placed = [(one.index, one) for one in entries if one.index is not None]
    proven = [one for _, one in sorted(placed, key=lambda pair: pair[0])]
    return Bound(
        told=told,
        entries=proven,
        lines=list(_lines(journal, {one.said["id"] for one in proven})),
        statements=statements,
    )


def check_bound(bound: Bound, say: Say) -> None:
    """Everything in the log stands in the documents, in the state and with the digests it says."""
    _check_whose(bound, say)
    _check_nothing_left_out(bound, say)
    _check_receipts(bound, say)
    _check_states(bound, say)
    _check_withheld(bound, say)
    _check_digests(bound, say)


def _lines(journal: Rows, proven: set[str]) -> Iterator[Line]:
    first = first_logged(journal)
    for row in journal:
        is_older = row["leaf_id"] is None and row["id"] < first
        if is_older or row["leaf_id"] in proven:
            yield Line(
                event=row["event"],
                subject_id=row["subject_id"],
                reason=row["reason"],
                facts=read_strictly(row["facts"]),
                is_older=is_older,
            )


def _check_whose(bound: Bound, say: Say) -> None:
    """Acts of other cases, true as they may be, say nothing of this one."""
    [inspection] = bound.told("inspection")
    for one in bound.entries:
        if one.said["facts"].get("inspection_id") not in {None, inspection["id"]}:
            say.report(CaseFault.OTHER_CASE, _DATA + ENTRIES, found=one.said["id"])


def _check_nothing_left_out(bound: Bound, say: Say) -> None:
    gone = {
        one.said["facts"].get("item_id"): number
        for number, one in enumerate(bound.entries)
        if one.said["act"] == CustodyAct.EVIDENCE_WITHDRAW
    }
    # What was destroyed is told, as withheld or with its certificate: no entry alone excuses it.
    here = {row["id"] for name in _NAMED for row in bound.told(name)}
    for number, one in enumerate(bound.entries):
        item_id = one.said["facts"].get("item_id")
        if one.said["act"] in CAME and item_id not in here and gone.get(item_id, -1) < number:
            say.report(CaseFault.LEFT_OUT, _DATA + CASE, expected=item_id)


def _check_receipts(bound: Bound, say: Say) -> None:
    for one in bound.entries:
        if one.said["act"] != CustodyAct.DEPOSIT_CERTIFY:
            continue
        facts = one.said["facts"]
        path = f"{_DATA}{RECEIPTS}{facts.get('deposit_id')}.json"
        if path not in bound.statements:
            say.report(CaseFault.LEFT_OUT, path, expected=facts.get("deposit_id"))
        elif bound.statements[path] not in {facts.get(HASHED), ""}:  # told already: it fails
            say.report(CaseFault.RECEIPT_DIFFERS, path, expected=facts.get(HASHED))


def _check_states(bound: Bound, say: Say) -> None:
    last = {line.subject_id: line for line in bound.lines if "to" in line.facts}
    known: set[str] = set()
    for name, first in _MOVING.values():
        for row in bound.told(name):
            known.add(row["id"])
            line = last.get(row["id"])
            expected = line.facts["to"] if line else first
            if row["state"] != expected:
                say.report(
                    CaseFault.STATE_DIFFERS, _DATA + CASE, expected=expected, found=row["state"]
                )
            elif line is not None and line.is_older:
                say.warn(CaseFault.OLDER, _DATA + CASE, expected=row["id"])
    for subject_id, line in last.items():
        if (
            line.event.partition(".")[0] in _OWN
            and subject_id not in known
            and line.facts["to"] not in _WRITING
        ):
            say.report(CaseFault.LEFT_OUT, _DATA + CASE, expected=subject_id)


def _check_withheld(bound: Bound, say: Say) -> None:
    """Nothing is withheld for a reason the log does not know."""
    states = {line.subject_id: line.facts["state"] for line in bound.lines if _is_screening(line)}
    certified = {row["id"] for row in bound.told("deposits")}
    for row in bound.told("withheld"):
        last = states.get(row["id"], ScreeningState.WAITING)
        possible = {last}
        if last == ScreeningState.UNSCANNED:
            possible.add(ScreeningState.WAITING)  # since there is a scanner
        if row["deposit_id"] not in certified:
            possible.add(NOT_HANDED_IN)
        if row["state"] not in possible:
            say.report(CaseFault.STATE_DIFFERS, _DATA + CASE, expected=last, found=row["state"])


def _is_screening(line: Line) -> bool:
    return line.event.startswith("evidence.") and "state" in line.facts


def _check_digests(bound: Bound, say: Say) -> None:
    """The conclusion, its PDF and the rules are those whose digests were journalled."""
    for event, rows, name, path, fault in _DIGESTS:
        last = {line.subject_id: line for line in bound.lines if line.event == event}
        for row in bound.told(rows):
            line = last.get(row["id"])
            expected = line.facts.get(name) if line else None
            if row[name] != expected:
                say.report(fault, _DATA + path, expected=expected or "", found=row[name])
            elif line is not None and line.is_older:
                say.warn(CaseFault.OLDER, _DATA + path, expected=row["id"])
