"""A row says the same as the row of another table with its key.

Unit: group (a key of either table).  Met where one row of each has the key, and their values agree:
texts letter by letter, dates exactly, numbers within `tolerance` or `percent` of the other.  A key
that only one table has is violated.
Undetermined: a key whose value is null or unreadable on either side, that several rows of one table
have, or with a row of which it is not known whether it applies; a row of either table with a blank
or unreadable key (a unit of its own).  Not applicable: a key with rows in the rule's table none of
which applies.
Words: `found` is the value in the rule's table, `expected` the other, each a dash where the key is
absent; `difference` is found - expected of numbers, the days between of dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import APPLYING, DIFFERENCE, EXPECTED, FOUND
from rules.checks.reason import Reason, bad, why_null
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.sides import sides_of
from rules.checks.standing import Standing
from rules.checks.sums import THEIRS, WHY, Sums
from rules.checks.tolerance import Tolerance, bounds_of
from rules.checks.verdicts import settled
from rules.formula import Exact, Scope, Value
from rules.formula.functions import FUNCTIONS
from rules.formula.values import DATE, Type, common, fitting
from rules.rule import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeCheck(SetCheck):
    """The compiled check.

    Attributes:
        tolerance: Of numbers; None where values must be equal.
        gap: How far `FOUND` and `EXPECTED` lie apart; None where that cannot be said.
    """

    against: str
    ours: Sums
    theirs: Sums
    narrowed: pl.Expr
    tolerance: Tolerance | None
    gap: Value | None

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        ours = self.ours.rows(frames[self.table], standing.expr)
        theirs = self.theirs.rows(frames[self.against], self.narrowed)
        both = sums.paired(
            self.ours.singles(ours), self.theirs.singles(theirs), self.ours.by, [EXPECTED]
        )
        groups = self._judged(both)
        return pl.concat([groups, grouping.loose(ours), sums.loose_of(theirs)], how="diagonal")

    def _judged(self, both: pl.DataFrame) -> pl.DataFrame:
        here, there = pl.col("__here"), pl.col(THEIRS + APPLYING) > 0
        several = (pl.col(APPLYING) > 1) | (pl.col(THEIRS + APPLYING) > 1)
        ambiguous = pl.when(several).then(pl.lit(Reason.AMBIGUOUS.value))
        why = pl.coalesce(WHY, ambiguous)
        out = here & (pl.col(APPLYING) == 0) & why.is_null()
        found, expected = pl.col(FOUND), pl.col(EXPECTED)
        apart = found != expected
        if self.tolerance is not None:
            apart = self.tolerance.exceeded(found, expected)
        judged = why.is_null() & ~out
        gap = self.gap.expr if self.gap else pl.lit(None, dtype=pl.Int64)
        return both.with_columns(
            *settled(out=out, why=why, violated=~here | ~there | apart),
            pl.when(judged).then(found).alias(FOUND),
            pl.when(judged).then(expected).alias(EXPECTED),
            pl.when(judged).then(gap).alias(DIFFERENCE),
        )


def compile_check(setting: Setting) -> AgreeCheck:
    """Compile both sides.

    Raises:
        FormulaError: A part of a key or a value does not compile; the values are of two types, or
            may need more than 38 digits; `where` is no condition.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.on_missing_unused`,
            `check.tolerance_of_numbers`.
    """
    refuse_on_missing(setting)
    setting.units(Unit.GROUP)
    setting.keys(required=("by", "value", "against"), optional=("tolerance", "percent"))
    sides = sides_of(setting, "against", measure="value")
    if not sides.names:
        raise setting.refusal("check.bad_value", key="check.by", expected="texts")
    said, their_said = setting.scope().listening(), sides.scope.listening()
    value = setting.term("check.value", setting.text("value"), said)
    their_text = setting.text("value", of=sides.part)
    theirs = setting.term("check.against.value", their_text, their_said)
    kind = _kind(setting, value, theirs)
    tolerance = bounds_of(setting).over(setting, kind) if isinstance(kind, Exact) else None
    gap = _gap(setting, Value(pl.col(FOUND), kind), Value(pl.col(EXPECTED), kind))
    reads = sides.reads.with_(said.reads)
    return AgreeCheck(
        table=sides.table,
        own=reads.with_(tolerance.reads) if tolerance else reads,
        others=sides.others(their_said.reads),
        against=sides.against,
        meet=sides.meet,
        ours=Sums(
            by=sides.by, by_reads=sides.reads,
            amounts={FOUND: _comparable(value, kind)},
            unknown={FOUND: _unknown(value, said), **(tolerance.unknown if tolerance else {})},
            shared=tolerance.shared if tolerance else {},
        ),
        theirs=Sums(
            by=sides.their_by, by_reads=sides.their_key_reads,
            amounts={EXPECTED: _comparable(theirs, kind)},
            unknown={EXPECTED: _unknown(theirs, their_said)},
        ),
        narrowed=sides.narrowed,
        tolerance=tolerance,
        gap=gap,
        key_names=sides.names,
        told=frozenset(),
        words=sums.key_words(sides.names, sides.by) | _words(kind, gap),
    )  # fmt: skip


def _words(kind: Type, gap: Value | None) -> dict[str, Value]:
    words = {"found": Value(pl.col(FOUND), kind), "expected": Value(pl.col(EXPECTED), kind)}
    return words | {"difference": Value(pl.col(DIFFERENCE), gap.type)} if gap else words


def _unknown(value: Value, scope: Scope) -> pl.Expr:
    cannot = bad(scope.reads) | value.expr.is_null()
    return pl.when(cannot).then(why_null(scope.reads, scope))


def _comparable(value: Value, kind: Type) -> pl.Expr:
    wanted = value.to(kind)
    return wanted.cast(pl.Int128) if isinstance(kind, Exact) else wanted


def _kind(setting: Setting, value: Value, theirs: Value) -> Type:
    """The one type both values are compared in."""
    bounds = [key for key in ("tolerance", "percent") if key in setting.rule.check]

    def make(_text: str, _scope: Scope) -> Type:
        kind = common(value, theirs)
        if not isinstance(kind, Exact):
            return kind
        return _wide(common(value, theirs, bounds_of(setting).value))

    kind = setting.compiled("check.value", setting.text("value"), setting.scope(), make)
    if bounds and not isinstance(kind, Exact):
        raise setting.refusal("check.tolerance_of_numbers", key=f"check.{bounds[0]}")
    return kind


def _wide(kind: Type) -> Type:
    """With room for the difference of two."""
    assert isinstance(kind, Exact)  # noqa: S101 - a number and a bound
    return fitting(Exact(kind.digits + 1, kind.scale))


def _gap(setting: Setting, found: Value, expected: Value) -> Value | None:
    if not isinstance(found.type, Exact) and found.type != DATE:
        return None
    make = FUNCTIONS["-"].build
    return setting.compiled(
        "check.value", setting.text("value"), setting.scope(), lambda _, __: make(found, expected)
    )
