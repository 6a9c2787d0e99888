"""Rows that agree in some columns and differ in others.

Unit: row (every row with a partner that agrees in all of `same` and differs in all of `different`
is violated) or group (one line for each key of `same`).  Undetermined: a row with a blank or
unreadable part of `same`; one whose `different`, or that of another row of its key, is blank or
unreadable, unless it has a partner for certain.  Only rows in scope are compared.
Words: `count` are the rows of the key, `found` how many values of `different` they have together,
`expected` is 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Final

import polars as pl

from rules.checks import contrast, grouping
from rules.checks.contrast import HIT, KNOWN, Saying
from rules.checks.sets import SetCheck, Settled, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.settling import aside, without_twins
from rules.checks.standing import Standing
from rules.formula import Reads, Value
from rules.rule import Unit

MOST_DIFFERENT: Final = 3  # each one more doubles the counting
_KNOWN_ROWS: Final = "__known_rows"  # Int64: rows of the key of which everything is known


@dataclass(frozen=True, slots=True, kw_only=True)
class SameDifferentCheck(SetCheck):
    """The compiled check."""

    key: tuple[Value, ...]
    key_reads: Reads
    different: tuple[Saying, ...]
    unit: Unit

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside the rows whose key no other row has: they differ from nothing."""
        if self.unit is Unit.GROUP and not standing.always:
            # Rows out of scope belong to the group: without its only row it would be another unit.
            return Settled(frames=frames)
        rest = without_twins(frames[self.table], self.key, self.key_reads, standing)
        return aside(frames, self.table, rest)

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        rows = contrast.compared(
            frames[self.table], self.key, self.key_reads, self.different, standing
        )
        return contrast.units(self._partnered(rows), self.key, self.unit)

    def _partnered(self, rows: pl.DataFrame) -> pl.DataFrame:
        """How many rows of the key differ from a row in everything: by inclusion and exclusion.

        All known rows, less those that agree in one column, plus those that agree in two …
        """
        keys, said = grouping.key_names(self.key), contrast.names(self.different)
        known = rows.filter(KNOWN)
        values = pl.struct(said).filter(KNOWN).n_unique()
        rows = contrast.counted(rows, self.key, values)
        of_key = known.group_by(keys).agg(pl.len().cast(pl.Int64).alias(_KNOWN_ROWS))
        rows = rows.join(of_key, on=keys, how="left", maintain_order="left")
        partners: list[pl.Expr] = [pl.col(_KNOWN_ROWS)]
        for size in range(1, len(said) + 1):
            for some in combinations(said, size):
                name = "__agree" + "".join(some)
                agreeing = known.group_by(*keys, *some).agg(pl.len().cast(pl.Int64).alias(name))
                rows = rows.join(agreeing, on=[*keys, *some], how="left", maintain_order="left")
                partners.append(pl.col(name) * (-1) ** size)
        total = reduce(lambda left, right: left + right, partners)
        return rows.with_columns((pl.col(KNOWN) & (total > 0)).fill_null(False).alias(HIT))


def compile_check(setting: Setting) -> SameDifferentCheck:
    """Compile both lists.

    Raises:
        FormulaError: An entry is neither a column nor a formula.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.too_many`, `check.on_missing_unused`.
    """
    setting.units("row", "group")
    refuse_on_missing(setting)
    setting.keys(required=("same", "different"))
    scope = setting.scope().listening()
    key = tuple(setting.term("check.same", text, scope) for text in setting.texts("same"))
    if not key:
        raise setting.refusal("check.bad_value", key="check.same", expected="texts")
    different = contrast.sayings(setting, "different")
    if len(different) > MOST_DIFFERENT:
        raise setting.refusal("check.too_many", key="check.different", most=MOST_DIFFERENT)
    return SameDifferentCheck(
        table=setting.rule.table,
        key_names=setting.texts("same"),
        own=reduce(Reads.with_, (one.reads for one in different), scope.reads),
        key=key,
        key_reads=scope.reads,
        different=different,
        meet={setting.rule.table: key},
        unit=setting.rule.unit,
        words=contrast.words(),
    )
