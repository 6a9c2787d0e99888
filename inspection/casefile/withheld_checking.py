"""Whether files may be withheld: only in a state that the log bears out, and never instead of more.

A file that is withheld is told by its digest alone, so this is where a forger would hide one.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from evidence.custody.acts import CustodyAct
from inspection.casefile import layout
from inspection.casefile.journal_checking import Line
from inspection.casefile.log import certificate_path
from inspection.casefile.log_binding import Bound
from inspection.casefile.log_checking import CAME, Say
from inspection.casefile.rows import NOT_HANDED_IN
from inspection.casefile.values import CaseFault
from inspection.screening.gates import SHUT, WITHHELD
from inspection.workflow.states import ScreeningState

_DATA: Final = "data/"
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the log and its lines say of files.

    Attributes:
        states: Where screening, or a person, has led each.
        came: Those the log knows as received in this inspection.
        used: Those a run has read.
        destroyed: Those whose time was over, with the destruction.
        deposits: Those handed in.
        accepted: Those taken as evidence, now or before: each file was looked at then.
        answers: Those handed in.
    """

    states: Mapping[str, str]
    came: AbstractSet[str]
    used: AbstractSet[str]
    destroyed: Mapping[str, str]
    deposits: AbstractSet[str]
    accepted: AbstractSet[str]
    answers: AbstractSet[str]


def check_withheld(bound: Bound, say: Say) -> None:
    """Nothing is withheld for a reason the log does not know."""
    known = _read(bound)
    for row in bound.told("withheld"):
        possible = _possible(known, row)
        destruction_id = known.destroyed.get(row["id"])
        if row["state"] not in possible:
            expected = known.states.get(row["id"], "")
            path = _DATA + layout.CASE
            say.report(CaseFault.STATE_DIFFERS, path, expected=expected, found=row["state"])
        elif destruction_id is not None and row["state"] not in SHUT | {NOT_HANDED_IN}:
            # What is gone is told as destroyed, with its certificate, unless its name is a secret.
            path = _DATA + certificate_path(destruction_id)
            say.report(CaseFault.NO_CERTIFICATE, path, expected=destruction_id)


def _possible(known: _Known, row: _Row) -> AbstractSet[str]:
    item_id, deposit_id = row["id"], row["deposit_id"]
    is_used = item_id in known.used
    if is_used and item_id not in known.came and deposit_id not in {None, *known.deposits}:
        return WITHHELD  # of another organization: its lines are in another case
    last = known.states.get(item_id)
    # Nobody accepts or uses a file before it was looked at.
    if last is None and not is_used and deposit_id not in known.accepted:
        last = ScreeningState.WAITING
    possible: set[str] = {last} & WITHHELD if last is not None else set()
    if last == ScreeningState.QUARANTINED:
        possible |= {ScreeningState.REMOVING}  # decided on, and journalled when it is done
    if not is_used and _is_own(known, row):
        possible |= {NOT_HANDED_IN}
    return possible


def _is_own(known: _Known, row: _Row) -> bool:
    """The log knows of no handing in of what it belongs to."""
    if row["answer_id"] is not None:
        return row["answer_id"] not in known.answers
    return row["deposit_id"] is not None and row["deposit_id"] not in known.deposits


def _read(bound: Bound) -> _Known:
    def items(is_wanted: Callable[[str], bool], name: str = "item_id") -> dict[str, str]:
        facts = [one.said["facts"] for one in bound.entries if is_wanted(one.said["act"])]
        return {one.get("item_id", ""): one.get(name, "") for one in facts}

    destroyed = items(CustodyAct.EVIDENCE_DESTROY.__eq__, "destruction_id")
    return _Known(
        states={line.subject_id: line.facts["state"] for line in bound.lines if _is_state(line)},
        came=items(CAME.__contains__).keys(),
        used=items(CustodyAct.EVIDENCE_USE.__eq__).keys(),
        # Of what was removed as a secret the log names no destruction.
        destroyed={item_id: name for item_id, name in destroyed.items() if name},
        deposits={row["id"] for row in bound.told("deposits")},
        accepted={line.subject_id for line in bound.lines if line.event == "deposit.accept"},
        answers={row["id"] for row in bound.told("answers")},
    )


def _is_state(line: Line) -> bool:
    return line.event.startswith("evidence.") and "state" in line.facts
