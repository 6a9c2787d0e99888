"""What a selection gives: the rows drawn, the rows set apart, and counts that reconcile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import polars as pl

from rules.sampling.population import (
    APART,
    DIGEST,
    NAMED_BY,
    PLACE,
    UNITS,
    NamedBy,
    Request,
    amount_of,
    count_by,
    scale_of,
)

DRAW: Final = "__draw"  # Int64: 1, 2, … in the order of the method
PART: Final = "__part"  # String: the part of the population the row was drawn from
HITS: Final = "__hits"  # Int64: how many times the method met the row; 1 where it cannot be more
BOOK: Final = "__book"  # Decimal(38, scale): the row's amount; null without an amount column


class Method(StrEnum):
    """How rows are selected."""

    RANDOM = "random"
    SYSTEMATIC = "systematic"
    STRATIFIED = "stratified"
    MONETARY_INTERVAL = "monetary_interval"
    MONETARY_CELL = "monetary_cell"
    MONETARY_RANDOM = "monetary_random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows of the population, counted.

    Attributes:
        is_apart: Whether the part was set apart: nothing of it could be drawn.
        amount: Its total; None without an amount column.
        without_amount: Rows whose amount is blank or unreadable; they are not in `amount`.
    """

    name: str
    is_apart: bool
    rows: int
    selected: int
    hits: int
    amount: Decimal | None
    selected_amount: Decimal | None
    without_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A selection, done.

    Attributes:
        settings: What the method used: size, interval, start, draws.
        named_by: Rows of the population by what their digest was made from.
        rows: One line for each row drawn, by DRAW: DRAW, PART, HITS, BOOK, NAMED_BY, DIGEST, then
            the columns of the table.
        set_apart: One line for each row that could not be drawn, by place: APART, DIGEST, then the
            columns of the table.
        scale: Places of the amounts.
    """

    method: Method
    request: Request
    settings: Mapping[str, int | str]
    population: int
    amount: Decimal | None
    named_by: Mapping[str, int]
    parts: tuple[Part, ...]
    rows: pl.DataFrame
    set_apart: pl.DataFrame
    scale: int

    def __post_init__(self) -> None:
        """Hold the counts to their sums."""
        apart = sum(part.rows for part in self.parts if part.is_apart)
        drawn = sum(part.selected for part in self.parts)
        sound = (
            sum(part.rows for part in self.parts) == self.population
            and sum(self.named_by.values()) == self.population
            and apart == self.set_apart.height
            and drawn == self.rows.height
        )
        if not sound:
            # A sum that does not reconcile is a defect of the engine: nothing may be concluded.
            raise ArithmeticError(self.method, self.parts)


def make_sample(
    rows: pl.DataFrame,
    request: Request,
    *,
    method: Method,
    settings: Mapping[str, int | str],
    parts: Sequence[str],
) -> Sample:
    """Put the result together.

    Args:
        rows: The population as `open_population` gives it, every row with PART, DRAW and HITS; DRAW
            is null for rows not drawn, PART for rows set apart.
        parts: The names of the parts, in the order they are reported.
    """
    drawn = rows.filter(pl.col(DRAW).is_not_null())
    apart = rows.filter(pl.col(APART).is_not_null())
    reasons = sorted(apart[APART].unique().to_list())
    counted = [_part(rows, PART, name, request) for name in parts]
    counted += [_part(rows, APART, name, request) for name in reasons]
    return Sample(
        method=method,
        request=request,
        settings=settings,
        population=rows.height,
        amount=amount_of(rows, request),
        named_by=count_by(rows, NAMED_BY, list(NamedBy)),
        parts=tuple(counted),
        rows=_whole(drawn, request, [DRAW, PART, HITS, BOOK, NAMED_BY, DIGEST]).sort(DRAW),
        set_apart=_whole(apart, request, [APART, DIGEST]).sort(PLACE),
        scale=scale_of(request),
    )


def _part(rows: pl.DataFrame, column: str, name: str, request: Request) -> Part:
    own = rows.filter(pl.col(column) == name)
    drawn = own.filter(pl.col(DRAW).is_not_null())
    return Part(
        name=name,
        is_apart=column == APART,
        rows=own.height,
        selected=drawn.height,
        hits=int(drawn[HITS].sum()),
        amount=amount_of(own, request),
        selected_amount=amount_of(drawn, request),
        without_amount=0 if request.amount is None else own[UNITS].null_count(),
    )


def _whole(rows: pl.DataFrame, request: Request, first: list[str]) -> pl.DataFrame:
    """The rows with all the columns of the table, which selection did without."""
    amount = pl.lit(None) if request.amount is None else pl.col(request.amount)
    book = amount.cast(pl.Decimal(38, scale_of(request)))
    slim = rows.with_columns(book.alias(BOOK)).select(*first, *PLACE)
    everything = request.table.frame.join(
        slim.lazy(), on=PLACE, how="inner", nulls_equal=True
    ).collect(engine="streaming")
    names = [name for name in everything.columns if name not in first]
    return everything.select(*first, *names)
