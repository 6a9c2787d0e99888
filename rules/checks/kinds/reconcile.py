"""Sums of one table against sums of another.

Unit: group (rows of either table that agree in `by`), or table where `by` is empty.  Met where the
sums differ by at most `tolerance`, or by at most `percent` of the other sum.  A group absent on one
side is violated, its sum there shown as 0.
Undetermined: a group with a null or unreadable amount on either side, or with a row of which it is
not known whether it applies; a row of either table with a blank or unreadable `by` (a unit of its
own).  Not applicable: a group with rows in the rule's table none of which applies.
Words: `found` is the sum in the rule's table, `expected` the other, `difference` found - expected;
all are numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import APPLYING, DIFFERENCE, EXPECTED, FOUND
from rules.checks.sets import SetCheck, Settled, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.settling import without
from rules.checks.sides import sides_of
from rules.checks.standing import Standing
from rules.checks.sums import EVERYWHERE, THEIRS, WHY, Sums
from rules.checks.tolerance import Tolerance, bounds_of
from rules.checks.verdicts import settled
from rules.rule import Unit
from rules.table import OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileCheck(SetCheck):
    """The compiled check; `narrowed` is how rows of the other table stand to its `where`."""

    against: str
    ours: Sums
    theirs: Sums
    narrowed: pl.Expr
    tolerance: Tolerance

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside the groups that are on both sides, wholly known, and agree."""
        is_plain = self.narrowed is EVERYWHERE and not self.tolerance.shared
        if self.against == self.table or not self.ours.by or not is_plain:
            return Settled(frames=frames)
        own, other = frames[self.table], frames[self.against]
        ours = self.ours.certain(own, standing.speaks)
        theirs = self.theirs.certain(other, pl.lit(True)).rename({OWN: THEIRS + OWN})
        names = grouping.key_names(self.ours.by)
        agreed = (
            ours.join(theirs, on=names)
            .filter(~self.tolerance.exceeded(pl.col(FOUND), pl.col(EXPECTED)))
            .select(*names, (pl.col(OWN) | pl.col(THEIRS + OWN)).alias(OWN))
            .collect(engine="streaming")
        )
        keys = agreed.lazy().select(names)
        left = {
            self.table: without(own, self.ours.by, self.ours.by_reads, keys),
            self.against: without(other, self.theirs.by, self.theirs.by_reads, keys),
        }
        return Settled(frames={**frames, **left}, met=int(agreed.get_column(OWN).sum()))

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        ours = self.ours.rows(frames[self.table], standing.expr)
        theirs = self.theirs.rows(frames[self.against], self.narrowed)
        both = sums.paired(
            self.ours.totals(ours), self.theirs.totals(theirs), self.ours.by, [EXPECTED]
        )
        groups = self._judged(both)
        return pl.concat([groups, grouping.loose(ours), sums.loose_of(theirs)], how="diagonal")

    def _judged(self, both: pl.DataFrame) -> pl.DataFrame:
        here, there = pl.col("__here"), pl.col(THEIRS + APPLYING) > 0
        out = here & (pl.col(APPLYING) == 0) & pl.col(WHY).is_null()
        found, expected = pl.col(FOUND).fill_null(0), pl.col(EXPECTED).fill_null(0)
        apart = self.tolerance.exceeded(found, expected)
        judged = pl.col(WHY).is_null() & ~out
        return both.with_columns(
            *settled(out=out, why=pl.col(WHY), violated=~here | ~there | apart),
            pl.when(judged).then(found).alias(FOUND),
            pl.when(judged).then(expected).alias(EXPECTED),
            pl.when(judged).then(found - expected).alias(DIFFERENCE),
        )


def compile_check(setting: Setting) -> ReconcileCheck:
    """Compile both sides.

    Raises:
        FormulaError: A part of a key is neither a column nor a formula; a sum is no number, or may
            need more than 38 digits; `where` is no condition.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.on_missing_unused`.
    """
    refuse_on_missing(setting)
    setting.keys(required=("by", "sum", "against", "tolerance"), optional=("percent",))
    sides = sides_of(setting, "against", measure="sum")
    setting.units(Unit.GROUP if sides.names else Unit.TABLE)
    text = setting.text("sum")
    amount = sums.amount_of(setting, "check.sum", text, setting.scope())
    theirs, bounds = sides.their_amount(setting, "sum"), bounds_of(setting)
    kind = sums.kind_of_sums(setting, "check.sum", text, amount.value, theirs.value, bounds.value)
    tolerance = bounds.over(setting, kind)
    return ReconcileCheck(
        table=sides.table,
        own=sides.reads.with_(amount.reads).with_(tolerance.reads),
        others=sides.others(theirs.reads),
        against=sides.against,
        meet=sides.meet,
        ours=sides.ours({FOUND: amount}, kind, shared=tolerance.shared, unknown=tolerance.unknown),
        theirs=sides.theirs({EXPECTED: theirs}, kind),
        narrowed=sides.narrowed,
        tolerance=tolerance,
        key_names=sides.names,
        told=frozenset(),
        words=sums.key_words(sides.names, sides.by) | sums.words_of_sums(kind),
    )
