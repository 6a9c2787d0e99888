"""Intervals of one key that must not overlap.

Unit: row (contracts, leave, price periods: a row is violated where its interval overlaps that of
another row of the key).  Whether intervals may touch, one beginning where the other ends, is
declared by `touching`.  A blank bound is open where `open` names it.  Only rows the rule speaks of
are compared.
Undetermined: a row with a blank or unreadable key, an unreadable bound, a blank one that is not
open, or an end before its beginning.
Words: `found` is the interval, `expected` the one it overlaps (of several the one before it that
reaches furthest, else the next), `difference` how long both last together: days, or the unit of the
numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import DIFFERENCE, EXPECTED, FOUND, INCOMPLETE, STANDING
from rules.checks.reason import Reason, bad, why_null
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.checks.verdicts import settled
from rules.formula import Exact, Reads, Scope, Value
from rules.formula.values import DATE, DATETIME, TEXT, Type, common, fitting
from rules.formula.writing import text_of

TOUCHING: Final = ("allowed", "forbidden")
BOUNDS: Final = ("from", "to")
_FROM: Final = "__from"
_TO: Final = "__to"
_UNKNOWN: Final = "__unknown"
_HIT: Final = "__hit"
_OTHER: Final = ("__other_from", "__other_to")
_BEYOND: Final = 10**38  # further than any number of 38 digits
_OPEN_MARK: Final = ".."


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapCheck(SetCheck):
    """The compiled check.

    Attributes:
        first, last: The bounds as Int128, open ones beyond every number.
        unknown: String: why the interval is not known, else null.
        kind: The type of the bounds.
    """

    key: tuple[Value, ...]
    key_reads: Reads
    first: pl.Expr
    last: pl.Expr
    unknown: pl.Expr
    kind: Type
    may_touch: bool

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        frame = frames[self.table].with_columns(
            standing.expr.alias(STANDING),
            self.first.alias(_FROM),
            self.last.alias(_TO),
            self.unknown.alias(_UNKNOWN),
        )
        rows = grouping.keyed(frame, self.key, self.key_reads).collect(engine="streaming")
        known = pl.all_horizontal(pl.col(STANDING, INCOMPLETE, _UNKNOWN).is_null())
        compared = self._compared(rows.filter(known))
        rows = pl.concat([compared, rows.filter(~known)], how="diagonal")
        standing_, hit = pl.col(STANDING), pl.col(_HIT).fill_null(False)
        out = (standing_ == OUT).fill_null(False)
        return rows.with_columns(
            *settled(out=out, why=pl.coalesce(standing_, INCOMPLETE, _UNKNOWN), violated=hit),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            grouping.label(self.key).alias(grouping.GROUP),
            self._interval(_FROM, _TO).alias(FOUND),
            pl.when(hit).then(self._interval(*_OTHER)).alias(EXPECTED),
            pl.when(hit).then(self._together()).alias(DIFFERENCE),
        )

    def _compared(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with _HIT and the bounds of the interval each overlaps.

        In the order of their beginnings, an interval overlaps one before it if the furthest end so
        far reaches it, and one after it if it reaches the next beginning.
        """
        names = grouping.key_names(self.key)
        # Of equal intervals the first by place comes first, whatever the order of the rows.
        rows = rows.sort(*names, _FROM, _TO, *grouping.PLACE, nulls_last=False)
        furthest = pl.col(_TO).cum_max().shift(1).over(names)
        rows = rows.with_columns(furthest.alias("__furthest"))
        reached = pl.col("__furthest").is_null() | (pl.col(_TO) > pl.col("__furthest"))
        bearer = pl.when(reached).then(pl.col(_FROM)).forward_fill()
        rows = rows.with_columns(bearer.shift(1).over(names).alias("__bearer"))
        next_from, next_to = (pl.col(name).shift(-1).over(names) for name in (_FROM, _TO))
        before = self._reaches(pl.col("__furthest"), pl.col(_FROM)).fill_null(False)
        after = self._reaches(pl.col(_TO), next_from).fill_null(False)
        others = zip(_OTHER, ("__bearer", "__furthest"), (next_from, next_to), strict=True)
        return rows.with_columns(
            (before | after).alias(_HIT),
            *(pl.when(before).then(earlier).otherwise(later).alias(name)
              for name, earlier, later in others),
        )  # fmt: skip

    def _reaches(self, end: pl.Expr, beginning: pl.Expr) -> pl.Expr:
        return end > beginning if self.may_touch else end >= beginning

    def _interval(self, first: str, last: str) -> pl.Expr:
        return pl.concat_str(self._text(first), pl.lit(_OPEN_MARK), self._text(last))

    def _text(self, name: str) -> pl.Expr:
        bound = _closed(pl.col(name))
        if self.kind in (DATE, DATETIME):
            physical = pl.Int32 if self.kind == DATE else pl.Int64
            bound = bound.cast(physical).cast(self.kind.dtype)
        return text_of(Value(bound, self.kind)).fill_null("")

    def _together(self) -> pl.Expr:
        first = pl.max_horizontal(_FROM, _OTHER[0])
        last = pl.min_horizontal(_TO, _OTHER[1])
        length = _closed(last) - _closed(first)
        # A day counts whole where intervals hold their last one.
        return length + 1 if self.kind == DATE and not self.may_touch else length


