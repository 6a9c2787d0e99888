"""How many items to draw: the smallest sample that keeps the risk.

Source: AICPA Audit Guide, Audit Sampling (2017), table A-1 (attributes); ISA 530.7 and A10-A11.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from rules.errors import SamplingError
from rules.sampling.shares import (
    LARGEST_POPULATION,
    LARGEST_SIZE,
    expected_share,
    from_units,
    inner_share,
    minor_units,
    whole,
)
from rules.sampling.tails import Binomial, Hypergeometric, Model, Poisson


class Likelihood(StrEnum):
    """The model a size or a limit rests on."""

    BINOMIAL = "binomial"
    HYPERGEOMETRIC = "hypergeometric"
    POISSON = "poisson"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributePlan:
    """A size for a test whose answer is yes or no.

    Attributes:
        size: Items to draw.
        allowed: Deviations up to which the sample still supports the tolerable rate.
        population: Items in the population; None where the binomial model takes it as unlimited.
    """

    size: int
    allowed: int
    likelihood: Likelihood
    risk: Decimal
    tolerable: Decimal
    expected: Decimal | None
    population: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonetaryPlan:
    """A size for monetary-unit sampling.

    Attributes:
        interval: Money for each hit: the book value divided by the size, down to the smallest unit.
        allowed: Full misstatements up to which the sample still supports the tolerable amount.
    """

    size: int
    interval: Decimal
    allowed: int
    likelihood: Likelihood
    risk: Decimal
    book_value: Decimal
    tolerable: Decimal
    expected: Decimal


def plan_attribute(
    *, risk: Decimal, tolerable: Decimal, expected: Decimal, population: int | None = None
) -> AttributePlan:
    """The smallest n for which P(X <= k) <= risk, k being n times the expected rate rounded up.

    With a population the model is hypergeometric, and the tolerable rate stands for the smallest
    number of deviating items that reaches it; without one it is binomial.

    Args:
        risk: Of finding the population good though it is as bad as tolerable; a share of 1.
        tolerable: Rate of deviation; a share of 1.
        expected: Rate of deviation, below the tolerable one; a share of 1.

    Raises:
        SamplingError: `sampling.bad_share`, `sampling.bad_count`, `sampling.expected_too_high`,
            `sampling.no_size`.
    """
    rate = expected_share("expected", expected)
    if rate >= inner_share("tolerable", tolerable):
        raise SamplingError(
            "sampling.expected_too_high", expected=str(expected), tolerable=str(tolerable)
        )
    model, likelihood, largest = _attribute_model(tolerable, population)
    size, allowed = _smallest(model, risk=risk, expected=rate, largest=largest)
    return AttributePlan(
        size=size,
        allowed=allowed,
        likelihood=likelihood,
        risk=risk,
        tolerable=tolerable,
        expected=expected,
        population=population,
    )


def plan_attribute_allowing(
    *, risk: Decimal, tolerable: Decimal, allowed: int, population: int | None = None
) -> AttributePlan:
    """The smallest n for which P(X <= allowed) <= risk; see `plan_attribute`.

    Args:
        allowed: Deviations the sample may show.

    Raises:
        SamplingError: `sampling.bad_share`, `sampling.bad_count`, `sampling.no_size`.
    """
    model, likelihood, largest = _attribute_model(tolerable, population)
    whole("allowed", allowed, least=0, most=largest)
    share = inner_share("risk", risk)

    def suffices(size: int) -> bool:
        return model.is_unlikely(size=size, deviations=allowed, risk=share)

    if not suffices(largest):
        raise SamplingError("sampling.no_size", largest=largest)
    return AttributePlan(
        size=_first(suffices, least=1, most=largest),
        allowed=allowed,
        likelihood=likelihood,
        risk=risk,
        tolerable=tolerable,
        expected=None,
        population=population,
    )


def plan_monetary(
    *,
    book_value: Decimal,
    tolerable: Decimal,
    expected: Decimal,
    risk: Decimal,
    scale: int,
    likelihood: Likelihood = Likelihood.POISSON,
) -> MonetaryPlan:
    """The smallest n for which P(X <= k) <= risk at a rate of tolerable / book value.

    X is Poisson or binomial, and k is n × expected / book value rounded up: the expected
    misstatement is planned for as whole misstatements, which is on the safe side.

    Args:
        book_value, tolerable, expected: Amounts with at most `scale` places; expected < tolerable
            < book value.

    Raises:
        SamplingError: `sampling.bad_share`, `sampling.bad_amount`, `sampling.amounts_order`,
            `sampling.no_size`, `sampling.likelihood`.
    """
    total = minor_units("book_value", book_value, scale=scale)
    most = minor_units("tolerable", tolerable, scale=scale)
    likely = minor_units("expected", expected, scale=scale)
    if not 0 <= likely < most < total:
        raise SamplingError(
            "sampling.amounts_order",
            expected=str(expected),
            tolerable=str(tolerable),
            book_value=str(book_value),
        )
    model = monetary_model(likelihood, Fraction(most, total))
    # No interval can be smaller than the smallest unit of money.
    largest = min(LARGEST_SIZE, total)
    size, allowed = _smallest(model, risk=risk, expected=Fraction(likely, total), largest=largest)
    return MonetaryPlan(
        size=size,
        interval=from_units(total // size, scale=scale),
        allowed=allowed,
        likelihood=likelihood,
        risk=risk,
        book_value=book_value,
        tolerable=tolerable,
        expected=expected,
    )


def monetary_model(likelihood: Likelihood, rate: Fraction) -> Binomial | Poisson:
    """The model of one monetary unit being misstated.

    Raises:
        SamplingError: `sampling.likelihood`, the model does not fit money.
    """
    if likelihood is Likelihood.HYPERGEOMETRIC:
        raise SamplingError("sampling.likelihood", found=likelihood.value)
    return Binomial(rate=rate) if likelihood is Likelihood.BINOMIAL else Poisson(rate=rate)


def deviating_items(rate: Fraction, population: int) -> int:
    """The smallest number of items that reaches the rate: the hardest case to tell apart."""
    return -(-rate.numerator * population // rate.denominator)


def _attribute_model(tolerable: Decimal, population: int | None) -> tuple[Model, Likelihood, int]:
    rate = inner_share("tolerable", tolerable)
    if population is None:
        return Binomial(rate=rate), Likelihood.BINOMIAL, LARGEST_SIZE
    whole("population", population, least=1, most=LARGEST_POPULATION)
    deviating = deviating_items(rate, population)
    model = Hypergeometric(population=population, deviating=deviating)
    return model, Likelihood.HYPERGEOMETRIC, min(population, LARGEST_SIZE)


def _smallest(model: Model, *, risk: Decimal, expected: Fraction, largest: int) -> tuple[int, int]:
    """The smallest size, and the deviations it allows."""
    share = inner_share("risk", risk)
    most = -(-expected.numerator * largest // expected.denominator)
    low = high = 0 if expected == 0 else 1
    while low <= most:
        span = (low, min(high, most))
        found = _search(model, risk=share, expected=expected, largest=largest, allowed=span)
        if found is not None:
            return found
        # Small sizes are quick to try, so the spans begin small and double.
        low, high = high + 1, 2 * high + 1
    raise SamplingError("sampling.no_size", largest=largest)


def _search(
    model: Model, *, risk: Fraction, expected: Fraction, largest: int, allowed: tuple[int, int]
) -> tuple[int, int] | None:
    """The first size among those that allow from `allowed[0]` to `allowed[1]` deviations.

    The chance of few deviations jumps up wherever one more is allowed, so sizes cannot be halved.
    But no size of this span has a smaller chance than the largest size with the fewest deviations:
    where even that is too likely, the whole span is passed over.
    """
    low, high = allowed
    if low > high:
        return None

    def suffices(size: int) -> bool:
        return model.is_unlikely(size=size, deviations=low, risk=risk)

    top = _largest_allowing(high, expected, largest)
    if not suffices(top):
        return None
    if low == high:
        bottom = 1 if low == 0 else (low - 1) * expected.denominator // expected.numerator + 1
        return _first(suffices, least=bottom, most=top), low
    middle = (low + high) // 2
    first = _search(model, risk=risk, expected=expected, largest=largest, allowed=(low, middle))
    return first or _search(
        model, risk=risk, expected=expected, largest=largest, allowed=(middle + 1, high)
    )


def _largest_allowing(allowed: int, expected: Fraction, largest: int) -> int:
    """The largest size whose expected deviations, rounded up, are no more than allowed."""
    if expected == 0:
        return largest
    return min(largest, allowed * expected.denominator // expected.numerator)


def _first(suffices: Callable[[int], bool], *, least: int, most: int) -> int:
    """The first size that suffices, of a span in which all beyond it do and the last does."""
    while least < most:
        middle = (least + most) // 2
        if suffices(middle):
            most = middle
        else:
            least = middle + 1
    return least
