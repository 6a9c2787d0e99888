"""What a case file is made of, and what a look at one found."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from evidence.bag import BagFile, BagReport


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """All a case file will hold, before the first byte is written.

    Attributes:
        name: A name for the folder or archive.
        info: For `bag-info.txt`.
        extra: Files beside the payload.
        size_bytes: Of the evidence; documents made of rows are small beside it.
    """

    inspection_id: UUID
    campaign_id: UUID
    name: str
    files: tuple[BagFile, ...]
    info: tuple[tuple[str, str], ...]
    extra: Mapping[str, bytes]
    size_bytes: int


class CaseFault(StrEnum):
    """What can be wrong with a case file beyond its bag; sentences under `casefile.<fault>`."""

    NOT_A_CASE = "not_a_case"
    BAD_DOCUMENT = "bad_document"
    UNLISTED = "unlisted"
    NOT_IN_BAG = "not_in_bag"
    EVIDENCE_DIFFERS = "evidence_differs"
    INPUT_MISSING = "input_missing"
    PACK_DIFFERS = "pack_differs"
    VERDICTS_DIFFER = "verdicts_differ"
    CONCLUSION_DIFFERS = "conclusion_differs"
    PDF_DIFFERS = "pdf_differs"
    WITHHELD = "withheld"
    NO_LOG = "no_log"
    NO_KEY = "no_key"
    HEAD_FAILS = "head_fails"
    PENDING = "pending"
    PROOF_FAILS = "proof_fails"
    JOURNAL_DIFFERS = "journal_differs"
    ORDER_DIFFERS = "order_differs"
    NOT_OLDER = "not_older"
    STEP_MISSING = "step_missing"
    NOT_LOGGED = "not_logged"
    LOG_DIFFERS = "log_differs"
    RECEIPT_FAILS = "receipt_fails"
    RECEIPT_DIFFERS = "receipt_differs"
    RECEIPT_WITHHELD = "receipt_withheld"
    WORDS_DIFFER = "words_differ"
    LEFT_OUT = "left_out"
    NO_CERTIFICATE = "no_certificate"
    CERTIFICATE_FAILS = "certificate_fails"
    CERTIFICATE_DIFFERS = "certificate_differs"
    NOT_DESTROYED = "not_destroyed"
    STATE_DIFFERS = "state_differs"
    OTHER_CASE = "other_case"
    OLDER = "older"
    ENTRY_MISSING = "entry_missing"
    CAMPAIGN_ENTRY_MISSING = "campaign_entry_missing"
    CUT_SHORT = "cut_short"
    CAMPAIGN_CUT_SHORT = "campaign_cut_short"
    UNNUMBERED_MISSING = "unnumbered_missing"
    UNNUMBERED_ADDED = "unnumbered_added"
    NUMBERED_TWICE = "numbered_twice"
    NUMBER_MOVED = "number_moved"
    UNCOUNTED = "uncounted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProblem:
    """One thing a case file says of itself that is not so."""

    fault: CaseFault
    path: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """What a look at a case file found.

    Attributes:
        problems: Beyond those of the bag.
        warnings: What could not be shown either way, such as a log nobody gave the key of.
        title: What it is about, for a first line.
        checked: How many there were of each kind of thing that was compared.
    """

    bag: BagReport
    problems: tuple[CaseProblem, ...]
    warnings: tuple[CaseProblem, ...]
    title: str
    checked: Mapping[str, int]

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong with the bag and what it says of itself."""
        return self.bag.is_valid and not self.problems
