"""Files that wait to be looked at although the journal says that they were: after an upgrade.

A file that is withheld must be borne out by the journal (`withheld_checking`).  One that came
before there was screening, or that an older release had looked at again without saying so, waits
without a line: the case file would fail its own check, so it is not made until that is over.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from inspection.casefile.rows import Row
from inspection.errors import ConflictError
from inspection.workflow.states import ScreeningState

UNSAID: Final = "casefile.waiting"  # the code of the refusal


def refuse_unsaid(rows: Mapping[str, Sequence[Row]], journal: Sequence[Row]) -> None:
    """Refuse a case file that would withhold a file as waiting, which nobody could believe.

    Raises:
        ConflictError: With how many there are.
    """
    deposits = {row["id"] for row in rows["deposits"]}
    accepted = {line["subject_id"] for line in journal if line["event"] == "deposit.accept"}
    used = {row["item_id"] for row in rows["inputs"]}
    said = _list_states(journal)
    unsaid = [
        row
        for row in rows["withheld"]
        # What rules have read of other organizations has its lines in other cases.
        if row["state"] == ScreeningState.WAITING
        and (row["deposit_id"] in deposits or row["answer_id"] is not None)
        and (row["id"] in said or row["id"] in used or row["deposit_id"] in accepted)
        and said.get(row["id"]) != ScreeningState.WAITING
    ]
    if unsaid:
        raise ConflictError(UNSAID, count=len(unsaid))


def _list_states(journal: Sequence[Row]) -> dict[str, str]:
    """The last state that the journal tells of each file."""
    facts = [
        (line["subject_id"], json.loads(line["facts"]))
        for line in journal
        if line["event"].startswith("evidence.")
    ]
    return {item_id: told["state"] for item_id, told in facts if "state" in told}
