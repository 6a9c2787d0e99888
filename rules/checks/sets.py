"""What checks that need several rows, or several tables, have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.formula import Reads, Value
from rules.rule import Verdict

FACTS = pl.Schema(
    {
        "group": pl.String(),  # the key of a group; null for the whole table
        "item": pl.String(),  # what is measured: a digit, a stratum, a fence
        "measure": pl.String(),  # `count`, `share`, `expected` …
        "value": pl.String(),  # an exact number as text
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a set check found.

    Attributes:
        units: A unit frame (`SetCheck.units`).
        met: Own units that are met and do not stand in `units`.
        facts: Measures behind the verdicts that are no verdicts themselves, in the order a person
            reads them; the columns of FACTS.
    """

    units: pl.DataFrame
    facts: pl.DataFrame | None = None
    met: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The rows that are left once units that are certainly met were counted and put aside.

    Attributes:
        frames: The tables, without the rows of units that were put aside.
        met: How many own units were.
    """

    frames: Mapping[str, pl.LazyFrame]
    met: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCheck(ABC):
    """A check whose units are found by looking at many rows.

    Attributes:
        own: What it reads in its own table.
        others: What it reads in other tables, by their names; the own table may be among them.
        words: The engine's words a message may use.
        told: The columns a message may use; None is all of the row.
        key_names: What the parts of a group's key are called in the rule.
        meet: For each table it reads, the values by which rows must come together to be judged:
            a table that is too large for memory is judged in parts of whole keys.  A table it does
            not name is seen whole by every part.  Empty: all rows must be seen together.
        together: Whether rows that meet are judged through one another; where not, `meet` serves
            only to judge in parts.
        may_be_empty: Other tables that say something by having no rows: there were no pauses.
    """

    table: str
    own: Reads
    others: Mapping[str, Reads] = field(default_factory=dict)
    words: Mapping[str, Value] = field(default_factory=dict)
    told: frozenset[str] | None = None
    key_names: tuple[str, ...] = ()
    meet: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    together: bool = True
    may_be_empty: frozenset[str] = frozenset()

    @abstractmethod
    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """Judge every unit.

        Args:
            frames: The prepared tables (`subject.prepared`) the rule may see, by name, with the
                columns `own` and `others` name, ID, and PLACE; no others.
            standing: How rows stand to the rule.

        Returns:
            A unit frame, one line for each unit: ID and PLACE of its first row, VERDICT, REASON,
            ROWS, and where the check has them GROUP, PARTS, COUNT, FOUND, EXPECTED, DIFFERENCE.
            ID is null where that row is not one of the rule's own table.  OWN says whether a unit
            has a row of the inspected organization.  Other columns may be there.
        """

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside, cheaply and without holding the rows, what is certainly met.

        `judge` over what is left and the count must give what `judge` over everything gives; a
        kind that does not say otherwise puts nothing aside.
        """
        del standing
        return Settled(frames=frames)

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """Judge every unit, with the measures behind the verdicts where the kind has some."""
        return Judged(units=self.units(frames, standing=standing))


def refuse_on_missing(setting: Setting) -> None:
    """Refuse an `on_missing` that a check of this kind would never ask.

    Raises:
        RulesError: `check.on_missing_unused`.
    """
    if setting.rule.on_missing is not Verdict.UNDETERMINED:
        kind = setting.rule.check.get("kind")
        raise setting.refusal("check.on_missing_unused", kind=kind)
