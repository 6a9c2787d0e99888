"""Values that lie outside fences set by the values themselves.

Unit: row.  The fences of a group (`by`, else the whole table) are those of its applying rows that
have a number.  A row outside them is violated, one on them is met.  Undetermined: a row without a
number or with a blank or unreadable `by`; every row of a group with fewer values than `minimum`, of
one whose middle values are all equal though others differ, and of one without one factor in force.
Words: `least` and `most` the fences, `count` the values of the group, `found` the value, `expected`
the fence it is beyond, `difference`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks import fences, grouping
from rules.checks.fences import COUNTED, Method, Quantile
from rules.checks.fencing import Fencing
from rules.checks.figures import Fact, facts_of, written
from rules.checks.grouping import (
    APPLYING,
    COUNT,
    INCOMPLETE,
    PARTS,
    REASON,
    STANDING,
    VERDICT,
)
from rules.checks.indicator import (
    constant_of,
    exact_of,
    number_of,
    refuse_violation,
    terms_of,
)
from rules.checks.inside import LEAST, MOST, WHY, Inside
from rules.checks.measured import (
    LIMIT,
    NUMBER,
    UNKNOWN,
    Measured,
    Row,
    group_of,
)
from rules.checks.sets import Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.errors import FormulaError
from rules.formula import Exact, Value
from rules.formula.values import fitting, literal
from rules.rule import Verdict
from rules.table import OWN

_FACTORS: Final = {
    Method.IQR: Decimal("1.5"),
    Method.Z: Decimal(3),
    Method.MAD: Decimal("3.5"),
}
_SIDES: Final = ("both", "above", "below")
_FEWEST, _MINIMUM, _MOST_MINIMUM = 4, 30, 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class OutliersCheck(SetCheck):
    """The compiled check."""

    fencing: Fencing
    sides: str
    kind: Exact

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """The rows, and the fences of their groups."""
        frame = frames[self.table]
        counted = self.fencing.counted(frame, standing)
        groups, found = self.fencing.groups(counted)
        # What is met is counted and not held: of millions of rows few lie outside.
        doubtful = Inside(measured=self.fencing.measured, sides=self.sides).doubtful(
            counted, groups
        )
        left = doubtful.select(frame.collect_schema().names())
        rows = self.fencing.measured.rows(left, standing, self.fencing.factor.alias(LIMIT))
        own, told = pl.collect_all(
            [frame.select(pl.col(OWN).sum()), self._told(rows, groups)], engine="streaming"
        )
        units = told.filter(pl.col(VERDICT) != Verdict.MET.value)
        met = int(own.item() or 0) - units.filter(OWN).height
        return Judged(units=units, facts=self._facts(groups, found, units), met=met)

    def _told(self, rows: pl.LazyFrame, groups: pl.DataFrame) -> pl.LazyFrame:
        names = grouping.key_names(self.fencing.measured.by)
        known = groups.lazy().select(*names, LEAST, MOST, WHY, pl.col(COUNTED).alias(COUNT))
        standing, number = pl.col(STANDING), pl.col(NUMBER).cast(pl.Int128)
        below = pl.lit(False) if self.sides == "above" else number < pl.col(LEAST)
        above = pl.lit(False) if self.sides == "below" else number > pl.col(MOST)
        why = pl.coalesce(standing, INCOMPLETE, UNKNOWN, WHY)
        judged = why.is_null()
        fence = pl.when(below).then(LEAST).when(above).then(MOST)
        return rows.join(known, on=names, how="left").with_columns(
            pl.when((standing == OUT).fill_null(False))
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(
                grouping.undetermined_if(why.is_not_null(), grouping.violated_if(below | above))
            )
            .alias(VERDICT),
            why.alias(REASON),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            pl.when(judged).then(number).alias(grouping.FOUND),
            pl.when(judged).then(fence).alias(grouping.EXPECTED),
            pl.when(judged).then(number - fence).alias(grouping.DIFFERENCE),
            _label(self.fencing.measured.by).alias(grouping.GROUP),
        )

    def _facts(
        self, groups: pl.DataFrame, found: list[fences.Fences | None], units: pl.DataFrame
    ) -> pl.DataFrame:
        names = grouping.key_names(self.fencing.measured.by)
        is_violated = pl.col(VERDICT) == Verdict.VIOLATED.value
        is_below = pl.col(grouping.DIFFERENCE) < 0
        outside = (
            units.filter(is_violated)
            .group_by(names)
            .agg(is_below.sum().alias("__below"), (~is_below).sum().alias("__above"))
        )
        told: list[Fact] = []
        groups = groups.join(outside, on=names, how="left", maintain_order="left")
        for group, set_ in zip(groups.iter_rows(named=True), found, strict=True):
            if group[OWN]:
                told.extend(self._facts_of(group, set_))
        return facts_of(told)

    def _facts_of(self, group: Row, found: fences.Fences | None) -> Iterable[Fact]:
        name, scale = group_of(group[PARTS]), self.kind.scale
        yield name, "rows", "applying", str(group[APPLYING])
        yield name, "rows", "counted", str(group[COUNTED])
        for measure, figure in (found.figures if found else {}).items():
            places = 2 * scale if measure == "variance" else scale
            yield name, "values", measure, written(fences.decimal_of(figure / 10**places))
        if group[WHY] is None:
            yield name, "fence", "least", written(group[LEAST], scale)
            yield name, "fence", "most", written(group[MOST], scale)
            yield name, "rows", "below", str(group["__below"] or 0)
            yield name, "rows", "above", str(group["__above"] or 0)


def compile_check(setting: Setting) -> OutliersCheck:
    """Compile the values, their groups, and the factor.

    Raises:
        FormulaError: A formula does not compile, or has the wrong type; `formula.too_wide`: values
            too long to be squared and summed, or fences to be told.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`, `check.not_a_choice`, `check.range`, `check.on_missing_unused`.
    """
    refuse_violation(setting)
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(
        required=("of", "method"), optional=("by", "factor", "quantile", "minimum", "sides")
    )
    method = Method(setting.word("method", tuple(Method)))
    number, reads = number_of(setting, "of")
    names = setting.texts("by") if "by" in setting.rule.check else ()
    by, by_reads = terms_of(setting, names)
    measured = Measured(number=number, reads=reads, by=by, by_reads=by_reads)
    own, factor = measured.all_reads, literal(_FACTORS[method])
    if "factor" in setting.rule.check:
        factor, factor_reads = constant_of(setting, "factor")
        own = own.with_(factor_reads)
    if isinstance(factor.constant, Decimal) and factor.constant <= 0:
        raise setting.refusal("check.bad_value", key="check.factor", expected="number > 0")
    exact = exact_of(factor)
    kind = setting.compiled(
        "check.of",
        setting.text("of"),
        setting.scope(),
        lambda *_: _room(exact_of(number), exact, method),
    )
    return OutliersCheck(
        table=setting.rule.table,
        own=own,
        meet={setting.rule.table: by} if by else {},
        fencing=Fencing(
            measured=measured,
            method=method,
            quantile=Quantile(setting.word("quantile", tuple(Quantile), otherwise=Quantile.TYPE_7)),
            factor=factor.expr,
            factor_scale=exact.scale,
            minimum=setting.whole("minimum", otherwise=_MINIMUM, least=_FEWEST, most=_MOST_MINIMUM),
        ),
        sides=setting.word("sides", _SIDES, otherwise="both"),
        kind=kind,
        words={
            "count": grouping.count_word(),
            "least": Value(pl.col(LEAST), kind),
            "most": Value(pl.col(MOST), kind),
            "found": Value(pl.col(grouping.FOUND), kind),
            "expected": Value(pl.col(grouping.EXPECTED), kind),
            "difference": Value(pl.col(grouping.DIFFERENCE), kind),
        },
    )


def _room(exact: Exact, factor: Exact, method: Method) -> Exact:
    """The type of fences; refused where a sum of squares could leave Int128."""
    if method is Method.Z and exact.digits > fences.LONGEST:
        raise FormulaError("formula.too_wide", digits=exact.digits, limit=fences.LONGEST)
    # A fence lies no farther than 2k + 1 times the largest value; 1.4826·k for the MAD.
    return fitting(Exact(exact.digits + factor.digits - factor.scale + 1, exact.scale))


def _label(by: tuple[Value, ...]) -> pl.Expr:
    return grouping.label(by) if by else pl.lit(None, dtype=pl.String)
