"""No two rows with one key.

Unit: row (every row of a group of two and more is violated, `group` names the group) or group (one
line for each key).  Only rows the rule speaks of form groups.  A row with a blank or unreadable key
is undetermined.  Unit group: more than one applying row is violated; otherwise a row of which it is
not known whether it applies makes the key undetermined; one applying row is met, none is not
applicable.
Words: `count` and `found` are the applying rows of the key, `expected` is 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import APPLYING, COUNT, INCOMPLETE, REASON, STANDING, UNSURE, VERDICT
from rules.checks.sets import SetCheck, Settled, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.settling import aside, without_twins
from rules.checks.standing import OUT, Standing
from rules.formula import Exact, Value
from rules.rule import Unit, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueCheck(SetCheck):
    """The compiled check."""

    key: tuple[Value, ...]
    unit: Unit

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside the rows whose key no other row has: each is met, as row and as group."""
        rest = without_twins(frames[self.table], self.key, self.own, standing)
        return aside(frames, self.table, rest)

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        frame = frames[self.table].with_columns(standing.expr.alias(STANDING))
        rows = grouping.keyed(frame, self.key, self.own).collect(engine="streaming")
        units = self._groups(rows) if self.unit is Unit.GROUP else self._rows(rows)
        return units.with_columns(
            pl.col(COUNT).alias(grouping.FOUND),
            pl.when(pl.col(COUNT).is_not_null()).then(1).cast(pl.Int64).alias(grouping.EXPECTED),
            (pl.col(COUNT) - 1).alias(grouping.DIFFERENCE),
        )

    def _rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        names = grouping.key_names(self.key)
        applying = pl.col(STANDING).is_null() & pl.col(INCOMPLETE).is_null()
        counts = rows.filter(applying).group_by(names).agg(pl.len().cast(pl.Int64).alias(COUNT))
        standing = pl.col(STANDING)
        unsure = standing.is_not_null() | pl.col(INCOMPLETE).is_not_null()
        verdict = (
            pl.when((standing == OUT).fill_null(False))
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(grouping.undetermined_if(unsure, grouping.violated_if(pl.col(COUNT) > 1)))
        )
        return (
            rows.join(counts, on=names, how="left", maintain_order="left")
            .with_columns(pl.when(applying).then(pl.col(COUNT)).alias(COUNT))
            .with_columns(
                verdict.alias(VERDICT),
                pl.coalesce(standing, INCOMPLETE).alias(REASON),
                pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
                pl.when(applying).then(grouping.label(self.key)).alias(grouping.GROUP),
            )
        )

    def _groups(self, rows: pl.DataFrame) -> pl.DataFrame:
        applying, unsure = pl.col(APPLYING), pl.col(UNSURE)
        settled = (
            pl.when(applying == 0)
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(pl.lit(Verdict.MET.value))
        )
        verdict = (
            pl.when(applying > 1)
            .then(pl.lit(Verdict.VIOLATED.value))
            .otherwise(grouping.undetermined_if(unsure.is_not_null(), settled))
        )
        groups = grouping.grouped(rows, self.key).with_columns(
            verdict.alias(VERDICT),
            unsure.alias(REASON),
            applying.alias(COUNT),
            grouping.parts(self.key),
        )
        return pl.concat([groups, grouping.loose(rows)], how="diagonal")


def compile_check(setting: Setting) -> UniqueCheck:
    """Compile the key.

    Raises:
        FormulaError: A part of the key is neither a column nor a formula.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.on_missing_unused`.
    """
    setting.units("row", "group")
    refuse_on_missing(setting)
    setting.keys(required=("key",))
    scope = setting.scope().listening()
    key = tuple(setting.term("check.key", text, scope) for text in setting.texts("key"))
    if not key:
        raise setting.refusal("check.bad_value", key="check.key", expected="texts")
    whole = Exact(10)
    return UniqueCheck(
        table=setting.rule.table,
        key_names=setting.texts("key"),
        own=scope.reads,
        key=key,
        meet={setting.rule.table: key},
        unit=setting.rule.unit,
        words={
            "count": grouping.count_word(),
            "found": Value(pl.col(grouping.FOUND), whole),
            "expected": Value(pl.col(grouping.EXPECTED), whole),
            "difference": Value(pl.col(grouping.DIFFERENCE), whole),
        },
    )
