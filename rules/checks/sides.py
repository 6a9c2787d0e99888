"""The rule's table and another one, whose rows are put together by comparable keys."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rules.checks.matching import aligned_keys
from rules.checks.setting import Setting
from rules.checks.sums import Amount, Sums, amount_of, in_units, meeting, narrowed
from rules.formula import Exact, Reads, Scope, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both of them.

    Attributes:
        table, against: Their names.
        names: What the parts of the key are called in the rule.
        by, their_by: The key, of the same types.
        reads, their_key_reads: What the keys read.
        their_reads: What their key reads, and the condition on the other table.
        narrowed: How the other table's rows stand to that condition.
        scope: What formulas over the other table may name.
        key: The setting that names the other table; `part` is what stands there.
    """

    table: str
    against: str
    names: tuple[str, ...]
    by: tuple[Value, ...]
    their_by: tuple[Value, ...]
    reads: Reads
    their_key_reads: Reads
    their_reads: Reads
    narrowed: pl.Expr
    scope: Scope
    key: str
    part: Mapping[str, object]

    @property
    def meet(self) -> dict[str, tuple[Value, ...]]:
        """See `SetCheck.meet`."""
        return meeting(self.table, self.by, self.against, self.their_by)

    def others(self, reads: Reads) -> dict[str, Reads]:
        """What is read in the other table, with what a measure reads there."""
        return {self.against: self.their_reads.with_(reads)}

    def their_amount(self, setting: Setting, measure: str) -> Amount:
        """The amount the other table's rows have under a name in `part`."""
        text = setting.text(measure, of=self.part)
        return amount_of(setting, f"check.{self.key}.{measure}", text, self.scope)

    def ours(
        self,
        amounts: Mapping[str, Amount],
        kind: Exact,
        *,
        shared: Mapping[str, pl.Expr],
        unknown: Mapping[str, pl.Expr],
    ) -> Sums:
        """The sums of the rule's table, with what its groups must agree on."""
        return Sums(
            by=self.by,
            by_reads=self.reads,
            amounts={name: in_units(one.value, kind) for name, one in amounts.items()},
            unknown={**{name: one.unknown() for name, one in amounts.items()}, **unknown},
            shared=shared,
        )

    def theirs(self, amounts: Mapping[str, Amount], kind: Exact) -> Sums:
        """The sums of the other table."""
        return Sums(
            by=self.their_by,
            by_reads=self.their_key_reads,
            amounts={name: in_units(one.value, kind) for name, one in amounts.items()},
            unknown={name: one.unknown() for name, one in amounts.items()},
        )


def sides_of(setting: Setting, key: str, *, measure: str) -> Sides:
    """Read `by`, and the group of settings that names another table, its `by` and a measure.

    Raises:
        FormulaError: A part of a key does not compile; `where` is no condition.
        RulesError: `check.bad_value`, `check.missing_key`, `check.unknown_key`,
            `check.unknown_table`, `check.key_lengths`.
    """
    part = setting.part(key, required=("table", "by", measure), optional=("where",))
    against, names = setting.text("table", of=part), setting.texts("by")
    own, other = setting.scope().listening(), setting.scope(against).listening()
    by, their_by = aligned_keys(
        setting,
        (own, "check.by", names),
        (other, f"check.{key}.by", setting.texts("by", of=part)),
    )
    filtered = other.listening()
    standing = narrowed(setting, f"check.{key}", part, filtered)
    return Sides(
        table=setting.rule.table,
        against=against,
        names=names,
        by=by,
        their_by=their_by,
        reads=own.reads,
        their_key_reads=other.reads,
        their_reads=other.reads.with_(filtered.reads),
        narrowed=standing,
        scope=other,
        key=key,
        part=part,
    )
