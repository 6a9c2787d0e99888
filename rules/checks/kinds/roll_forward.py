"""Opening balance and movements give the closing balance.

Unit: group (a key in `by`).  The rule's table holds `opening` and `closing`, another the movements;
each is added up by its key.  Met where opening + movements and closing differ by at most
`tolerance`.  A key with movements and no balances has balances of 0: it is met only where its
movements cancel out.
Undetermined: a key with a null or unreadable amount in either table, or with a row of which it is
not known whether it applies; a row of either table with a blank or unreadable key (a unit of its
own).  Not applicable: a key with rows in the rule's table none of which applies.
Words: `opening`, `movement`, `found` (closing), `expected` (opening + movement) and `difference`
(found - expected); all are numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import APPLYING, DIFFERENCE, EXPECTED, FOUND
from rules.checks.reason import Reason
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.sides import sides_of
from rules.checks.standing import Standing
from rules.checks.sums import WHY, Sums
from rules.checks.tolerance import Tolerance, bounds_of
from rules.checks.verdicts import settled
from rules.formula import Value
from rules.rule import Unit

_OPENING: Final = "__opening"
_CLOSING: Final = "__closing"
_MOVEMENT: Final = "__movement"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollForwardCheck(SetCheck):
    """The compiled check."""

    moved_in: str
    balances: Sums
    movements: Sums
    narrowed: pl.Expr
    tolerance: Tolerance

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        ours = self.balances.rows(frames[self.table], standing.expr)
        theirs = self.movements.rows(frames[self.moved_in], self.narrowed)
        balances, movements = self.balances.totals(ours), self.movements.totals(theirs)
        both = sums.paired(balances, movements, self.balances.by, [_MOVEMENT])
        groups = self._judged(both)
        return pl.concat([groups, grouping.loose(ours), sums.loose_of(theirs)], how="diagonal")

    def _judged(self, both: pl.DataFrame) -> pl.DataFrame:
        # A key without balances has no day that would choose a bound.
        unchosen = ~pl.col("__here") & pl.lit(not self.tolerance.is_fixed)
        why = pl.coalesce(WHY, pl.when(unchosen).then(pl.lit(Reason.PARAMETER.value)))
        out = pl.col("__here") & (pl.col(APPLYING) == 0) & why.is_null()
        opening, movement = pl.col(_OPENING).fill_null(0), pl.col(_MOVEMENT).fill_null(0)
        closing, expected = pl.col(_CLOSING).fill_null(0), opening + movement
        told = {
            _OPENING: opening, _MOVEMENT: movement, FOUND: closing, EXPECTED: expected,
            DIFFERENCE: closing - expected,
        }  # fmt: skip
        judged = why.is_null() & ~out
        return both.with_columns(
            *settled(out=out, why=why, violated=self.tolerance.exceeded(closing, expected)),
            *(pl.when(judged).then(value).alias(name) for name, value in told.items()),
        )


def compile_check(setting: Setting) -> RollForwardCheck:
    """Compile balances and movements.

    Raises:
        FormulaError: A part of a key or an amount does not compile, or the sums may need more than
            38 digits; `where` is no condition.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.on_missing_unused`.
    """
    refuse_on_missing(setting)
    setting.units(Unit.GROUP)
    setting.keys(required=("by", "opening", "closing", "movements"), optional=("tolerance",))
    sides = sides_of(setting, "movements", measure="sum")
    if not sides.names:
        raise setting.refusal("check.bad_value", key="check.by", expected="texts")
    balances = {
        column: sums.amount_of(setting, f"check.{key}", setting.text(key), setting.scope())
        for key, column in (("opening", _OPENING), ("closing", _CLOSING))
    }
    movement, bounds = sides.their_amount(setting, "sum"), bounds_of(setting)
    values = (movement.value, bounds.value, *(one.value for one in balances.values()))
    text = setting.text("sum", of=sides.part)
    kind = sums.kind_of_sums(setting, "check.movements.sum", text, *values)
    tolerance = bounds.over(setting, kind)
    reads = sides.reads.with_(tolerance.reads)
    for one in balances.values():
        reads = reads.with_(one.reads)
    parts = {"opening": _OPENING, "movement": _MOVEMENT}
    return RollForwardCheck(
        table=sides.table,
        own=reads,
        others=sides.others(movement.reads),
        moved_in=sides.against,
        meet=sides.meet,
        balances=sides.ours(balances, kind, shared=tolerance.shared, unknown=tolerance.unknown),
        movements=sides.theirs({_MOVEMENT: movement}, kind),
        narrowed=sides.narrowed,
        tolerance=tolerance,
        key_names=sides.names,
        told=frozenset(),
        words=sums.key_words(sides.names, sides.by)
        | sums.words_of_sums(kind)
        | {word: Value(pl.col(column), kind) for word, column in parts.items()},
    )
