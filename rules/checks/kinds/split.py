"""Transactions that stay below a limit one by one, and reach it together.

Unit: row.  A row above 0 and below the `limit` of its own day is violated where it lies in a window
(`days` in a row, or a calendar `period`) of its party whose rows, all of them above 0 and below
their limits, add up to the limit of the window's last day or more.  Rows that reach the limit by
themselves, or are not above 0, were not split and are met.  Only rows the rule speaks of count.
Undetermined: a row whose party or date is blank or unreadable, whose amount is not known, or for
whose day no limit is; and a row that is not violated, in a window with such a row or with one of
which it is not known whether it applies.
Words: windows that share a row are one group: `group` names it, `count` is its rows, `total` their
sum, `first` and `last` its days; `found` is the largest sum of a window of the group, `expected`
the limit it reaches, `difference` found - expected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import COUNT, DIFFERENCE, EXPECTED, FOUND, INCOMPLETE, STANDING
from rules.checks.reason import bad, why_null
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.checks.sums import Amount
from rules.checks.verdicts import settled
from rules.checks.windows import (
    AMOUNT,
    FIRST,
    LAST,
    LIMIT,
    ON,
    PERIODS,
    REACHED,
    TOTAL,
    Window,
    nearest,
    reaching,
)
from rules.formula import Exact, Reads, Value
from rules.formula.values import DATE, DATETIME, TEXT

_UNDATED: Final = "__undated"
_UNKNOWN: Final = "__unknown"
_WHY: Final = "__why"
_SUM: Final = "__sum"
_MOST_DAYS: Final = 3_660


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitCheck(SetCheck):
    """The compiled check; amounts and limits are Int128 in one scale.

    Attributes:
        undated: String: why the day of a row is not known, else null.
        unknown: String: why its amount or its limit is not known, else null.
    """

    party: tuple[Value, ...]
    party_reads: Reads
    on: pl.Expr
    undated: pl.Expr
    amount: pl.Expr
    limit: pl.Expr
    unknown: pl.Expr
    window: Window

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        frame = frames[self.table].with_columns(
            standing.expr.alias(STANDING),
            self.on.alias(ON),
            self.undated.alias(_UNDATED),
            self.amount.alias(AMOUNT),
            self.limit.alias(LIMIT),
            self.unknown.alias(_UNKNOWN),
        )
        keyed = grouping.keyed(frame, self.party, self.party_reads)
        rows = keyed.collect(engine="streaming")
        names = grouping.key_names(self.party)
        small = rows.filter(_placed() & pl.col(STANDING).is_null() & _small())
        groups = reaching(small.select(*names, ON, AMOUNT, LIMIT), names, self.window)
        groups = groups.join(self._counts(small, groups), on=[*names, FIRST], how="left")
        perhaps = rows.filter(_placed() & _perhaps()).select(
            *names, ON, pl.coalesce(STANDING, _UNKNOWN).alias(_WHY)
        )
        near = nearest(small.select(*names, ON), perhaps, names, self.window)
        on = [*names, ON]
        beside = rows.join(groups, on=on, how="left", maintain_order="left")
        return self._judged(beside.join(near, on=on, how="left", maintain_order="left"))

    def _counts(self, small: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
        names = grouping.key_names(self.party)
        inside = small.join(groups.select(*names, ON, FIRST), on=[*names, ON])
        return inside.group_by(*names, FIRST).agg(
            pl.len().cast(pl.Int64).alias(COUNT), pl.col(AMOUNT).sum().alias(_SUM)
        )

    def _judged(self, rows: pl.DataFrame) -> pl.DataFrame:
        standing = pl.col(STANDING)
        out = (standing == OUT).fill_null(False)
        counted = standing.is_null() & _placed() & _small()
        hit = counted & pl.col(FIRST).is_not_null()
        near = pl.when(counted & ~hit).then(_WHY)
        days = pl.concat_str(_day(FIRST), pl.lit(".."), _day(LAST))
        label = [grouping.label(self.party)] if self.party else []
        told = {
            grouping.GROUP: pl.concat_str(*label, days, separator=grouping.JOINT),
            FOUND: pl.col(TOTAL),
            EXPECTED: pl.col(REACHED),
            DIFFERENCE: pl.col(TOTAL) - pl.col(REACHED),
            **{name: pl.col(name) for name in (COUNT, _SUM, FIRST, LAST)},
        }
        why = pl.coalesce(standing, INCOMPLETE, _UNDATED, _UNKNOWN, near)
        return rows.with_columns(
            *settled(out=out, why=why, violated=hit),
            *(pl.when(hit).then(value).alias(name) for name, value in told.items()),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
        )


def _placed() -> pl.Expr:
    """Whether party and day of a row are known."""
    return pl.col(INCOMPLETE).is_null() & pl.col(_UNDATED).is_null()


def _small() -> pl.Expr:
    """Whether a row may be a part of something split; false where that is not known."""
    inside = (pl.col(AMOUNT) > 0) & (pl.col(AMOUNT) < pl.col(LIMIT))
    return inside.fill_null(False) & pl.col(_UNKNOWN).is_null()


def _perhaps() -> pl.Expr:
    """Whether a row may count though not all of it is known."""
    standing = pl.col(STANDING)
    unsure = standing.is_not_null() & (standing != OUT) & _small()
    return unsure | ((standing != OUT).fill_null(True) & pl.col(_UNKNOWN).is_not_null())


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%Y-%m-%d")


def compile_check(setting: Setting) -> SplitCheck:
    """Compile party, date, amount and limit.

    Raises:
        FormulaError: One of them does not compile; the sums may need more than 38 digits; the limit
            is a parameter and the rule has no `dated_by`.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.one_of`, `check.date_column`, `check.on_missing_unused`.
    """
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("party", "date", "amount", "limit"), optional=("days", "period"))
    named, dated = setting.scope().listening(), setting.scope().listening()
    party = tuple(setting.term("check.party", text, named) for text in setting.texts("party"))
    on = setting.term("check.date", setting.text("date"), dated)
    if on.type not in (DATE, DATETIME):
        raise setting.refusal("check.date_column", name=setting.text("date"))
    day = on.expr.cast(pl.Date)
    undated = pl.when(bad(dated.reads) | day.is_null()).then(why_null(dated.reads, dated))
    amount = sums.amount_of(setting, "check.amount", setting.text("amount"), setting.scope())
    limit = sums.amount_of(setting, "check.limit", setting.text("limit"), setting.scope())
    kind = sums.kind_of_sums(
        setting, "check.amount", setting.text("amount"), amount.value, limit.value
    )
    return SplitCheck(
        table=setting.rule.table,
        own=named.reads.with_(dated.reads).with_(amount.reads).with_(limit.reads),
        meet={setting.rule.table: party} if party else {},
        party=party,
        party_reads=named.reads,
        on=day,
        undated=undated,
        amount=sums.in_units(amount.value, kind),
        limit=sums.in_units(limit.value, kind),
        unknown=_unknown(amount, limit),
        window=_window(setting),
        words=sums.words_of_sums(kind) | _words_of_group(kind),
    )


def _unknown(amount: Amount, limit: Amount) -> pl.Expr:
    return pl.coalesce(amount.unknown(), limit.unknown())


def _words_of_group(kind: Exact) -> dict[str, Value]:
    return {
        "group": Value(pl.col(grouping.GROUP), TEXT),
        "count": grouping.count_word(),
        "total": Value(pl.col(_SUM), kind),
        "first": Value(pl.col(FIRST), DATE),
        "last": Value(pl.col(LAST), DATE),
    }


def _window(setting: Setting) -> Window:
    check = setting.rule.check
    if ("days" in check) == ("period" in check):
        raise setting.refusal("check.one_of", keys="check.days, check.period")
    if "period" in check:
        period = setting.text("period")
        if period not in PERIODS:
            raise setting.refusal(
                "check.bad_value", key="check.period", expected=", ".join(PERIODS)
            )
        return Window(days=None, period=period)
    days = setting.amount("days")
    if days != days.to_integral_value() or not 1 <= days <= _MOST_DAYS:
        expected = f"1..{_MOST_DAYS}"
        raise setting.refusal("check.bad_value", key="check.days", expected=expected)
    return Window(days=int(days), period=None)
