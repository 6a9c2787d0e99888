"""Amounts that are whole multiples of a round sum.

Unit: row (a number other than zero that is a multiple of `multiple` is violated), or table and
group (`by`): more than the share `limit` of the numbers other than zero are multiples.  The counts
are then among the facts.  Undetermined, of groups: unknown numbers that could change the verdict;
fewer numbers than `minimum`; a limit that is not in force or not the same for all rows; a row with
a blank or unreadable `by` (a unit of its own).  Not applicable: no row applies.
Words of groups: `count` the multiples, `found` their share, `expected` the limit, `difference`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.figures import FIGURE, Fact, facts_of
from rules.checks.grouping import APPLYING, COUNT, PARTS, REASON, STANDING, UNSURE, VERDICT
from rules.checks.indicator import (
    constant_of,
    exact_of,
    key_of,
    number_in,
    refuse_below,
    refuse_violation,
)
from rules.checks.measured import (
    LEAST_LIMIT,
    LIMIT,
    Measured,
    Row,
    group_of,
    limits,
    loose,
    summary,
    why_no_limit,
)
from rules.checks.reason import Reason, bad
from rules.checks.row import NOTHING, RowCheck
from rules.checks.sets import Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.formula import Scope, Value
from rules.formula.functions import FUNCTIONS
from rules.formula.values import TRUTH, divided, literal
from rules.formula.writing import text_of
from rules.rule import Unit, Verdict
from rules.table import OWN

_ROUND: Final = "__round"  # Boolean: a multiple, and not zero; null where it cannot be told
_ZERO: Final = "__zero"
_ZEROS: Final = "__zeros"  # Int64
_NUMBERS: Final = "__numbers"  # Int64: known numbers other than zero
_UNKNOWN_ROWS: Final = "__unknown_rows"
_ONE: Final = 10**FIGURE.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAmountsCheck(SetCheck):
    """The check of groups; `limit` is Int128 in the units of FIGURE."""

    measured: Measured
    is_round: pl.Expr
    is_zero: pl.Expr
    limit: pl.Expr
    minimum: int

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """Units, and how many numbers of every group are multiples."""
        more = (self.is_round.alias(_ROUND), self.is_zero.alias(_ZERO), self.limit.alias(LIMIT))
        rows = self.measured.rows(frames[self.table], standing, *more)
        applies, is_round, is_zero = pl.col(STANDING).is_null(), pl.col(_ROUND), pl.col(_ZERO)
        counts = {
            COUNT: applies & is_round,
            _NUMBERS: applies & is_round.is_not_null() & ~is_zero,
            _ZEROS: applies & is_zero,
            _UNKNOWN_ROWS: (pl.col(STANDING) != OUT) | (applies & is_round.is_null()),
        }
        counted = (
            condition.fill_null(False).sum().cast(pl.Int64).alias(name)
            for name, condition in counts.items()
        )
        groups = self._judged(summary(rows, self.measured.by, *limits(), *counted))
        facts = [
            fact
            for group in groups.filter(OWN).iter_rows(named=True)
            for fact in _facts(group)
        ]  # fmt: skip
        units = pl.concat([groups, loose(rows)], how="diagonal")
        return Judged(units=units, facts=facts_of(facts))

    def _judged(self, groups: pl.DataFrame) -> pl.DataFrame:
        out = (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null()
        rounds, numbers = pl.col(COUNT).cast(pl.Int128), pl.col(_NUMBERS).cast(pl.Int128)
        unknown, limit = pl.col(_UNKNOWN_ROWS).cast(pl.Int128), pl.col(LEAST_LIMIT)
        # Whatever the unknown numbers are, the share lies between these two.
        all_numbers = numbers + unknown
        surely_over = rounds * _ONE > limit * all_numbers
        surely_under = (rounds + unknown) * _ONE <= limit * all_numbers
        why = (
            pl.when(numbers < self.minimum)
            .then(pl.lit(Reason.TOO_FEW.value))
            .when(why_no_limit().is_not_null())
            .then(why_no_limit())
            .when(~surely_over & ~surely_under)
            .then(pl.coalesce(UNSURE, pl.lit(Reason.MISSING.value)))
        )
        judged = why.is_null() & ~out
        share = divided(rounds * _ONE, numbers)
        return groups.with_columns(
            pl.when(out)
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(
                grouping.undetermined_if(why.is_not_null(), grouping.violated_if(surely_over))
            )
            .alias(VERDICT),
            why.alias(REASON),
            pl.when(judged).then(share).alias(grouping.FOUND),
            pl.when(judged).then(limit).alias(grouping.EXPECTED),
            pl.when(judged).then(share - limit).alias(grouping.DIFFERENCE),
        )


def compile_check(setting: Setting) -> RowCheck | RoundAmountsCheck:
    """Compile the numbers, the round sum, and the share of groups.

    Raises:
        FormulaError: A formula does not compile, or has the wrong type.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.not_a_choice`, `check.range`, `check.on_missing_unused`.
    """
    refuse_violation(setting)
    scope = setting.scope().listening()
    if setting.rule.unit is Unit.ROW:
        setting.keys(required=("of", "multiple"))
        number, multiple, is_round = _round(setting, scope)
        return RowCheck(
            holds=~is_round.expr,
            scope=scope,
            found=text_of(number),
            expected=text_of(multiple),
            difference=NOTHING,
        )
    return _of_groups(setting, scope)


def _of_groups(setting: Setting, scope: Scope) -> RoundAmountsCheck:
    setting.units("row", "group", "table")
    refuse_on_missing(setting)
    setting.keys(required=("of", "multiple", "limit"), optional=("by", "minimum"))
    names, by, by_reads = key_of(setting)
    number, _, is_round = _round(setting, scope)
    limit, limit_reads = constant_of(setting, "limit")
    if exact_of(limit).scale > FIGURE.scale:
        raise setting.refusal("check.bad_value", key="check.limit", expected="number")
    measured = Measured(number=number, reads=scope.reads, by=by, by_reads=by_reads)
    known = ~bad(scope.reads)
    return RoundAmountsCheck(
        table=setting.rule.table,
        key_names=names,
        own=measured.all_reads.with_(limit_reads),
        meet={setting.rule.table: by} if by else {},
        told=frozenset(),
        measured=measured,
        is_round=pl.when(known).then(is_round.expr),
        is_zero=pl.when(known).then(number.expr == 0),
        limit=limit.to(FIGURE).cast(pl.Int128),
        minimum=setting.whole("minimum", otherwise=1, least=1, most=10**9),
        words={
            **grouping.key_words(names, by),
            "count": grouping.count_word(),
            "found": Value(pl.col(grouping.FOUND), FIGURE),
            "expected": Value(pl.col(grouping.EXPECTED), FIGURE),
            "difference": Value(pl.col(grouping.DIFFERENCE), FIGURE),
        },
    )


def _round(setting: Setting, scope: Scope) -> tuple[Value, Value, Value]:
    """The number, the round sum, and whether the one is a multiple of the other and not zero."""
    number, multiple = number_in(setting, "of", scope), number_in(setting, "multiple", scope)
    refuse_below(setting, "multiple", multiple, 0)

    def make(_text: str, _scope: Scope) -> pl.Expr:
        rest = FUNCTIONS["MOD"].build(number, multiple)
        is_multiple = FUNCTIONS["="].build(rest, literal(Decimal(0))).expr
        return is_multiple & FUNCTIONS["<>"].build(number, literal(Decimal(0))).expr

    is_round = setting.compiled("check.multiple", setting.text("multiple"), scope, make)
    return number, multiple, Value(is_round, TRUTH)


def _facts(group: Row) -> Iterable[Fact]:
    name = group_of(group[PARTS])
    yield name, "rows", "applying", str(group[APPLYING])
    yield name, "rows", "zero", str(group[_ZEROS])
    yield name, "rows", "unknown", str(group[_UNKNOWN_ROWS])
    yield name, "rows", "numbers", str(group[_NUMBERS])
    yield name, "rows", "multiples", str(group[COUNT])
