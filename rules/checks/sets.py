"""What checks that need several rows, or several tables, have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.formula import Reads, Value
from rules.rule import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCheck(ABC):
    """A check whose units are found by looking at many rows.

    Attributes:
        own, other: What it reads in its own table, and in `against`.
        against: The other table, if there is one.
        words: The engine's words a message may use.
        told: The columns a message may use; None is all of the row.
        key_names: What the parts of a group's key are called in the rule.
    """

    table: str
    own: Reads
    other: Reads = field(default_factory=Reads)
    against: str | None = None
    words: Mapping[str, Value] = field(default_factory=dict)
    told: frozenset[str] | None = None
    key_names: tuple[str, ...] = ()

    @abstractmethod
    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """Judge every unit.

        Args:
            frames: The prepared tables (`subject.prepared`) the rule may see, by name.
            standing: How rows stand to the rule.

        Returns:
            A unit frame: the columns of each unit's first row, VERDICT, REASON, ROWS, and where the
            check has them GROUP, PARTS, COUNT, FOUND, EXPECTED, DIFFERENCE.  OWN says whether a
            unit has a row of the inspected organization.
        """


def refuse_on_missing(setting: Setting) -> None:
    """Refuse an `on_missing` that a check of this kind would never ask.

    Raises:
        RulesError: `check.on_missing_unused`.
    """
    if setting.rule.on_missing is not Verdict.UNDETERMINED:
        kind = setting.rule.check.get("kind")
        raise setting.refusal("check.on_missing_unused", kind=kind)
