"""Pauses of records: intervals of another table during which no time runs."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.clock import Clock, Counting
from rules.checks.figures import facts_of
from rules.checks.grouping import INCOMPLETE
from rules.checks.reason import Reason, bad
from rules.formula import Reads, Value
from rules.table import FILE, ID, OWN, ROW, SHEET

AT: Final = "__at"  # a record's place among those that are judged
START: Final = "__start"  # readings, Int64
END: Final = "__end"
LIMIT: Final = "__limit"  # Int128
PAUSE_WHY: Final = "__pause_why"  # String: why a pause is not known
PAUSED: Final = "__paused"  # Int64, in readings
_FROM: Final = "__from"
_UNTIL: Final = "__until"
_STRETCH: Final = "__stretch"  # pauses that overlap or touch are one stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """The other table.

    Attributes:
        from_, until: Dates or moments of its rows.
    """

    table: str
    key: tuple[Value, ...]
    to: tuple[Value, ...]
    key_reads: Reads
    to_reads: Reads
    from_: Value
    until: Value
    reads: Reads

    def rows(self, clock: Clock, frame: pl.LazyFrame) -> pl.DataFrame:
        """The table: its keys, INCOMPLETE, readings of both ends, and why they are not known."""
        from_, until = self.from_.expr, self.until.expr
        first, last = clock.reading(from_), clock.reading(until)
        unknown_year = first.is_null() | (until.is_not_null() & last.is_null())
        why = (
            pl.when(bad(self.reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(from_.is_null())
            .then(pl.lit(Reason.MISSING.value))
            .when(until < from_)
            .then(pl.lit(Reason.BACKWARDS.value))
            .when(unknown_year)
            .then(pl.lit(Reason.CALENDAR.value))
        )
        place = pl.concat_str(FILE, pl.lit(" "), pl.col(SHEET).fill_null(""), pl.lit("#"), ROW)
        asked = frame.with_columns(
            first.alias(_FROM), last.alias(_UNTIL), why.alias(PAUSE_WHY),
            pl.col(ID).alias("__pause"), pl.col(OWN).alias("__pause_own"),
            place.alias("__pause_place"),
        )  # fmt: skip
        names = grouping.key_names(self.to)
        keyed = grouping.keyed(asked, self.to, self.to_reads)
        kept = (
            *names,
            INCOMPLETE,
            _FROM,
            _UNTIL,
            PAUSE_WHY,
            "__pause",
            "__pause_own",
            "__pause_place",
        )
        return keyed.select(*kept).collect(engine="streaming")


def paused_of(pairs: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    """Of each record with pauses: how far readings ran while it was paused.

    Args:
        pairs: A line for each pause of each record, with AT, START, END, LIMIT and what
            `Pauses.rows` gives.
        clock: What is counted.

    Returns:
        AT and PAUSED.
    """
    until = pl.coalesce(_UNTIL, END)
    known = (
        pairs.filter(pl.col(PAUSE_WHY).is_null())
        .with_columns(
            pl.max_horizontal(_FROM, START).alias(_FROM),
            pl.min_horizontal(until, END).alias(_UNTIL),
        )
        .filter(pl.col(_UNTIL) > pl.col(_FROM))
        .sort(AT, _FROM, _UNTIL)
    )
    reached = pl.col(_UNTIL).cum_max().shift(1).over(AT)
    is_apart = (pl.col(_FROM) > reached).fill_null(True)
    known = (
        known.with_columns(is_apart.cum_sum().over(AT).alias(_STRETCH))
        .group_by(AT, _STRETCH, START, LIMIT)
        .agg(pl.col(_FROM).min(), pl.col(_UNTIL).max())
        .sort(AT, _STRETCH)
        .with_columns((pl.col(_UNTIL) - pl.col(_FROM)).alias(PAUSED))
    )
    if clock.counting is Counting.DAYS:
        known = known.filter(_in_time(clock))
    return known.group_by(AT).agg(pl.col(PAUSED).sum())


def facts_about(pauses: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pauses that took no part, by their places: nobody can be told they were counted."""
    own = pauses.filter("__pause_own")
    idle = own.join(pairs.select("__pause").unique(), on="__pause", how="anti")
    facts = [
        (place, "pause", "without_record" if why is None else "without_key", "1")
        for place, why in idle.select("__pause_place", INCOMPLETE).iter_rows()
    ]
    return facts_of(facts)


def _in_time(clock: Clock) -> pl.Expr:
    """Whether a pause begins before the limit has run out, as the pauses before it leave it.

    Only days need to be asked: their last day may give way to a later one.  Where the calendar
    ends, so does what can be said, and the verdict is undetermined whatever the pause.
    """
    earlier = pl.col(PAUSED).cum_sum().over(AT) - pl.col(PAUSED)
    due = clock.rolled(pl.col(START) + pl.col(LIMIT).cast(pl.Int64) + earlier)
    in_time = (pl.col(_FROM) <= due).fill_null(True).cast(pl.Int8)
    return in_time.cum_min().over(AT) == 1
