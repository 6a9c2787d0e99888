"""How unlikely it is to see so few deviations, decided exactly.

Each model answers one question: if the population were as bad as the model says, would a sample of
this size show at most so many deviations with a probability no greater than the risk?  For a fixed
number of deviations a larger sample, and for a fixed sample fewer deviations, only makes that less
likely; sizes and limits rest on nothing else.

The sums are first taken to fifty digits.  Where that is too near the risk to tell, whole numbers of
any length decide: no answer rests on rounding.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from fractions import Fraction
from math import comb
from typing import Final, Protocol

_FIRST_DIGITS: Final = 50
_SPARE_DIGITS: Final = 15  # more than rounding can spoil in sums of up to 10^12 terms
_MARGIN: Final = Decimal(10) ** (_SPARE_DIGITS - _FIRST_DIGITS)
_NOTHING: Final = _MARGIN / 10**5
_KEPT_BITS: Final = 256


class Model(Protocol):
    """A population of which something bad is assumed."""

    def is_unlikely(self, *, size: int, deviations: int, risk: Fraction) -> bool:
        """Whether P(at most `deviations` in a sample of `size`) is no greater than `risk`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A probability as two whole numbers; never reduced, because that is what takes long."""

    top: int
    below: int

    def is_within(self, risk: Fraction) -> bool:
        """Whether the probability is no greater than the risk."""
        return self.top * risk.denominator <= risk.numerator * self.below

    def rounded_up(self, *, places: int) -> Decimal:
        """The smallest number of so many places that is not below the probability."""
        return Decimal(-(-self.top * 10**places // self.below)).scaleb(-places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binomial:
    """A population so large that every draw deviates with the same rate."""

    rate: Fraction

    def is_unlikely(self, *, size: int, deviations: int, risk: Fraction) -> bool:
        """See `Model`."""
        with _many_digits():
            decided = _decided(self._estimate(size, deviations), risk)
        if decided is None:
            return self.chance(size=size, deviations=deviations).is_within(risk)
        return decided

    def _estimate(self, size: int, deviations: int) -> Decimal:
        if deviations >= size:
            return Decimal(1)
        bad, all_ = self.rate.numerator, self.rate.denominator
        good = all_ - bad
        rate, rest = Decimal(bad) / all_, Decimal(good) / all_
        last = _shortened(comb(size, deviations)) * rate**deviations * rest ** (size - deviations)
        ratios = ((i * good, (size - i + 1) * bad) for i in range(deviations, 0, -1))
        return _sum_downwards(last, ratios, terms=deviations)

    def chance(self, *, size: int, deviations: int) -> Chance:
        """P(X <= deviations) for X ~ Binomial(size, rate)."""
        if deviations >= size:
            return Chance(top=1, below=1)
        bad, all_ = self.rate.numerator, self.rate.denominator
        good = all_ - bad
        # Powers of `good` common to all terms are taken out, so that the sum has small numbers.
        total, term = 1, 1
        for i in range(1, deviations + 1):
            term = term * (size - i + 1) * bad // i
            total = total * good + term
        return Chance(top=total * good ** (size - deviations), below=all_**size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypergeometric:
    """A population of a known number of items, drawn from without putting back."""

    population: int
    deviating: int

    def is_unlikely(self, *, size: int, deviations: int, risk: Fraction) -> bool:
        """See `Model`."""
        with _many_digits():
            decided = _decided(self._estimate(size, deviations), risk)
        if decided is None:
            return self.chance(size=size, deviations=deviations).is_within(risk)
        return decided

    def _estimate(self, size: int, deviations: int) -> Decimal:
        sound = self.population - self.deviating
        least, most = max(0, size - sound), min(size, self.deviating)
        if not least <= deviations < most:
            return Decimal(int(deviations >= most))
        # Item by item: the three numbers of combinations are too long to be worked out for this.
        last = _shortened(comb(size, deviations))
        for i in range(deviations):
            last = last * (self.deviating - i) / (self.population - i)
        for i in range(size - deviations):
            last = last * (sound - i) / (self.population - deviations - i)
        ratios = (
            (i * (sound - size + i), (self.deviating - i + 1) * (size - i + 1))
            for i in range(deviations, least, -1)
        )
        return _sum_downwards(last, ratios, terms=deviations - least)

    def chance(self, *, size: int, deviations: int) -> Chance:
        """P(X <= deviations) for X ~ Hypergeometric(population, deviating, size)."""
        sound = self.population - self.deviating
        least = max(0, size - sound)
        most = min(size, self.deviating)
        if deviations >= most:
            return Chance(top=1, below=1)
        if deviations < least:
            return Chance(top=0, below=1)
        term = comb(self.deviating, least) * comb(sound, size - least)
        total = term
        for i in range(least, deviations):
            term = term * (self.deviating - i) * (size - i)
            term //= (i + 1) * (sound - size + i + 1)
            total += term
        return Chance(top=total, below=comb(self.population, size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson:
    """A rate so small, or amounts so many, that only size times rate counts."""

    rate: Fraction

    def is_unlikely(self, *, size: int, deviations: int, risk: Fraction) -> bool:
        """See `Model`."""
        return poisson_is_unlikely(size * self.rate, deviations=deviations, risk=risk)


def poisson_is_unlikely(mean: Fraction, *, deviations: int, risk: Fraction) -> bool:
    """Whether P(X <= deviations) <= risk for X ~ Poisson(mean).

    It is compared whether e^mean reaches (1 + mean + … + mean^k / k!) / risk.  The left side is no
    fraction for any mean above zero, so the two are never equal, and enough digits always decide.
    """
    if mean == 0:
        return False
    digits = _FIRST_DIGITS
    while True:
        with _many_digits(digits):
            difference = _poisson_difference(mean, deviations=deviations, risk=risk)
            if abs(difference) > Decimal(10) ** (_SPARE_DIGITS - digits):
                return difference > 0
        digits *= 2


def _poisson_difference(mean: Fraction, *, deviations: int, risk: Fraction) -> Decimal:
    """(e^mean − sum / risk) / e^mean, to the digits of the context."""
    value = Decimal(mean.numerator) / Decimal(mean.denominator)
    total = term = Decimal(1)
    for i in range(1, deviations + 1):
        term = term * value / i
        total += term
    return 1 - total * risk.denominator / risk.numerator / value.exp()


def _many_digits(digits: int = _FIRST_DIGITS) -> AbstractContextManager[Context]:
    return localcontext(Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN))


def _shortened(number: int) -> Decimal:
    """A huge whole number to more digits than the context keeps."""
    shift = max(0, number.bit_length() - _KEPT_BITS)
    return Decimal(number >> shift) * Decimal(2) ** shift


def _sum_downwards(last: Decimal, ratios: Iterable[tuple[int, int]], *, terms: int) -> Decimal:
    """The sum of terms from the last to the first, each the one after it times its ratio.

    The ratios fall from term to term.  Once one is below 1, what is left is less than the number of
    terms left times the term at hand, and is left out where that cannot be seen in the sum.
    """
    total = term = last
    for top, below in ratios:
        term = term * top / below
        total += term
        if top < below and term * terms < _NOTHING:
            break
    return total


def _decided(estimate: Decimal, risk: Fraction) -> bool | None:
    """Whether the estimate is within the risk; None where only exact numbers can tell."""
    difference = Decimal(risk.numerator) / risk.denominator - estimate
    return difference > 0 if abs(difference) > _MARGIN else None