def _closed(bound: pl.Expr) -> pl.Expr:
    return pl.when(bound.abs() < pl.lit(_BEYOND, dtype=pl.Int128)).then(bound)


def compile_check(setting: Setting) -> OverlapCheck:
    """Compile the key and the bounds.

    Raises:
        FormulaError: A part of the key or a bound does not compile; the bounds are of two types, or
            may need more than 38 digits.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.interval`, `check.on_missing_unused`.
    """
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("key", "from", "to", "touching"), optional=("open",))
    named, bounded = setting.scope().listening(), setting.scope().listening()
    key = tuple(setting.term("check.key", text, named) for text in setting.texts("key"))
    touching, opened = setting.text("touching"), _open_bounds(setting)
    if touching not in TOUCHING:
        raise setting.refusal("check.bad_value", key="check.touching", expected=", ".join(TOUCHING))
    values = [_term(setting, name, bounded.listening()) for name in BOUNDS]
    kind = _kind(setting, [value for value, _ in values])
    for _, scope in values:
        bounded.reads.columns.update(scope.reads.columns)
        bounded.reads.parameters.update(scope.reads.parameters)
    first, last = (
        _bound(value, kind, name in opened, beyond)
        for (value, _), name, beyond in zip(values, BOUNDS, (-_BEYOND, _BEYOND), strict=True)
    )
    backwards = pl.when(first > last).then(pl.lit(Reason.BACKWARDS.value))
    missing = [_unknown(*one, name in opened) for one, name in zip(values, BOUNDS, strict=True)]
    words = {"found": Value(pl.col(FOUND), TEXT), "expected": Value(pl.col(EXPECTED), TEXT)}
    length = Exact(kind.digits + 1, kind.scale) if isinstance(kind, Exact) else Exact(8)
    return OverlapCheck(
        table=setting.rule.table,
        own=named.reads.with_(bounded.reads),
        meet={setting.rule.table: key} if key else {},
        key=key,
        key_reads=named.reads,
        first=first,
        last=last,
        unknown=pl.coalesce(*missing, backwards),
        kind=kind,
        may_touch=touching == "allowed",
        words=words
        if kind == DATETIME
        else words | {"difference": Value(pl.col(DIFFERENCE), length)},
    )


def _open_bounds(setting: Setting) -> tuple[str, ...]:
    opened = setting.texts("open") if "open" in setting.rule.check else ()
    if not set(opened) <= set(BOUNDS):
        raise setting.refusal("check.bad_value", key="check.open", expected=", ".join(BOUNDS))
    return opened


def _term(setting: Setting, name: str, scope: Scope) -> tuple[Value, Scope]:
    return setting.term(f"check.{name}", setting.text(name), scope), scope


def _kind(setting: Setting, values: list[Value]) -> Type:
    def make(_text: str, _scope: Scope) -> Type:
        kind = common(*values)
        return fitting(Exact(kind.digits + 1, kind.scale)) if isinstance(kind, Exact) else kind

    kind = setting.compiled("check.to", setting.text("to"), setting.scope(), make)
    if not isinstance(kind, Exact) and kind not in (DATE, DATETIME):
        raise setting.refusal("check.interval", found=kind.name)
    return kind


def _bound(value: Value, kind: Type, is_open: bool, beyond: int) -> pl.Expr:  # noqa: FBT001
    physical = value.to(kind)
    whole = physical if isinstance(kind, Exact) else physical.to_physical()
    whole = whole.cast(pl.Int128)
    return whole.fill_null(pl.lit(beyond, dtype=pl.Int128)) if is_open else whole


def _unknown(value: Value, scope: Scope, is_open: bool) -> pl.Expr:  # noqa: FBT001
    cannot = bad(scope.reads) if is_open else bad(scope.reads) | value.expr.is_null()
    return pl.when(cannot).then(why_null(scope.reads, scope))
