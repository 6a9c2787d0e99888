"""What a rule is: one requirement of one provision, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rules.text import Text


class RuleClass(StrEnum):
    """What a hit of the rule may become (domain §9.0); risk and quality never become violations."""

    VIOLATION = "violation"
    RISK = "risk"
    QUALITY = "quality"


class Unit(StrEnum):
    """What a rule judges one by one."""

    ROW = "row"
    GROUP = "group"
    SERIES = "series"
    TABLE = "table"


class Verdict(StrEnum):
    """How one unit ends; a rule that could not run is `error` for its whole population."""

    MET = "met"
    VIOLATED = "violated"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not applicable"


class Scope(StrEnum):
    """Whose rows a rule sees while it judges those of one organization."""

    INSPECTION = "inspection"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The provision a rule or a value rests on; unconfirmed norms say so wherever they speak."""

    document: str
    provision: str
    confirmed: bool = True
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One requirement.

    Attributes:
        in_force: First and last day (inclusive, None is open) of the norm.
        dated_by: The column with the record's own date: it chooses the norm and the parameters.
            A record outside `in_force` is not applicable; one without a date is undetermined.
        applies: A formula; false is not applicable, null is undetermined.
        check: `kind` and what that kind needs, as read from YAML.
        on_missing: The verdict where the check is null; data, never code.
        amount: A formula over the row for the amount at risk; None where no money is at stake.
        duplicate_of: The code of the rule that sees the same fact, so that money counts once.
        source: File and line in the pack, for messages to its author.
    """

    code: str
    title: Text
    basis: Basis
    rule_class: RuleClass
    table: str
    unit: Unit
    check: Mapping[str, object]
    message: Text
    fix: Text
    in_force: tuple[date | None, date | None] = (None, None)
    dated_by: str | None = None
    applies: str | None = None
    on_missing: Verdict = Verdict.UNDETERMINED
    amount: str | None = None
    duplicate_of: str | None = None
    scope: Scope = Scope.INSPECTION
    source: tuple[str, int] = field(default=("", 0), compare=False)
