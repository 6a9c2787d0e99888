"""What one period closes with, the next opens with.

Unit: group (a key in `by` and a period).  The rows of a key and period are added up, and the
opening of a period is compared with the closing of the latest earlier period the key has; met where
they differ by at most `tolerance`.  Not applicable: the first period of a key, and a period without
applying rows.
Undetermined: a period whose opening, or whose predecessor's closing, is null or unreadable, or not
known to be applying; a row with a blank or unreadable key or period.
Words: `found` is the opening, `expected` the closing before, `previous` the period that closed with
it, `difference` found - expected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import APPLYING, DIFFERENCE, EXPECTED, FOUND, UNSURE
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.checks.sums import WHY, WHY_SHARED, Sums, why_of
from rules.checks.tolerance import Tolerance, bounds_of
from rules.checks.verdicts import settled
from rules.formula import Value
from rules.rule import Unit

_OPENING: Final = "__opening"
_CLOSING: Final = "__closing"
_BEFORE: Final = "__before"
_WHY_CLOSED: Final = "__why_closed"
_WHY_BEFORE: Final = "__why_before"
_PREVIOUS: Final = "__previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryForwardCheck(SetCheck):
    """The compiled check; the period is the last part of the key of `sums`."""

    sums: Sums
    tolerance: Tolerance

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        rows = self.sums.rows(frames[self.table], standing.expr)
        *key, period = grouping.key_names(self.sums.by)
        out = (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null()
        groups = self.sums.totals(rows).with_columns(
            out.alias("__out"),
            pl.coalesce(UNSURE, why_of(_OPENING), WHY_SHARED).alias(WHY),
            pl.coalesce(UNSURE, why_of(_CLOSING)).alias(_WHY_CLOSED),
        )
        spoken_of = groups.filter(~pl.col("__out")).sort(*key, period)
        before = {_BEFORE: _CLOSING, _WHY_BEFORE: _WHY_CLOSED, _PREVIOUS: period}
        shifted = [_shifted(pl.col(name), key).alias(to) for to, name in before.items()]
        chained = spoken_of.select(*key, period, *shifted)
        names = [*key, period]
        groups = groups.join(chained, on=names, how="left", maintain_order="left")
        return pl.concat([self._judged(groups), grouping.loose(rows)], how="diagonal")

    def _judged(self, groups: pl.DataFrame) -> pl.DataFrame:
        first = pl.col(_PREVIOUS).is_null()
        why = pl.when(~first).then(pl.coalesce(WHY, _WHY_BEFORE)).otherwise(pl.col(WHY))
        out = pl.col("__out") | (first & pl.col(WHY).is_null())
        found, expected = pl.col(_OPENING), pl.col(_BEFORE)
        judged = why.is_null() & ~out
        told = {FOUND: found, EXPECTED: expected, DIFFERENCE: found - expected}
        return groups.with_columns(
            *settled(out=out, why=why, violated=self.tolerance.exceeded(found, expected)),
            *(pl.when(judged).then(value).alias(name) for name, value in told.items()),
            grouping.parts(self.sums.by),
        )


def _shifted(value: pl.Expr, key: list[str]) -> pl.Expr:
    return value.shift(1).over(key) if key else value.shift(1)


def compile_check(setting: Setting) -> CarryForwardCheck:
    """Compile the key, the period and both balances.

    Raises:
        FormulaError: A part of the key, the period or a balance does not compile, or the sums may
            need more than 38 digits.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.on_missing_unused`.
    """
    refuse_on_missing(setting)
    setting.units(Unit.GROUP)
    setting.keys(required=("by", "period", "opening", "closing"), optional=("tolerance",))
    names, own = (*setting.texts("by"), setting.text("period")), setting.scope().listening()
    key = tuple(setting.term("check.by", text, own) for text in setting.texts("by"))
    period = setting.term("check.period", setting.text("period"), own)
    opening = sums.amount_of(setting, "check.opening", setting.text("opening"), own)
    closing = sums.amount_of(setting, "check.closing", setting.text("closing"), own)
    bounds = bounds_of(setting)
    kind = sums.kind_of_sums(
        setting, "check.opening", setting.text("opening"),
        opening.value, closing.value, bounds.value,
    )  # fmt: skip
    tolerance = bounds.over(setting, kind)
    by = (*key, period)
    previous = Value(pl.col(_PREVIOUS), period.type)
    return CarryForwardCheck(
        table=setting.rule.table,
        own=own.reads.with_(opening.reads).with_(closing.reads).with_(tolerance.reads),
        meet={setting.rule.table: key} if key else {},
        sums=Sums(
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
        tolerance=tolerance,
        key_names=names,
        told=frozenset(),
        words=sums.key_words(names, by) | sums.words_of_sums(kind) | {"previous": previous},
    )  # fmt: skip
