"""Debits equal credits.

Unit: group (rows that agree in `by`, such as a journal entry), or table where `by` is empty.  Met
where the sums of `debit` and `credit` differ by at most `tolerance`.  With `one_sided` a row bears
one of the two amounts, and a blank other one counts as 0.
Undetermined: a group with a null or unreadable amount (with `one_sided`: a row with neither), or
with a row of which it is not known whether it applies; a row with a blank or unreadable `by`.  Not
applicable: a group without applying rows.
Words: `found` is the sum of the debits, `expected` that of the credits, `difference` found -
expected; `count` is the number of rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import APPLYING, COUNT, DIFFERENCE, EXPECTED, FOUND, UNSURE
from rules.checks.reason import Reason
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import Standing
from rules.checks.sums import WHY, Amount, Sums
from rules.checks.tolerance import Tolerance, bounds_of
from rules.checks.verdicts import settled
from rules.rule import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceCheck(SetCheck):
    """The compiled check."""

    sums: Sums
    tolerance: Tolerance

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        rows = self.sums.rows(frames[self.table], standing.expr)
        groups = self.sums.totals(rows)
        found, expected = pl.col(FOUND), pl.col(EXPECTED)
        why = pl.coalesce(UNSURE, WHY)
        out = (pl.col(APPLYING) == 0) & why.is_null()
        judged = why.is_null() & ~out
        groups = groups.with_columns(
            *settled(out=out, why=why, violated=self.tolerance.exceeded(found, expected)),
            pl.when(judged).then(found).alias(FOUND),
            pl.when(judged).then(expected).alias(EXPECTED),
            pl.when(judged).then(found - expected).alias(DIFFERENCE),
            pl.col(APPLYING).alias(COUNT),
            grouping.parts(self.sums.by),
        )
        return pl.concat([groups, grouping.loose(rows)], how="diagonal")


def compile_check(setting: Setting) -> BalanceCheck:
    """Compile the key and both amounts.

    Raises:
        FormulaError: A part of the key or an amount does not compile, or the sums may need more
            than 38 digits.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.on_missing_unused`.
    """
    refuse_on_missing(setting)
    setting.keys(required=("by", "debit", "credit"), optional=("one_sided", "tolerance"))
    names, own = setting.texts("by"), setting.scope().listening()
    setting.units(Unit.GROUP if names else Unit.TABLE)
    by = tuple(setting.term("check.by", text, own) for text in names)
    one_sided = setting.rule.check.get("one_sided", False)
    if not isinstance(one_sided, bool):
        raise setting.refusal("check.bad_value", key="check.one_sided", expected="boolean")
    debit = sums.amount_of(setting, "check.debit", setting.text("debit"), own)
    credit = sums.amount_of(setting, "check.credit", setting.text("credit"), own)
    bounds = bounds_of(setting)
    kind = sums.kind_of_sums(
        setting, "check.debit", setting.text("debit"), debit.value, credit.value, bounds.value
    )
    tolerance = bounds.over(setting, kind)
    amounts = {
        FOUND: sums.in_units(debit.value, kind),
        EXPECTED: sums.in_units(credit.value, kind),
    }
    unknown = {FOUND: debit.unknown(), EXPECTED: credit.unknown()}
    if one_sided:
        amounts = {name: amount.fill_null(0) for name, amount in amounts.items()}
        unknown = {FOUND: _neither_of(debit, credit)}
    return BalanceCheck(
        table=setting.rule.table,
        own=own.reads.with_(debit.reads).with_(credit.reads).with_(tolerance.reads),
        meet={setting.rule.table: by} if by else {},
        sums=Sums(
            by=by,
            by_reads=own.reads,
            amounts=amounts,
            unknown={**unknown, **tolerance.unknown},
            shared=tolerance.shared,
        ),
        tolerance=tolerance,
        key_names=names,
        told=frozenset(),
        words=sums.key_words(names, by)
        | sums.words_of_sums(kind)
        | {"count": grouping.count_word()},
    )


def _neither_of(debit: Amount, credit: Amount) -> pl.Expr:
    """Why a row has no amount: only a blank beside the other amount counts as 0."""
    sides = (debit.unknown(), credit.unknown())
    missing = pl.lit(Reason.MISSING.value)
    return pl.coalesce(
        *(pl.when(side != missing).then(side) for side in sides),
        pl.when((sides[0] == missing) & (sides[1] == missing)).then(missing),
    )
