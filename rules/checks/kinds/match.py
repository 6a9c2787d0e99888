"""Two tables have the same keys, and as many rows of each as declared.

Unit: group (the rows of either table that agree in the key).  Violated: a key only one of the
tables has, or one with more rows on a side than `cardinality` lets it have.  Not applicable: a key
whose rows in the rule's table are all out of its scope.  Undetermined: a row of either table with a
blank or unreadable key (a unit of its own); a key for which a row of unknown standing decides.
Words: `found` and `expected` are the rows here and there, `missing` the table without the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.counterparts import (
    Side,
    apart,
    key_words,
    not_applicable_if,
    of,
    together,
)
from rules.checks.grouping import APPLYING, EXPECTED, FOUND, REASON, ROWS, UNSURE, VERDICT
from rules.checks.matching import aligned_keys
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.formula import Exact, Value
from rules.formula.values import TEXT

_MISSING: Final = "__missing"
_OTHER: Final = "other"


class Cardinality(StrEnum):
    """How many rows of the rule's table may stand against how many of the other."""

    ONE_TO_ONE = "one-to-one"
    MANY_TO_ONE = "many-to-one"
    ONE_TO_MANY = "one-to-many"
    MANY_TO_MANY = "many-to-many"

    @property
    def one_here(self) -> bool:
        """Whether a key may have one row of the rule's table only."""
        return self in (Cardinality.ONE_TO_ONE, Cardinality.ONE_TO_MANY)

    @property
    def one_there(self) -> bool:
        """Whether a key may have one row of the other table only."""
        return self in (Cardinality.ONE_TO_ONE, Cardinality.MANY_TO_ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCheck(SetCheck):
    """The compiled check."""

    ours: Side
    theirs: Side
    cardinality: Cardinality

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        ours, theirs = self.ours.rows(frames, standing.expr), self.theirs.others(frames)
        groups = together(
            grouping.grouped(ours, self.ours.key),
            {_OTHER: grouping.grouped(theirs, self.theirs.key)},
            grouping.key_names(self.ours.key),
        )
        units = [self._judged(groups), grouping.loose(ours), apart(theirs)]
        return pl.concat(units, how="diagonal")

    def _judged(self, groups: pl.DataFrame) -> pl.DataFrame:
        here = pl.col(APPLYING).fill_null(0)
        there = pl.col(of(_OTHER, ROWS)).fill_null(0).cast(pl.Int64)
        known = pl.col(of("own", ROWS)).is_not_null()
        unsure = pl.col(UNSURE).is_not_null()
        # A row of unknown standing can lack its counterpart, or be one too many.
        open_ = unsure & ((here == 0) | pl.lit(self.cardinality.one_here))
        violated = (~known | (here > 0)) & ((here == 0) | (there == 0))
        if self.cardinality.one_here:
            violated = violated | (here > 1)
        if self.cardinality.one_there:
            violated = violated | ((here > 0) & (there > 1))
        verdict = not_applicable_if(
            known & (here == 0) & ~unsure,
            grouping.undetermined_if(open_ & ~violated, grouping.violated_if(violated)),
        )
        absent = pl.when(~known).then(pl.lit(self.table)).when(there == 0)
        return groups.with_columns(
            verdict.alias(VERDICT),
            pl.col(UNSURE).alias(REASON),
            here.alias(FOUND),
            there.alias(EXPECTED),
            absent.then(pl.lit(self.theirs.table)).alias(_MISSING),
            grouping.parts(self.ours.key),
        )


def compile_check(setting: Setting) -> MatchCheck:
    """Compile the keys of both sides.

    Raises:
        FormulaError: A part of a key is neither a column nor a formula, or the two sides differ in
            type.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.on_missing_unused`,
            `check.not_a_choice`.
    """
    setting.units("group")
    refuse_on_missing(setting)
    setting.keys(required=("columns", "table", "to", "cardinality"))
    other_table = setting.text("table")
    names = setting.texts("columns")
    if not names:
        raise setting.refusal("check.bad_value", key="check.columns", expected="texts")
    cardinality = setting.choice("cardinality", Cardinality)
    own, other = setting.scope().listening(), setting.scope(other_table).listening()
    key, their_key = aligned_keys(
        setting, (own, "check.columns", names), (other, "check.to", setting.texts("to"))
    )
    # A table matched with itself has two keys: rows cannot come together by both.
    meet = {setting.rule.table: key, other_table: their_key}
    count = Exact(10)
    return MatchCheck(
        table=setting.rule.table,
        own=own.reads,
        others={other_table: other.reads},
        meet=meet if other_table != setting.rule.table else {},
        ours=Side(table=setting.rule.table, key=key, reads=own.reads),
        theirs=Side(table=other_table, key=their_key, reads=other.reads),
        cardinality=cardinality,
        key_names=names,
        told=frozenset(),
        words={
            **key_words(names, key),
            "found": Value(pl.col(FOUND), count),
            "expected": Value(pl.col(EXPECTED), count),
            "missing": Value(pl.col(_MISSING), TEXT),
        },
    )
