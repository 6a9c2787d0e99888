"""Some columns determine others: one value of the ones, one value of the others.

Unit: row (every row of a key with more than one value is violated) or group (one line for each key
of `determinant`).  Undetermined: a row with a blank or unreadable determinant; a key of several
rows where one has a blank or unreadable dependent, unless the known ones differ already.  Only rows
in scope are compared.
Words: `count` are the rows of the key, `found` the most values one dependent column has in them,
`expected` is 1.
Source: E. F. Codd, "Further normalization of the data base relational model" (1971), section 2:
functional dependence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import polars as pl

from rules.checks import contrast
from rules.checks.contrast import HIT, Saying
from rules.checks.grouping import FOUND
from rules.checks.sets import SetCheck, Settled, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.settling import aside, without_twins
from rules.checks.standing import Standing
from rules.formula import Reads, Value
from rules.rule import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyCheck(SetCheck):
    """The compiled check."""

    determinant: tuple[Value, ...]
    determinant_reads: Reads
    dependent: tuple[Saying, ...]
    unit: Unit

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside the rows whose key no other row has: they differ from nothing."""
        if self.unit is Unit.GROUP and not standing.always:
            # Rows out of scope belong to the group: without its only row it would be another unit.
            return Settled(frames=frames)
        rest = without_twins(frames[self.table], self.determinant, self.determinant_reads, standing)
        return aside(frames, self.table, rest)

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        rows = contrast.compared(
            frames[self.table], self.determinant, self.determinant_reads, self.dependent, standing
        )
        return contrast.units(self._counted(rows), self.determinant, self.unit)

    def _counted(self, rows: pl.DataFrame) -> pl.DataFrame:
        values = (pl.col(name).drop_nulls().n_unique() for name in contrast.names(self.dependent))
        counted = contrast.counted(rows, self.determinant, pl.max_horizontal(values))
        return counted.with_columns((pl.col(FOUND) > 1).fill_null(False).alias(HIT))


def compile_check(setting: Setting) -> DependencyCheck:
    """Compile both lists.

    Raises:
        FormulaError: An entry is neither a column nor a formula.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.on_missing_unused`.
    """
    setting.units("row", "group")
    refuse_on_missing(setting)
    setting.keys(required=("determinant", "dependent"))
    scope = setting.scope().listening()
    texts = setting.texts("determinant")
    determinant = tuple(setting.term("check.determinant", text, scope) for text in texts)
    if not determinant:
        raise setting.refusal("check.bad_value", key="check.determinant", expected="texts")
    dependent = contrast.sayings(setting, "dependent")
    return DependencyCheck(
        table=setting.rule.table,
        key_names=texts,
        own=reduce(Reads.with_, (one.reads for one in dependent), scope.reads),
        determinant=determinant,
        determinant_reads=scope.reads,
        dependent=dependent,
        meet={setting.rule.table: determinant},
        unit=setting.rule.unit,
        words=contrast.words(),
    )
