"""Evaluating a monetary-unit sample: what is misstated, and how much may be.

The rows that were certain to be drawn are known, not estimated: their misstatements are added up.
A sampled row stands for one interval at each hit, with its taint: (book − audited) / book.

projected = interval × sum of taints
upper limit = interval × (R0 + sum of (Ri − R(i−1)) × t(i)), taints in falling order (Stringer)

With R0 × interval the basic precision, the limit is projected + basic precision + incremental
allowance.  Because it is also interval × (R0·(1 − t1) + R1·(t1 − t2) + … + Rm·tm), with no negative
part, factors rounded up can only make it larger.

Understatements are reported and projected apart; they never lower the limit of overstatement.  A
row that could not be audited is wholly misstated (ISA 530.11) and reported apart.

Source: Stringer (1963), Practical Aspects of Statistical Sampling in Auditing; AICPA Audit Guide,
Audit Sampling (2017), chapter 6 and table C; ISA 530.13-15.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rules.errors import SamplingError
from rules.sampling.limits import reliability_factor
from rules.sampling.shares import exact, inner_share, minor_units, rounded, rounded_up, whole

FACTOR_PLACES: Final = 4
MOST_FACTOR_PLACES: Final = 6
MOST_HITS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One row of the sample, audited.

    Attributes:
        draw: Its number in the sample.
        audited: What the amount should be; None where it could not be determined.
        hits: How many times the method met it.
        is_certain: Whether it was certain to be drawn.
    """

    draw: int
    book: Decimal
    audited: Decimal | None
    hits: int
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Misstatement:
    """What the sample shows; amounts in the places of the table.

    Attributes:
        items, hits, certain_items: Sampled rows and their hits; rows certain to be drawn.
        undetermined: Rows of both kinds that could not be audited; counted as wholly misstated.
        overstated, understated: Rows of both kinds found so, the undetermined among the overstated.
        certain_overstatement, certain_understatement: Known amounts.
        projected: Overstatement the sampled rows project, to the nearest unit.
        projected_understatement: Likewise; not in any other figure.
        factors: The factors of reliability used, R0 first.
        basic_precision, upper_limit: Rounded up.
        incremental_allowance: What the limit has beyond projection and basic precision.
        total_projected: projected + certain_overstatement.
        total_upper_limit: upper_limit + certain_overstatement: of the overstatement in the rows
            that could be drawn, at the risk.
        supports: Whether the total upper limit is within the tolerable amount; None without one.
    """

    risk: Decimal
    interval: Decimal
    items: int
    hits: int
    certain_items: int
    undetermined: int
    overstated: int
    understated: int
    certain_overstatement: Decimal
    certain_understatement: Decimal
    projected: Decimal
    projected_understatement: Decimal
    factors: tuple[Decimal, ...]
    basic_precision: Decimal
    incremental_allowance: Decimal
    upper_limit: Decimal
    total_projected: Decimal
    total_upper_limit: Decimal
    tolerable: Decimal | None
    supports: bool | None


def evaluate_misstatement(
    rows: Sequence[Audited],
    *,
    interval: Fraction,
    risk: Decimal,
    scale: int,
    tolerable: Decimal | None = None,
    places: int = FACTOR_PLACES,
) -> Misstatement:
    """Evaluate the rows of a sample, all of them.

    Args:
        interval: Money each hit stands for; a fraction where it is no whole number of units.
        risk: Share of 1.
        scale: Places of the amounts.
        places: Places of the factors; 2 is what tables print.

    Raises:
        SamplingError: `sampling.bad_share`, `sampling.bad_count`, `sampling.bad_amount`,
            `sampling.bad_book`, `sampling.audited_negative`.
    """
    share = inner_share("risk", risk)
    whole("places", places, least=1, most=MOST_FACTOR_PLACES)
    most = None if tolerable is None else minor_units("tolerable", tolerable, scale=scale)
    for row in rows:
        _check(row, scale=scale)
    certain = [_excess(row) for row in rows if row.is_certain]
    taints = _taints(rows)
    over = sorted((taint for taint in taints if taint > 0), reverse=True)
    factors = [
        reliability_factor(deviations=i, risk=share, places=places) for i in range(len(over) + 1)
    ]
    known = _positive(certain)
    limit = interval * _bound(factors, over)
    basic = rounded_up(interval * exact(factors[0]), places=scale)
    projected = rounded(interval * _positive(over), places=scale)
    upper = rounded_up(limit, places=scale)
    return Misstatement(
        risk=risk,
        interval=rounded(interval, places=scale),
        items=len(rows) - len(certain),
        hits=len(taints),
        certain_items=len(certain),
        undetermined=sum(row.audited is None for row in rows),
        overstated=sum(_excess(row) > 0 for row in rows),
        understated=sum(_excess(row) < 0 for row in rows),
        certain_overstatement=rounded(known, places=scale),
        certain_understatement=rounded(-_negative(certain), places=scale),
        projected=projected,
        projected_understatement=rounded(-interval * _negative(taints), places=scale),
        factors=tuple(factors),
        basic_precision=basic,
        incremental_allowance=_sum(scale, upper, -exact(projected), -exact(basic)),
        upper_limit=upper,
        total_projected=_sum(scale, projected, rounded(known, places=scale)),
        total_upper_limit=rounded_up(limit + known, places=scale),
        tolerable=tolerable,
        supports=None if most is None else (limit + known) * 10**scale <= most,
    )


def _check(row: Audited, *, scale: int) -> None:
    # A hit counts a taint once more, so a made-up number of hits would fill the memory.
    whole("hits", row.hits, least=1, most=MOST_HITS)
    if minor_units("book", row.book, scale=scale) <= 0:
        raise SamplingError("sampling.bad_book", draw=row.draw)
    if row.audited is not None and minor_units("audited", row.audited, scale=scale) < 0:
        # A taint above the whole is outside of what the bound was made for.
        raise SamplingError("sampling.audited_negative", draw=row.draw)


def _excess(row: Audited) -> Fraction:
    """By how much the book says too much; negative where it says too little."""
    return exact(row.book) - (Fraction(0) if row.audited is None else exact(row.audited))


def _taints(rows: Sequence[Audited]) -> list[Fraction]:
    """The taints of the sampled rows; a row met twice shows its taint twice."""
    sampled = [row for row in rows if not row.is_certain]
    return [_excess(row) / exact(row.book) for row in sampled for _ in range(row.hits)]


def _positive(values: Sequence[Fraction]) -> Fraction:
    return sum((value for value in values if value > 0), Fraction(0))


def _negative(values: Sequence[Fraction]) -> Fraction:
    return sum((value for value in values if value < 0), Fraction(0))


def _sum(scale: int, *amounts: Decimal | Fraction) -> Decimal:
    """The sum of amounts, however long: decimals alone would be cut to the digits of a context."""
    return rounded(sum((Fraction(one) for one in amounts), Fraction(0)), places=scale)


def _bound(factors: Sequence[Decimal], taints: Sequence[Fraction]) -> Fraction:
    """Stringer's bound for an interval of one."""
    bound = exact(factors[0])
    for i, taint in enumerate(taints, start=1):
        bound += (exact(factors[i]) - exact(factors[i - 1])) * taint
    return bound
