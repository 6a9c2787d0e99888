"""Parts that the conclusion and the draft report share."""

from dataclasses import dataclass
from datetime import date, datetime

from rules.rule import RuleClass, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Integer minor units of one currency (ISO 4217)."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The provision a rule rests on; one not confirmed prints “(chờ xác nhận)”."""

    document: str
    provision: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file as received: its name, length in bytes and SHA-256 in hexadecimal."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One piece of evidence and the aware instant it arrived.

    Attributes:
        rows_read: How many of `rows_in_file` could be read; both None where no table was read.
        remarks: What could not be established of it, in words.
    """

    file: FileFacts
    received_at: datetime
    rows_read: int | None = None
    rows_in_file: int | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What was run: the rule pack, the engine, and the day the data speaks of."""

    pack_name: str
    pack_version: str
    pack_digest: str
    engine_version: str
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFacts:
    """How many entries the custody log had before approval: of the inspection, of its campaign."""

    entries: int
    campaign_entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTally:
    """How the population of one rule ended; the five counts add up to it.

    Attributes:
        note: Why a rule could not run, or what else its reader must know.
        ran: False where it could not run, whatever its counts.
    """

    code: str
    title: str
    rule_class: RuleClass
    basis: Basis
    met: int = 0
    violated: int = 0
    undetermined: int = 0
    not_applicable: int = 0
    error: int = 0
    note: str = ""
    ran: bool = True

    @property
    def population(self) -> int:
        """How many units the rule looked at."""
        return self.met + self.violated + self.undetermined + self.not_applicable + self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list of violations.

    Attributes:
        rule: The code of the rule.
        place: File, sheet and row as the source names them.
        key: The key of the row, or the keys of the group.
        verdict: Only lines that are violated or undetermined can be listed.
        amount: None where no money is at stake.
    """

    rule: str
    place: str
    key: str
    message: str
    verdict: Verdict = Verdict.VIOLATED
    amount: Money | None = None

    def __post_init__(self) -> None:
        """Refuse lines that accuse nobody."""
        if self.verdict not in (Verdict.VIOLATED, Verdict.UNDETERMINED):
            raise ValueError(f"a line of verdict {self.verdict!r} is no violation")
