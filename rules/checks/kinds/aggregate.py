"""A condition over figures of a group: counts, sums, extremes.

Unit: group or table (one line for each key of `by`, the condition reads figures alone) or row (each
row is held against the figures of its group, the condition reads its columns too).  Violated where
the condition is false.  Undetermined where it is null: a figure or a cell it reads is unknown; a
row with a blank or unreadable `by`, or of which it is not known whether the rule speaks of it.  Not
applicable: a group without a row in scope.
Words: the figures by their names, of a comparison `found`, `expected` and `difference`; by group
the parts of the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.aggregates import Aggregate, aggregates_of
from rules.checks.comparison import sides
from rules.checks.counterparts import key_words, not_applicable_if
from rules.checks.grouping import (
    APPLYING,
    DIFFERENCE,
    EXPECTED,
    FOUND,
    INCOMPLETE,
    REASON,
    STANDING,
    UNSURE,
    VERDICT,
)
from rules.checks.reason import Reason, bad, why_null, without_parameter
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.formula import Reads, Scope, Value, condition, parse
from rules.formula.values import TEXT
from rules.rule import Unit

_HOLDS: Final = "__holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateCheck(SetCheck):
    """The compiled check.

    Attributes:
        holds: Boolean over the figures, by row also over the row.
        told_sides: FOUND, EXPECTED, DIFFERENCE.
        scope: What the condition was compiled over.
    """

    by: tuple[Value, ...]
    by_reads: Reads
    figures: tuple[Aggregate, ...]
    holds: pl.Expr
    told_sides: tuple[pl.Expr, pl.Expr, pl.Expr]
    scope: Scope
    unit: Unit

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        beside = [column for figure in self.figures for column in figure.beside()]
        frame = frames[self.table].with_columns(standing.expr.alias(STANDING), *beside)
        rows = grouping.keyed(frame, self.by, self.by_reads).collect(engine="streaming")
        if self.unit is Unit.ROW:
            return self._rows(rows)
        return pl.concat([self._groups(rows), grouping.loose(rows)], how="diagonal")

    def _rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        names, standing = grouping.key_names(self.by), pl.col(STANDING)
        of_group = [column for figure in self.figures for column in figure.of_group()]
        complete = rows.filter(pl.col(INCOMPLETE).is_null())
        figures = complete.group_by(names).agg(of_group)
        joined = rows.join(figures, on=names, how="left", maintain_order="left")
        known, reads = pl.coalesce(standing, INCOMPLETE), self.scope.reads
        cannot = bad(reads) | without_parameter(reads, self.scope)
        verdict = not_applicable_if(
            (standing == OUT).fill_null(False), self._verdict(known.is_not_null() | cannot)
        )
        # A reason of the row itself comes before one of its group.
        own = pl.when(self._blank() | cannot).then(why_null(reads, self.scope))
        return self._told(joined).with_columns(
            verdict.alias(VERDICT),
            pl.coalesce(known, own, self._why()).alias(REASON),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            (grouping.label(self.by) if self.by else pl.lit(None, dtype=pl.String)).alias(
                grouping.GROUP
            ),
        )

    def _groups(self, rows: pl.DataFrame) -> pl.DataFrame:
        of_group = [column for figure in self.figures for column in figure.of_group()]
        groups = grouping.grouped(rows, self.by, *of_group)
        out = (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_null()
        # A group that may be out of scope altogether is never judged by what it may hold.
        open_ = (pl.col(APPLYING) == 0) & pl.col(UNSURE).is_not_null()
        return self._told(groups).with_columns(
            not_applicable_if(out, self._verdict(open_)).alias(VERDICT),
            pl.coalesce(UNSURE, self._why()).alias(REASON),
            grouping.parts(self.by),
        )

    def _told(self, units: pl.DataFrame) -> pl.DataFrame:
        found, expected, difference = self.told_sides
        return units.with_columns(
            self.holds.alias(_HOLDS),
            found.alias(FOUND),
            expected.alias(EXPECTED),
            difference.alias(DIFFERENCE),
        )

    def _verdict(self, unknown: pl.Expr) -> pl.Expr:
        cannot = unknown | pl.col(_HOLDS).is_null()
        return grouping.undetermined_if(cannot, grouping.violated_if(~pl.col(_HOLDS)))

    def _why(self) -> pl.Expr:
        unknown = (f"{figure.column}:unknown" for figure in self.figures)
        return pl.coalesce(*unknown, pl.lit(Reason.UNDEFINED.value))

    def _blank(self) -> pl.Expr:
        nulls = [pl.col(name).is_null() for name in sorted(self.scope.reads.columns)]
        return pl.any_horizontal(nulls) if nulls else pl.lit(False)


def compile_check(setting: Setting) -> AggregateCheck:
    """Compile the figures and the condition.

    Raises:
        FormulaError: A figure or the condition does not compile.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.not_a_choice`, `check.name_taken`, `check.on_missing_unused`.
    """
    refuse_on_missing(setting)
    setting.keys(required=("figures", "must"), optional=("by",))
    names = setting.texts("by") if "by" in setting.rule.check else ()
    setting.units(Unit.ROW, Unit.GROUP if names else Unit.TABLE)
    by_row = setting.rule.unit is Unit.ROW
    keyed = setting.scope().listening()
    by = tuple(setting.term("check.by", name, keyed) for name in names)
    figures = aggregates_of(setting)
    words = {figure.name: figure.value for figure in figures}
    # By group there is no single record: neither a cell nor a date that would choose a parameter.
    scope = replace(setting.scope().listening(), words=words)
    if not by_row:
        scope = replace(
            scope, words=key_words(names, by) | words, columns=frozenset(), parameters={}
        )
    must = setting.text("must")
    holds = setting.compiled("check.must", must, scope, condition)
    told = sides(parse(must), scope)
    reads = reduce(Reads.with_, (figure.scope.reads for figure in figures), keyed.reads)
    return AggregateCheck(
        table=setting.rule.table,
        own=reads.with_(scope.reads),
        by=by,
        by_reads=keyed.reads,
        figures=figures,
        holds=holds,
        told_sides=told,
        scope=scope,
        unit=setting.rule.unit,
        meet={setting.rule.table: by} if by else {},
        key_names=names,
        told=None if by_row else frozenset(),
        words={
            **({} if by_row else key_words(names, by)),
            **words,
            "found": Value(pl.col(FOUND), TEXT),
            "expected": Value(pl.col(EXPECTED), TEXT),
            "difference": Value(pl.col(DIFFERENCE), TEXT),
        },
    )
