"""Sums of one table against sums of another.

Unit: group (rows of either table that agree in `by`), or table where `by` is empty.  Met where the
sums differ by at most `tolerance`.  A group absent on one side is violated, its sum there shown
as 0.
Undetermined: a group with a null or unreadable amount on either side, or with a row of which it is
not known whether it applies; a row of either table with a blank or unreadable `by` (a unit of its
own).  Not applicable: a group with rows in the rule's table none of which applies.
Words: `found` is the sum in the rule's table, `expected` the other, `difference` found − expected;
all are numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.blank import is_blank
from rules.checks.grouping import (
    APPLYING,
    DIFFERENCE,
    EXPECTED,
    FOUND,
    REASON,
    ROWS,
    STANDING,
    UNSURE,
    VERDICT,
)
from rules.checks.matching import aligned_keys
from rules.checks.reason import Reason, bad
from rules.checks.sets import SetCheck, Settled, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.settling import without
from rules.checks.standing import Standing
from rules.formula import Exact, Reads, Scope, Value, compile_formula
from rules.formula.values import common, fitting, literal, number
from rules.rule import Unit, Verdict
from rules.table import FILE, OWN, ROW, SHEET

_ROWS_DIGITS: Final = 10  # of a count of rows: what a sum may need more than one amount
_AMOUNT: Final = "__amount"
_UNKNOWN: Final = "__unknown"
_THEIRS: Final = "__their:"


@dataclass(frozen=True, slots=True)
class Side:
    """One table of the two.

    Attributes:
        amount: Int128 in the units of `ReconcileCheck.kind`.
    """

    by: tuple[Value, ...]
    by_reads: Reads
    amount: pl.Expr
    amount_reads: Reads

    def rows(self, frame: pl.LazyFrame, standing: pl.Expr) -> pl.DataFrame:
        """The rows with their keys, amounts, and why an amount is not known."""
        unknown = (
            pl.when(bad(self.amount_reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(self.amount.is_null())
            .then(pl.lit(Reason.MISSING.value))
        )
        asked = frame.with_columns(
            standing.alias(STANDING), self.amount.alias(_AMOUNT), unknown.alias(_UNKNOWN)
        )
        return grouping.keyed(asked, self.by, self.by_reads).collect(engine="streaming")

    def certain_sums(self, frame: pl.LazyFrame, speaks: pl.Expr) -> pl.LazyFrame:
        """The sums of the groups of which every row counts and is known, with OWN."""
        known = self.amount.is_not_null() & ~bad(self.amount_reads) & speaks
        names = grouping.key_names(self.by)
        complete = reduce(and_, (~is_blank(term) for term in self.by)) & ~bad(self.by_reads)
        keys = zip(names, self.by, strict=True)
        return (
            frame.filter(complete)
            .select(
                *(term.expr.alias(name) for name, term in keys),
                self.amount.alias("__sum"),
                known.alias("__known"),
                OWN,
            )
            .group_by(names)
            .agg(pl.col("__sum").sum(), pl.col("__known").all(), pl.col(OWN).any())
            .filter("__known")
            .drop("__known")
        )

    def sums(self, rows: pl.DataFrame) -> pl.DataFrame:
        """One line for each key: the sum of the applying rows, and why it is not known."""
        applying = pl.col(STANDING).is_null()
        return grouping.grouped(
            rows,
            self.by,
            pl.col(_AMOUNT).filter(applying).sum().alias("__sum"),
            pl.col(_UNKNOWN).filter(applying).drop_nulls().first().alias("__why"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileCheck(SetCheck):
    """The compiled check; `kind` is the type both sums are in, `tolerance` in its units."""

    against: str
    ours: Side
    theirs: Side
    kind: Exact
    tolerance: int

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside the groups that are on both sides, wholly known, and agree."""
        if self.against == self.table or not self.ours.by:
            return Settled(frames=frames)
        ours = self.ours.certain_sums(frames[self.table], standing.speaks)
        theirs = self.theirs.certain_sums(frames[self.against], pl.lit(True))
        names = grouping.key_names(self.ours.by)
        apart = (pl.col("__sum") - pl.col(_THEIRS + "__sum")).abs()
        renamed = theirs.rename({name: _THEIRS + name for name in ("__sum", OWN)})
        agreed = (
            ours.join(renamed, on=names)
            .filter(apart <= pl.lit(self.tolerance, dtype=pl.Int128))
            .select(*names, (pl.col(OWN) | pl.col(_THEIRS + OWN)).alias(OWN))
            .collect(engine="streaming")
        )
        keys = agreed.lazy().select(names)
        return Settled(
            frames={
                **frames,
                self.table: without(frames[self.table], self.ours.by, self.ours.by_reads, keys),
                self.against: without(
                    frames[self.against], self.theirs.by, self.theirs.by_reads, keys
                ),
            },
            met=int(agreed.get_column(OWN).sum()),
        )

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        everywhere = pl.lit(None, dtype=pl.String)
        ours = self.ours.rows(frames[self.table], standing.expr)
        theirs = self.theirs.rows(frames[self.against], everywhere)
        # Of the other table only places and keys are told: its columns may bear the same names.
        theirs = theirs.select(
            FILE, SHEET, ROW, OWN, STANDING, grouping.INCOMPLETE, _AMOUNT, _UNKNOWN,
            *grouping.key_names(self.theirs.by),
        )  # fmt: skip
        groups = self._judged(self.ours.sums(ours), self.theirs.sums(theirs))
        frames_ = [groups, grouping.loose(ours), grouping.loose(theirs)]
        return pl.concat(frames_, how="diagonal")

    def _judged(self, ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
        names = grouping.key_names(self.ours.by)
        shared = [FILE, SHEET, ROW, OWN, ROWS, "__sum", "__why"]
        renamed = {name: _THEIRS + name for name in shared}
        both = ours.join(
            theirs.select(*names, *shared).rename(renamed),
            on=names, how="full", coalesce=True, maintain_order="left_right",
        )  # fmt: skip
        here, there = pl.col(ROWS).is_not_null(), pl.col(_THEIRS + ROWS).is_not_null()
        out = here & (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null()
        why = pl.coalesce(UNSURE, "__why", _THEIRS + "__why")
        found, expected = pl.col("__sum").fill_null(0), pl.col(_THEIRS + "__sum").fill_null(0)
        apart = (found - expected).abs() > pl.lit(self.tolerance, dtype=pl.Int128)
        judged = why.is_null() & ~out
        return both.with_columns(
            pl.when(out)
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(
                grouping.undetermined_if(
                    why.is_not_null(), grouping.violated_if(~here | ~there | apart)
                )
            )
            .alias(VERDICT),
            why.alias(REASON),
            pl.when(judged).then(found).alias(FOUND),
            pl.when(judged).then(expected).alias(EXPECTED),
            pl.when(judged).then(found - expected).alias(DIFFERENCE),
            grouping.parts(self.ours.by),
            # The place is that of the rule's own table where the group has rows there.
            *(
                pl.when(here).then(name).otherwise(_THEIRS + name).alias(name)
                for name in grouping.PLACE
            ),
            (pl.col(OWN).fill_null(False) | pl.col(_THEIRS + OWN).fill_null(False)).alias(OWN),
            (pl.col(ROWS).fill_null(0) + pl.col(_THEIRS + ROWS).fill_null(0)).alias(ROWS),
        )


def compile_check(setting: Setting) -> ReconcileCheck:
    """Compile both sides.

    Raises:
        FormulaError: A part of a key is neither a column nor a formula; a sum is no number, or may
            need more than 38 digits.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.on_missing_unused`.
    """
    refuse_on_missing(setting)
    setting.keys(required=("by", "sum", "against", "tolerance"))
    against = setting.part("against", required=("table", "by", "sum"))
    other_table = setting.text("table", of=against)
    own, other = setting.scope().listening(), setting.scope(other_table).listening()
    names = setting.texts("by")
    setting.units(Unit.GROUP if names else Unit.TABLE)
    by, their_by = aligned_keys(
        setting,
        (own, "check.by", names),
        (other, "check.against.by", setting.texts("by", of=against)),
    )
    amount, amount_reads = _sum(setting, "check.sum", setting.text("sum"), own)
    theirs, their_reads = _sum(setting, "check.against.sum", setting.text("sum", of=against), other)
    tolerance = setting.amount("tolerance")
    kind = _kind_of_sums(setting, amount, theirs, literal(tolerance))
    return ReconcileCheck(
        table=setting.rule.table,
        own=own.reads.with_(amount_reads),
        others={other_table: other.reads.with_(their_reads)},
        against=other_table,
        meet={setting.rule.table: by, other_table: their_by} if by else {},
        ours=Side(by, own.reads, amount.to(kind).cast(pl.Int128), amount_reads),
        theirs=Side(their_by, other.reads, theirs.to(kind).cast(pl.Int128), their_reads),
        kind=kind,
        tolerance=int(tolerance.scaleb(kind.scale)),
        key_names=names,
        told=frozenset(),
        words=_words(names, by, kind),
    )


def _words(names: tuple[str, ...], by: tuple[Value, ...], kind: Exact) -> dict[str, Value]:
    sums = {"found": FOUND, "expected": EXPECTED, "difference": DIFFERENCE}
    keys = zip(names, by, grouping.key_names(by), strict=False)
    return {
        # A group of the other table alone has no row of ours: its key speaks for it.
        **{name: Value(pl.col(column), term.type) for name, term, column in keys},
        **{word: Value(pl.col(column), kind) for word, column in sums.items()},
    }


def _sum(setting: Setting, where: str, text: str, scope: Scope) -> tuple[Value, Reads]:
    def make(formula: str, inner: Scope) -> Value:
        value, exact = number(compile_formula(formula, inner))
        return Value(value.expr, exact, constant=value.constant)

    inner = scope.listening()
    return setting.compiled(where, text, inner, make), inner.reads


def _kind_of_sums(setting: Setting, *values: Value) -> Exact:
    """The type of both sums, with room for as many rows as there may be."""

    def make(_text: str, _scope: Scope) -> Exact:
        kind = common(*values)
        assert isinstance(kind, Exact)  # noqa: S101 - all of them are numbers
        return fitting(Exact(kind.digits + _ROWS_DIGITS, kind.scale))

    return setting.compiled("check.sum", setting.text("sum"), setting.scope(), make)
