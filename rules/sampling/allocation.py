"""How a sample is shared out among strata, in whole items and without rounding on the way.

Every stratum is to get its weight's part of the sample, but no less than the minimum and no more
than it has.  There is one level of sampling at which the parts, so bounded, add up to the sample;
it is found exactly, and what is left of an item goes to the largest remainders.

Source: Neyman (1934), On the Two Different Aspects of the Representative Method, for the weights
size × standard deviation; the method of largest remainders (Hamilton) for whole items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rules.errors import SamplingError
from rules.sampling.shares import exact, is_short, whole

MOST_STRATA: Final = 10_000
MOST_ITEMS: Final = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """One part of the population.

    Attributes:
        items: How many there are.
        deviation: Standard deviation of what is measured, where Neyman's weights are wanted.
    """

    name: str
    items: int
    deviation: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The items to draw from one stratum."""

    name: str
    items: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Want:
    """The weight of a stratum, and the bounds its share keeps."""

    weight: Fraction
    least: int
    most: int

    def at(self, level: Fraction) -> Fraction:
        return min(max(self.weight * level, Fraction(self.least)), Fraction(self.most))


def allocate_proportionally(
    strata: Sequence[Stratum], *, size: int, minimum: int = 0
) -> tuple[Share, ...]:
    """Share out by the number of items.

    Args:
        minimum: Items every stratum gets, or all it has where it has fewer.

    Returns:
        One share for each stratum, in the order given; the sizes add up to `size`.

    Raises:
        SamplingError: `sampling.bad_count`, `sampling.bad_strata`, `sampling.minimum_too_large`.
    """
    return _allocate(strata, [Fraction(one.items) for one in strata], size=size, minimum=minimum)


def allocate_by_spread(
    strata: Sequence[Stratum], *, size: int, minimum: int = 0
) -> tuple[Share, ...]:
    """Share out by items times standard deviation (Neyman); see `allocate_proportionally`.

    Raises:
        SamplingError: Also `sampling.bad_deviation`, where a stratum has none or a negative one,
            and `sampling.no_weight`, where the strata that vary have too few items.
    """
    weights = []
    for one in strata:
        if one.deviation is None or not is_short(one.deviation) or one.deviation < 0:
            raise SamplingError("sampling.bad_deviation", stratum=one.name)
        weights.append(one.items * exact(one.deviation))
    return _allocate(strata, weights, size=size, minimum=minimum)


def _allocate(
    strata: Sequence[Stratum], weights: Sequence[Fraction], *, size: int, minimum: int
) -> tuple[Share, ...]:
    _check(strata)
    whole("size", size, least=1, most=sum(one.items for one in strata))
    whole("minimum", minimum, least=0, most=size)
    wants = [
        _Want(weight=weight, least=min(minimum, one.items), most=one.items)
        for one, weight in zip(strata, weights, strict=True)
    ]
    needed = sum(want.least for want in wants)
    if needed > size:
        raise SamplingError("sampling.minimum_too_large", needed=needed, size=size)
    level = _level(wants, size)
    parts = [want.at(level) for want in wants]
    floors = [part.numerator // part.denominator for part in parts]
    # The first of equal remainders comes first: the order given decides, nothing else.
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    raised = set(order[: size - sum(floors)])
    return tuple(
        Share(name=one.name, items=one.items, size=floors[i] + (i in raised))
        for i, one in enumerate(strata)
    )


def _check(strata: Sequence[Stratum]) -> None:
    names = [one.name for one in strata]
    if not names or len(names) > MOST_STRATA or len(set(names)) != len(names):
        raise SamplingError("sampling.bad_strata", most=MOST_STRATA)
    for one in strata:
        whole(one.name, one.items, least=0, most=MOST_ITEMS)


def _level(wants: Sequence[_Want], size: int) -> Fraction:
    """The level at which the bounded parts add up to the size."""
    weighed = [want for want in wants if want.weight > 0]
    turns = sorted({Fraction(0)} | {b / w.weight for w in weighed for b in (w.least, w.most)})

    def total(level: Fraction) -> Fraction:
        return sum((want.at(level) for want in wants), Fraction(0))

    if total(turns[-1]) < size:
        raise SamplingError("sampling.no_weight", size=size)
    low, high = 0, len(turns) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if total(turns[middle]) >= size else (middle + 1, high)
    if low == 0:
        return turns[0]
    # Between two turns the total is a straight line, so its level is a simple proportion.
    before, after = turns[low - 1], turns[low]
    rise = total(after) - total(before)
    return before + (after - before) * (size - total(before)) / rise
