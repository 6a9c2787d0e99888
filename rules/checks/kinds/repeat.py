"""What happened before happens again.

Unit: row.  A row whose key is in a table of earlier rows (violations found before, invoices already
paid) is violated, one whose key is not is met.  With `earlier` only rows count that are dated
before the row itself, and with its `days` not longer ago than that; only so may the rule's own
table be the table of earlier rows.
Undetermined: a blank or unreadable key, with `earlier` a row without a readable date; and a row
whose key only rows have of which it is not known whether they count (`where`, their date).  Rows of
the other table with a blank or unreadable key take no part.
Words: `found` is the key, `count` the earlier rows, `latest` the date of the latest of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import COUNT, FOUND, INCOMPLETE, STANDING
from rules.checks.matching import aligned_keys
from rules.checks.reason import bad, why_null
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.checks.verdicts import settled
from rules.formula import Reads, Scope, Value
from rules.formula.values import DATE, DATETIME, TEXT

_ON: Final = "__on"
_UNDATED: Final = "__undated"
_RANK: Final = "__rank"
_LATEST: Final = "__latest"
_PERHAPS: Final = "__perhaps"
_MOST_DAYS: Final = 36_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The date of a row: its expression, and why it is not known, else null."""

    on: pl.Expr
    unknown: pl.Expr
    reads: Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatCheck(SetCheck):
    """The compiled check; without `ours` and `theirs` dates do not matter."""

    columns: tuple[Value, ...]
    columns_reads: Reads
    to: tuple[Value, ...]
    to_reads: Reads
    against: str
    narrowed: pl.Expr
    ours: Moment | None
    theirs: Moment | None
    days: int | None

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        frame = frames[self.table].with_columns(standing.expr.alias(STANDING), *_dated(self.ours))
        rows = grouping.keyed(frame, self.columns, self.columns_reads).collect(engine="streaming")
        names = grouping.key_names(self.columns)
        counts, perhaps = self._earlier(frames[self.against], names)
        rows = rows.join(perhaps, on=names, how="left", maintain_order="left")
        beside = self._beside(rows, counts, names)
        standing_, some = pl.col(STANDING), pl.col(COUNT) > 0
        out = (standing_ == OUT).fill_null(False)
        why = pl.coalesce(standing_, INCOMPLETE, _UNDATED, pl.when(~some).then(_PERHAPS))
        return beside.with_columns(
            *settled(out=out, why=why, violated=some),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            grouping.label(self.columns).alias(FOUND),
        )

    def _earlier(self, frame: pl.LazyFrame, names: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """How often each key occurred by each day, and which keys perhaps did."""
        asked = frame.with_columns(self.narrowed.alias(STANDING), *_dated(self.theirs))
        spoken_of = (pl.col(STANDING) != OUT).fill_null(True)
        theirs = (
            grouping.keyed(asked, self.to, self.to_reads)
            .filter(pl.col(INCOMPLETE).is_null(), spoken_of)
            .select(*names, _ON, pl.coalesce(STANDING, _UNDATED).alias(_PERHAPS))
            .collect(engine="streaming")
        )
        sure = theirs.filter(pl.col(_PERHAPS).is_null())
        counts = sure.group_by(*names, _ON).agg(pl.len().cast(pl.Int64).alias(_RANK))
        counts = counts.sort(*names, _ON).with_columns(pl.col(_RANK).cum_sum().over(names))
        unsure = theirs.filter(pl.col(_PERHAPS).is_not_null())
        return counts, unsure.group_by(names).agg(pl.col(_PERHAPS).min())

    def _beside(self, rows: pl.DataFrame, counts: pl.DataFrame, names: list[str]) -> pl.DataFrame:
        """The rows with COUNT and _LATEST."""
        if self.ours is None:
            known = counts.select(*names, pl.col(_RANK).alias(COUNT))
            rows = rows.join(known, on=names, how="left", maintain_order="left")
            return rows.with_columns(pl.col(COUNT).fill_null(0), pl.col(_ON).alias(_LATEST))
        rows = rows.with_row_index("__at")
        dated = rows.filter(pl.col(_ON).is_not_null()).select("__at", *names, _ON)
        before = _before(dated, counts, names).rename({_RANK: "__until", "__then": _LATEST})
        counted = pl.col("__until")
        if self.days is not None:
            start = dated.with_columns(pl.col(_ON) - timedelta(days=self.days))
            older = _before(start, counts, names).select("__at", _RANK)
            before = before.join(older, on="__at", how="left")
            counted = counted - pl.col(_RANK).fill_null(0)
        found = before.with_columns(counted.alias(COUNT))
        rows = rows.join(
            found.select("__at", COUNT, _LATEST), on="__at", how="left", maintain_order="left"
        )
        counted = pl.col(COUNT).fill_null(0)
        return rows.with_columns(
            counted.alias(COUNT), pl.when(counted > 0).then(_LATEST).alias(_LATEST)
        ).drop("__at")


def _before(rows: pl.DataFrame, counts: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Of each row how often its key occurred before its day, and when last."""
    return rows.sort(*names, _ON).join_asof(
        counts.rename({_ON: "__then"}),
        left_on=_ON, right_on="__then", by=names, strategy="backward",
        allow_exact_matches=False, coalesce=False, check_sortedness=False,
    )  # fmt: skip


def _dated(moment: Moment | None) -> list[pl.Expr]:
    if moment is None:
        return [
            pl.lit(None, dtype=pl.Date).alias(_ON), pl.lit(None, dtype=pl.String).alias(_UNDATED)
        ]  # fmt: skip
    return [moment.on.alias(_ON), moment.unknown.alias(_UNDATED)]


def compile_check(setting: Setting) -> RepeatCheck:
    """Compile the keys of both sides and the dates.

    Raises:
        FormulaError: A part of a key or a date does not compile, the two sides differ in type, or
            `where` is no condition.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.date_column`, `check.key_lengths`,
            `check.repeat_of_itself`, `check.on_missing_unused`.
    """
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("columns", "table", "to"), optional=("where", "earlier"))
    against = setting.text("table")
    own, other = setting.scope().listening(), setting.scope(against).listening()
    if not setting.texts("columns"):
        raise setting.refusal("check.bad_value", key="check.columns", expected="texts")
    columns, to = aligned_keys(
        setting,
        (own, "check.columns", setting.texts("columns")),
        (other, "check.to", setting.texts("to")),
    )
    filtered = other.listening()
    narrowed = sums.narrowed(setting, "check", setting.rule.check, filtered)
    ours, theirs, days = _earlier(setting, own, other)
    if ours is None and against == setting.rule.table:
        raise setting.refusal("check.repeat_of_itself")
    nothing = Reads()
    return RepeatCheck(
        table=setting.rule.table,
        own=own.reads.with_(ours.reads if ours else nothing),
        others={
            against: other.reads.with_(filtered.reads).with_(theirs.reads if theirs else nothing)
        },
        meet=sums.meeting(setting.rule.table, columns, against, to),
        columns=columns,
        columns_reads=own.reads,
        to=to,
        to_reads=other.reads,
        against=against,
        narrowed=narrowed,
        ours=ours,
        theirs=theirs,
        days=days,
        words={
            "found": Value(pl.col(FOUND), TEXT),
            "count": grouping.count_word(),
            **({"latest": Value(pl.col(_LATEST), DATE)} if ours else {}),
        },
    )


def _earlier(
    setting: Setting, own: Scope, other: Scope
) -> tuple[Moment | None, Moment | None, int | None]:
    if "earlier" not in setting.rule.check:
        return None, None, None
    part = setting.part("earlier", required=("date", "to"), optional=("days",))
    days = part.get("days")
    if days is not None and (
        isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= _MOST_DAYS
    ):
        expected = f"1..{_MOST_DAYS}"
        raise setting.refusal("check.bad_value", key="check.earlier.days", expected=expected)
    ours = _moment(setting, "date", part, own.listening())
    theirs = _moment(setting, "to", part, other.listening())
    return ours, theirs, days


def _moment(setting: Setting, key: str, part: Mapping[str, object], scope: Scope) -> Moment:
    text = setting.text(key, of=part)
    value = setting.term(f"check.earlier.{key}", text, scope)
    if value.type not in (DATE, DATETIME):
        raise setting.refusal("check.date_column", name=text)
    on = value.expr.cast(pl.Date)
    unknown = pl.when(bad(scope.reads) | on.is_null()).then(why_null(scope.reads, scope))
    return Moment(on=on, unknown=unknown, reads=scope.reads)
