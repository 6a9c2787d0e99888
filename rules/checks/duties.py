"""Roles held together: which pairs of them a person holds over the rows of several tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.blank import is_blank
from rules.checks.counterparts import Side, apart, not_applicable_if, of, together
from rules.checks.grouping import (
    APPLYING,
    COUNT,
    FOUND,
    INCOMPLETE,
    REASON,
    ROWS,
    STANDING,
    UNSURE,
    VERDICT,
)
from rules.checks.reason import Reason, bad
from rules.checks.sets import SetCheck
from rules.checks.standing import Standing
from rules.formula import Reads, Value
from rules.formula.values import TEXT
from rules.table import FILE, OWN, ROW, SHEET

LEAST: Final = 2  # persons, or rows: fewer cannot make a pair
_ROLE: Final = "__role"  # String, null where it is not known
_WHY: Final = "__why"  # String: why it is not
_FIRST: Final = "__first"
_SECOND: Final = "__second"
_KEY: Final = "__key0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A text, and what it reads."""

    text: pl.Expr
    reads: Reads

    def as_(self, name: str) -> list[pl.Expr]:
        """The text under a name, and why it is not known under `<name>:why`."""
        why = (
            pl.when(bad(self.reads))
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(is_blank(Value(self.text, TEXT)))
            .then(pl.lit(Reason.MISSING.value))
        )
        known = pl.when(why.is_null()).then(self.text)
        return [known.alias(name), why.alias(f"{name}:why")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A table that says who holds what."""

    side: Side
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsCheck(SetCheck):
    """The compiled check of roles held together."""

    holders: Sequence[Held]  # the rule's own table first
    pairs: str
    first: Role
    second: Role

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        own, *also = self.holders
        ours = own.side.rows(frames, standing.expr, *own.role.as_(_ROLE))
        theirs = [one.side.others(frames, *one.role.as_(_ROLE)) for one in also]
        kept = (FILE, SHEET, ROW, OWN, ROWS)
        groups = together(
            grouping.grouped(ours, own.side.key),
            {
                f"also{at}": grouping.grouped(rows, one.side.key).select(_KEY, *kept)
                for at, (one, rows) in enumerate(zip(also, theirs, strict=True))
            },
            [_KEY],
        )
        roles = pl.concat(
            rows.filter(pl.col(STANDING).is_null(), pl.col(INCOMPLETE).is_null()).select(
                _KEY, _ROLE, f"{_ROLE}:why"
            )
            for rows in (ours, *theirs)
        )
        told = groups.join(self._told(roles, frames), on=_KEY, how="left", maintain_order="left")
        loose = [grouping.loose(ours), *map(apart, theirs)]
        return pl.concat([self._judged(told, len(also)), *loose], how="diagonal")

    def _told(self, roles: pl.DataFrame, frames: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
        """Of each person with a row in scope: COUNT and FOUND of pairs held, and _WHY."""
        columns = [*self.first.as_(_FIRST), *self.second.as_(_SECOND)]
        pairs = frames[self.pairs].select(columns).unique().collect(engine="streaming")
        held = roles.select(_KEY, _ROLE).drop_nulls().unique()
        hits = _hits(held, pairs)
        persons = roles.group_by(_KEY).agg(
            pl.len().alias("__entries"),
            pl.col(_ROLE).drop_nulls().n_unique().alias("__roles"),
            pl.col(f"{_ROLE}:why").min().alias("__unknown"),
        )
        several = persons.filter(pl.col("__roles") >= LEAST)
        doubtful = _doubtful(held.join(several, on=_KEY, how="semi"), pairs)
        unknown = pl.when(pl.col("__entries") >= LEAST).then("__unknown")
        return (
            persons.join(hits, on=_KEY, how="left")
            .join(doubtful, on=_KEY, how="left")
            .select(_KEY, COUNT, FOUND, pl.coalesce(unknown, "__doubt").alias(_WHY), "__entries")
        )

    def _judged(self, groups: pl.DataFrame, others: int) -> pl.DataFrame:
        elsewhere = [pl.col(of(f"also{at}", ROWS)).is_not_null() for at in range(others)]
        somewhere = pl.any_horizontal(pl.col(APPLYING).fill_null(0) > 0, *elsewhere)
        why = pl.coalesce(UNSURE, _WHY)
        verdict = (
            pl.when(pl.col(COUNT).is_not_null())
            .then(grouping.violated_if(pl.lit(True)))
            .otherwise(
                not_applicable_if(
                    ~somewhere & pl.col(UNSURE).is_null(),
                    grouping.undetermined_if(
                        why.is_not_null(), grouping.violated_if(pl.lit(False))
                    ),
                )
            )
        )
        key = self.holders[0].side.key
        return groups.with_columns(verdict.alias(VERDICT), why.alias(REASON), grouping.parts(key))


def _hits(held: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs a person holds; which side is named first makes no pair another."""
    whole = pairs.drop_nulls([_FIRST, _SECOND]).select(
        pl.min_horizontal(_FIRST, _SECOND).alias(_FIRST),
        pl.max_horizontal(_FIRST, _SECOND).alias(_SECOND),
    )
    return (
        held.join(whole.unique(), left_on=_ROLE, right_on=_FIRST)
        .rename({_ROLE: _FIRST})
        .join(held, left_on=[_KEY, _SECOND], right_on=[_KEY, _ROLE], how="semi")
        .sort(_KEY, _FIRST, _SECOND)
        .group_by(_KEY, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias(COUNT),
            pl.concat_str(_FIRST, _SECOND, separator=" + ").str.join("; ").alias(FOUND),
        )
    )


def _doubtful(held: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Persons who may hold a pair that cannot be read: `__doubt` is why."""
    why = pl.coalesce(f"{_FIRST}:why", f"{_SECOND}:why").alias("__doubt")
    broken = pairs.filter(pl.col(_FIRST).is_null() | pl.col(_SECOND).is_null()).select(
        pl.coalesce(_FIRST, _SECOND).alias(_ROLE), why
    )
    # A pair of which nothing is known may be any two roles.
    anything = broken.filter(pl.col(_ROLE).is_null()).select("__doubt")
    anybody = held.select(_KEY).unique().join(anything, how="cross")
    known = held.join(broken, on=_ROLE).select(_KEY, "__doubt")
    return pl.concat([known, anybody]).group_by(_KEY).agg(pl.col("__doubt").min())
