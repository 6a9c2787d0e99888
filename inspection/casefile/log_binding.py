"""From the log to the documents: what it says is there, and as it says, or the case file lies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evidence.custody.acts import CustodyAct
from evidence.receipt import HASHED
from inspection.casefile.journal_checking import Line
from inspection.casefile.layout import CASE, FROZEN, JOURNAL, PDF
from inspection.casefile.log import ENTRIES, RECEIPTS
from inspection.casefile.log_checking import CAME, LoggedEntry, Rows, Say
from inspection.casefile.values import CaseFault
from inspection.screening.gates import SHUT
from inspection.workflow.states import (
    CampaignState,
    ConclusionState,
    DepositState,
    DestructionState,
    EvaluationState,
    FindingState,
    HoldState,
    InspectionState,
    Subject,
)

Told = Callable[[str], Rows]  # the rows of `case.json` under one name
_DATA: Final = "data/"
# What moves by journalled acts, and its state before the first.
_FIRST: Final[Mapping[str, str]] = {
    Subject.CAMPAIGN: CampaignState.DRAFT,
    Subject.INSPECTION: InspectionState.PREPARED,
    Subject.DEPOSIT: DepositState.OPEN,
    Subject.EVALUATION: EvaluationState.QUEUED,
    Subject.FINDING: FindingState.CANDIDATE,
    Subject.CONCLUSION: ConclusionState.DRAFT,
    Subject.HOLD: HoldState.ASKED,
    Subject.DESTRUCTION: DestructionState.PROPOSED,
}
# Where `case.json` tells of them, and in which state without a line: of deposits it tells only
# those handed in.
_MOVING: Final[Mapping[str, str | None]] = {
    "campaign": CampaignState.DRAFT,
    "inspection": InspectionState.PREPARED,
    "deposits": None,
    "findings": FindingState.CANDIDATE,
    "conclusions": ConclusionState.DRAFT,
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
class Bound:
    """A case file, and what binds it.

    Attributes:
        entries: Those that lie in the log, in its order.
        lines: Of the journal, as `check_journal` gives them.
        statements: The digest of what each receipt that holds states, by the path of the receipt.
    """

    told: Told
    entries: Sequence[LoggedEntry]
    lines: Sequence[Line]
    statements: Mapping[str, str]


def bind(
    told: Told,
    lines: Sequence[Line],
    entries: Sequence[LoggedEntry],
    statements: Mapping[str, str],
) -> Bound:
    """Put together what `check_bound` compares; an entry that waits for its place binds nothing."""
    placed = [(one.index, one) for one in entries if one.index is not None]
    return Bound(
        told=told,
        entries=[one for _, one in sorted(placed, key=lambda pair: pair[0])],
        lines=lines,
        statements=statements,
    )


def check_bound(bound: Bound, say: Say) -> None:
    """Everything in the log stands in the documents, in the state and with the digests it says."""
    _check_whose(bound, say)
    _check_nothing_left_out(bound, say)
    _check_receipts(bound, say)
    _check_states(bound, say)
    _check_steps(bound, say)
    _check_digests(bound, say)


def _check_whose(bound: Bound, say: Say) -> None:
    """Acts of other cases, true as they may be, say nothing of this one."""
    [inspection], [campaign] = bound.told("inspection"), bound.told("campaign")
    for one in bound.entries:
        counts_in = one.belongs_to if one.counted is None else str(one.counted.series_id)
        is_own = one.belongs_to in {None, inspection["id"], campaign["id"]}
        if not is_own or counts_in != one.belongs_to:
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
    nameless = {row["deposit_id"] for row in bound.told("withheld") if row["state"] in SHUT}
    for one in bound.entries:
        if one.said["act"] != CustodyAct.DEPOSIT_CERTIFY:
            continue
        facts = one.said["facts"]
        path = f"{_DATA}{RECEIPTS}{facts.get('deposit_id')}.json"
        if path not in bound.statements:
            # It names what is held back; that the log bears this out, `check_withheld` looks at.
            is_nameless = facts.get("deposit_id") in nameless
            tell = say.warn if is_nameless else say.report
            fault = CaseFault.RECEIPT_WITHHELD if is_nameless else CaseFault.LEFT_OUT
            tell(fault, path, expected=str(facts.get("deposit_id")))
        elif bound.statements[path] not in {facts.get(HASHED), ""}:  # told already: it fails
            say.report(CaseFault.RECEIPT_DIFFERS, path, expected=facts.get(HASHED))


def _check_states(bound: Bound, say: Say) -> None:
    last = {line.subject_id: line for line in bound.lines if "to" in line.facts}
    known: set[str] = set()
    for name, first in _MOVING.items():
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


def _check_steps(bound: Bound, say: Say) -> None:
    """Every act goes on from where the one before has led: none in between was left out."""
    reached: dict[str, str] = {}
    for line in bound.lines:
        subject = line.event.partition(".")[0]
        if "to" not in line.facts or subject not in _FIRST:
            continue
        before = reached.get(line.subject_id, _FIRST[subject])
        if line.facts["from"] != before:
            say.report(
                CaseFault.STEP_MISSING,
                _DATA + JOURNAL,
                expected=before,
                found=f"{line.event} ({line.facts['from']})",
            )
        reached[line.subject_id] = line.facts["to"]


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
