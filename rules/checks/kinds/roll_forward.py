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
from rules.checks.matching import aligned_keys
from rules.checks.reason import Reason
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
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
    moved = setting.part("movements", required=("table", "by", "sum"), optional=("where",))
    moved_in, names = setting.text("table", of=moved), setting.texts("by")
    if not names:
        raise setting.refusal("check.bad_value", key="check.by", expected="texts")
    own, other = setting.scope().listening(), setting.scope(moved_in).listening()
    by, their_by = aligned_keys(
        setting,
        (own, "check.by", names),
        (other, "check.movements.by", setting.texts("by", of=moved)),
    )
    opening = sums.amount_of(setting, "check.opening", setting.text("opening"), own)
    closing = sums.amount_of(setting, "check.closing", setting.text("closing"), own)
    moved_sum = setting.text("sum", of=moved)
    movement = sums.amount_of(setting, "check.movements.sum", moved_sum, other)
    bounds = bounds_of(setting)
    kind = sums.kind_of_sums(
        setting, "check.movements.sum", moved_sum,
        opening.value, closing.value, movement.value, bounds.value,
    )  # fmt: skip
    tolerance = bounds.over(setting, kind)
    filtered = other.listening()
    narrowed = sums.narrowed(setting, "check.movements", moved, filtered)
    parts = {"opening": _OPENING, "movement": _MOVEMENT}
    return RollForwardCheck(
        table=setting.rule.table,
        own=own.reads.with_(opening.reads).with_(closing.reads).with_(tolerance.reads),
        others={moved_in: other.reads.with_(movement.reads).with_(filtered.reads)},
        moved_in=moved_in,
        meet=sums.meeting(setting.rule.table, by, moved_in, their_by),
        balances=Sums(
            by=by, by_reads=own.reads,
            amounts={
                _OPENING: sums.in_units(opening.value, kind),
                _CLOSING: sums.in_units(closing.value, kind),
            },
            unknown={
                _OPENING: opening.unknown(), _CLOSING: closing.unknown(), **tolerance.unknown,
            },
            shared=tolerance.shared,
        ),
        movements=Sums(
            by=their_by, by_reads=other.reads,
            amounts={_MOVEMENT: sums.in_units(movement.value, kind)},
            unknown={_MOVEMENT: movement.unknown()},
        ),
        narrowed=narrowed,
        tolerance=tolerance,
        key_names=names,
        told=frozenset(),
        words=sums.key_words(names, by)
        | sums.words_of_sums(kind)
        | {word: Value(pl.col(column), kind) for word, column in parts.items()},
    )  # fmt: skip
