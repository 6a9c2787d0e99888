"""What can be wrong with a log, and the report of going through it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST_TROUBLES: Final = 100  # a log that is wrong everywhere need not be listed whole


class TroubleCode(StrEnum):
    """Everything that can be wrong with a log."""

    HEAD = "head"
    NO_GOOD_HEAD = "no_good_head"
    SHRUNK = "shrunk"
    ENTRY_MISSING = "entry_missing"
    TRUNCATED = "truncated"
    TRUNCATED_WITNESS = "truncated_witness"
    REWRITTEN = "rewritten"
    REORDERED = "reordered"
    ROOT = "root"
    FORKED = "forked"
    BEYOND_HEAD = "beyond_head"
    HASH_MISSING = "hash_missing"
    HASH_DIFFERS = "hash_differs"
    UNREADABLE = "unreadable"
    COLUMNS = "columns"
    NUMBER = "number"
    COUNTER = "counter"
    JOURNAL_UNLOGGED = "journal_unlogged"
    JOURNAL_REWRITTEN = "journal_rewritten"
    JOURNAL_DELETED = "journal_deleted"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is not as it was signed: a code and its facts."""

    code: TroubleCode
    facts: Mapping[str, object]


@dataclass(slots=True)
class LogReport:
    """What going through the log gave; without troubles it is intact."""

    size: int = 0
    pending: int = 0
    checkpoints: int = 0
    is_whole: bool = True  # no entry is missing between two others
    troubles: list[Trouble] = field(default_factory=list)

    def add(self, code: TroubleCode, **facts: object) -> None:
        """Note a trouble."""
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles.append(Trouble(code, facts))
