"""Every row finds its parent, and a parent is the sum of its children.

Unit: row.  `parent` names the `key` of another row of the table (with `within`: of the same year,
budget …); blank, the row stands at the top.  Violated: a row whose parent is not there, a row that
is its own ancestor, and with `value` a row whose value differs from the sum of its direct children
by more than `tolerance`; a row without children has nothing to add up.  Only rows the rule speaks
of are parents and children.
Undetermined: a blank or unreadable key, an unreadable parent, a key several rows have, a parent of
which it is not known whether the rule speaks of it; a value, or a child's value, that is not known;
children of which it is not known whether they apply.
Words: `found` is the value, `expected` the sum of the children, `difference` found - expected,
`count` the number of children, `level` 1 at the top; `orphan` and `circle` are conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping, sums
from rules.checks.blank import is_blank
from rules.checks.grouping import COUNT, DIFFERENCE, EXPECTED, FOUND, INCOMPLETE, STANDING
from rules.checks.reason import Reason, bad
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.checks.sums import Amount
from rules.checks.tolerance import Tolerance, bounds_of
from rules.checks.tree import CIRCLE, LEVEL, levels
from rules.checks.verdicts import settled
from rules.formula import Exact, Reads, Value
from rules.formula.values import TRUTH, common

_AT: Final = "__at"
_PARENT: Final = "__parent"
_VALUE: Final = "__value"
_UNKNOWN: Final = "__unknown"
_UNBOUND: Final = "__unbound"  # why the tolerance of a row is not known
_UNSURE: Final = "__unsure_child"
_ORPHAN: Final = "__orphan"
_TIMES: Final = "__times"  # applying rows of the key
_PARENT_WHY: Final = "__parent_why"
_NOTHING: Final = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyCheck(SetCheck):
    """The compiled check; `key` is `within` and the row's own key."""

    key: tuple[Value, ...]
    key_reads: Reads
    parent: Value
    parent_reads: Reads
    value: Amount | None
    kind: Exact
    tolerance: Tolerance

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        value = self.value
        amount = sums.in_units(value.value, self.kind) if value else pl.lit(None, dtype=pl.Int128)
        has_parent = ~is_blank(self.parent) & ~bad(self.parent_reads)
        frame = frames[self.table].with_columns(
            standing.expr.alias(STANDING),
            pl.when(has_parent).then(self.parent.expr).alias(_PARENT),
            pl.when(bad(self.parent_reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .alias(_PARENT_WHY),
            amount.alias(_VALUE),
            (value.unknown() if value else _NOTHING).alias(_UNKNOWN),
            *(bound.alias(name) for name, bound in self.tolerance.shared.items()),
            pl.coalesce(_NOTHING, *self.tolerance.unknown.values()).alias(_UNBOUND),
        )
        keyed = grouping.keyed(frame, self.key, self.key_reads)
        rows = keyed.collect(engine="streaming").with_row_index(_AT)
        return self._judged(self._placed(self._with_children(rows)))

    def _with_children(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with the COUNT and the sum (EXPECTED) of their children, and why unknown."""
        *within, own = grouping.key_names(self.key)
        applying, standing = pl.col(STANDING).is_null(), pl.col(STANDING)
        # Of several reasons always the same one, in whatever order rows come.
        children = (
            # A child is added up whether or not its own key is known.
            rows.filter(pl.col(_PARENT).is_not_null(), (standing != OUT).fill_null(True))
            .group_by(*within, _PARENT)
            .agg(
                applying.sum().cast(pl.Int64).alias(COUNT),
                pl.col(_VALUE).filter(applying).sum().alias(EXPECTED),
                pl.coalesce(standing.drop_nulls().min(), pl.col(_UNKNOWN).min()).alias(_UNSURE),
            )
            .rename({_PARENT: own})
        )
        return rows.join(children, on=[*within, own], how="left", maintain_order="left")

    def _placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with _ORPHAN, _PARENT_WHY, _TIMES, and LEVEL and CIRCLE where they apply."""
        *within, own = grouping.key_names(self.key)
        standing = pl.col(STANDING)
        known = (
            rows.filter(pl.col(INCOMPLETE).is_null(), (standing != OUT).fill_null(True))
            .group_by(*within, own)
            .agg(
                standing.is_null().sum().alias(_TIMES),
                standing.min().alias("__why"),
                pl.col(_AT).filter(standing.is_null()).min().alias("__place"),
            )
        )
        parents = known.rename(
            {own: _PARENT, _TIMES: "__parents", "__why": "__perhaps", "__place": "__parent_at"}
        )
        rows = rows.join(
            known.select(*within, own, _TIMES), on=[*within, own], how="left", maintain_order="left"
        ).join(parents, on=[*within, _PARENT], how="left", maintain_order="left")
        sought = pl.col(_PARENT).is_not_null()
        absent = (pl.col("__parents").fill_null(0) == 0) & sought
        rows = rows.with_columns(
            (absent & pl.col("__perhaps").is_null()).alias(_ORPHAN),
            pl.coalesce(_PARENT_WHY, pl.when(absent).then("__perhaps")).alias(_PARENT_WHY),
        )
        known_row = standing.is_null() & pl.col(INCOMPLETE).is_null()
        # Of a key that several rows have it is not known which of them is above another.
        above = pl.when(known_row & (pl.col("__parents") == 1)).then(pl.col("__parent_at"))
        return rows.hstack(levels(rows.select(above.alias(_PARENT)).get_column(_PARENT)))

    def _judged(self, rows: pl.DataFrame) -> pl.DataFrame:
        standing = pl.col(STANDING)
        out = (standing == OUT).fill_null(False)
        several = pl.when(pl.col(_TIMES) > 1).then(pl.lit(Reason.AMBIGUOUS.value))
        why = pl.coalesce(standing, INCOMPLETE, several, _PARENT_WHY)
        has_children = pl.col(COUNT).is_not_null()
        broken = pl.col(_ORPHAN) | pl.col(CIRCLE)
        adds_up = ~broken & has_children & pl.lit(self.value is not None)
        unsure = pl.when(adds_up).then(pl.coalesce(_UNKNOWN, _UNBOUND, _UNSURE))
        why = pl.coalesce(why, unsure)
        apart = self.tolerance.exceeded(pl.col(_VALUE), pl.col(EXPECTED))
        shown = why.is_null() & ~out & has_children & pl.lit(self.value is not None)
        told = {
            FOUND: pl.col(_VALUE),
            EXPECTED: pl.col(EXPECTED),
            DIFFERENCE: pl.col(_VALUE) - pl.col(EXPECTED),
        }
        return rows.with_columns(
            *settled(out=out, why=why, violated=broken | (adds_up & apart).fill_null(False)),
            *(pl.when(shown).then(value).alias(name) for name, value in told.items()),
            pl.col(COUNT).fill_null(0),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
        )


def compile_check(setting: Setting) -> HierarchyCheck:
    """Compile the keys and the value.

    Raises:
        FormulaError: A key or the value does not compile; key and parent differ in type; the sums
            may need more than 38 digits.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.on_missing_unused`.
    """
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("key", "parent"), optional=("within", "value", "tolerance"))
    own, named = setting.scope().listening(), setting.scope().listening()
    names = setting.texts("within") if "within" in setting.rule.check else ()
    within = tuple(setting.term("check.within", text, own) for text in names)
    key = setting.term("check.key", setting.text("key"), own)
    parent = setting.term("check.parent", setting.text("parent"), named)
    both = setting.compiled(
        "check.parent", setting.text("parent"), setting.scope(), lambda _, __: common(key, parent)
    )
    key, parent = (Value(one.to(both), both, columns=one.columns) for one in (key, parent))
    value, tolerance = _value(setting)
    kind = tolerance.kind
    reads = own.reads.with_(named.reads).with_(tolerance.reads)
    return HierarchyCheck(
        table=setting.rule.table,
        own=reads.with_(value.reads) if value else reads,
        meet={setting.rule.table: within} if within else {},
        key=(*within, key),
        key_reads=own.reads,
        parent=parent,
        parent_reads=named.reads,
        value=value,
        kind=kind,
        tolerance=tolerance,
        words=sums.words_of_sums(kind)
        | {
            "count": grouping.count_word(),
            "level": Value(pl.col(LEVEL), Exact(10)),
            "orphan": Value(pl.col(_ORPHAN), TRUTH),
            "circle": Value(pl.col(CIRCLE), TRUTH),
        },
    )


def _value(setting: Setting) -> tuple[Amount | None, Tolerance]:
    bounds = bounds_of(setting)
    if "value" not in setting.rule.check:
        return None, bounds.over(setting, Exact(1, bounds.bound.type.scale))
    text, scope = setting.text("value"), setting.scope()
    value = sums.amount_of(setting, "check.value", text, scope)
    kind = sums.kind_of_sums(setting, "check.value", text, value.value, bounds.value)
    return value, bounds.over(setting, kind)
