"""What the journal binds of the words of findings and answers: the digest of a whole record.

Never of a text alone: whoever guessed a short one could tell by its digest.  The identifier of the
record is random, so that nobody can try words without having the record.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from evidence.custody.entry import canonical
from evidence.digest import Digest

Row = Mapping[str, Any]  # columns as JSON has them

FINDING: Final = "finding_sha256"  # the facts of the journal that hold the digests
ANSWER: Final = "answer_sha256"
_FINDING: Final = (
    *("id", "inspection_id", "evaluation_id", "matter_id", "number", "author_id"),
    *("rule_code", "rule_class", "title", "question", "filter", "excluded_keys"),
    *("unit_count", "currency", "keys_sha256"),
)
_ANSWER: Final = ("id", "finding_id", "text", "submitted_by")


def digest_of_finding(row: Row) -> str:
    """What was selected by whom under which words; state, times and reasons the journal tells."""
    # Canonical JSON carries no amount beyond 2 to the 53rd as a number.
    amount = None if row["amount"] is None else str(row["amount"])
    return _digest({**{name: row[name] for name in _FINDING}, "amount": amount})


def digest_of_answer(row: Row, *, files: Iterable[str]) -> str:
    """What an organization answered, and who handed it in.

    Args:
        files: The SHA-256 of every file that goes with it.
    """
    return _digest({**{name: row[name] for name in _ANSWER}, "files": sorted(files)})


def _digest(record: Row) -> str:
    return Digest.of(canonical(record)).hex
