"""Sizes are the smallest that keep the risk, and a refusal says why there is none."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, comb

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.errors import SamplingError
from rules.sampling.shares import LARGEST_SIZE
from rules.sampling.sizes import (
    Likelihood,
    plan_attribute,
    plan_attribute_allowing,
    plan_monetary,
)

RISK = Decimal("0.05")
percents = st.integers(1, 60)


def share(percent: int) -> Decimal:
    return Decimal(percent).scaleb(-2)


def binomial_tail(size: int, deviations: int, rate: Fraction) -> Fraction:
    terms = (comb(size, i) * rate**i * (1 - rate) ** (size - i) for i in range(deviations + 1))
    return sum(terms, Fraction(0))


def hypergeometric_tail(population: int, deviating: int, size: int, deviations: int) -> Fraction:
    sound = population - deviating
    terms = (comb(deviating, i) * comb(sound, size - i) for i in range(min(deviations, size) + 1))
    return Fraction(sum(terms), comb(population, size))


@settings(deadline=None, max_examples=40)
@given(risk=st.integers(1, 60), expected=st.integers(0, 20), gap=st.integers(6, 40))
# Ten deviations in 26 keep the risk, eleven in 28 do not: sizes cannot be found by halving.
@example(risk=10, expected=38, gap=15)
def test_no_smaller_size_keeps_the_risk(risk: int, expected: int, gap: int) -> None:
    rate, likely = Fraction(expected + gap, 100), Fraction(expected, 100)
    tolerable = share(expected + gap)

    made = plan_attribute(risk=share(risk), tolerable=tolerable, expected=share(expected))

    first = next(
        size
        for size in range(1, made.size + 1)
        if binomial_tail(size, ceil(size * likely), rate) <= Fraction(risk, 100)
    )
    assert (made.size, made.allowed) == (first, ceil(first * likely))


@settings(deadline=None, max_examples=40)
@given(population=st.integers(20, 200), expected=st.integers(0, 5), gap=st.integers(15, 40))
def test_no_smaller_size_keeps_the_risk_in_a_finite_population(
    population: int, expected: int, gap: int
) -> None:
    rate, likely = Fraction(expected + gap, 100), Fraction(expected, 100)

    made = plan_attribute(
        risk=RISK,
        tolerable=share(expected + gap),
        expected=share(expected),
        population=population,
    )

    deviating = ceil(population * rate)
    first = next(
        size
        for size in range(1, population + 1)
        if hypergeometric_tail(population, deviating, size, ceil(size * likely)) <= Fraction(RISK)
    )
    assert (made.size, made.allowed) == (first, ceil(first * likely))


@settings(deadline=None, max_examples=50)
@given(allowed=st.integers(0, 20), tolerable=percents, risk=st.integers(1, 40))
def test_sizes_grow_with_certainty_deviations_and_strictness(
    allowed: int, tolerable: int, risk: int
) -> None:
    def size(*, risk: int = risk, tolerable: int = tolerable, allowed: int = allowed) -> int:
        return plan_attribute_allowing(
            risk=share(risk), tolerable=share(tolerable), allowed=allowed
        ).size

    assert size(risk=risk + 1) <= size()
    assert size(tolerable=tolerable + 1) <= size()
    assert size() < size(allowed=allowed + 1)


@settings(deadline=None, max_examples=40)
@given(population=st.integers(50, 5000), tolerable=st.integers(4, 50))
def test_a_finite_population_never_needs_more_than_an_unlimited_one(
    population: int, tolerable: int
) -> None:
    def size(population: int | None) -> int:
        return plan_attribute_allowing(
            risk=RISK, tolerable=share(tolerable), allowed=0, population=population
        ).size

    assert size(population) <= size(None)


def test_a_census_that_still_shows_too_many_is_refused() -> None:
    with pytest.raises(SamplingError) as refused:
        plan_attribute_allowing(risk=RISK, tolerable=Decimal("0.1"), allowed=1, population=10)

    assert (refused.value.code, refused.value.facts) == ("sampling.no_size", {"largest": 10})


@pytest.mark.parametrize("expected", ["0.03", "0.04"])
def test_an_expected_rate_that_is_not_below_the_tolerable_one_is_refused(expected: str) -> None:
    with pytest.raises(SamplingError, match=r"sampling\.expected_too_high"):
        plan_attribute(risk=RISK, tolerable=Decimal("0.03"), expected=Decimal(expected))


def test_a_size_beyond_all_reason_is_refused() -> None:
    with pytest.raises(SamplingError) as refused:
        plan_attribute(risk=RISK, tolerable=Decimal("0.02"), expected=Decimal("0.0195"))

    assert refused.value.facts == {"largest": LARGEST_SIZE}


@pytest.mark.parametrize("risk", ["0", "1", "-0.05", "5", "NaN", "Infinity", "1E-999999", "1e-13"])
def test_a_risk_that_is_none_is_refused(risk: str) -> None:
    with pytest.raises(SamplingError, match=r"sampling\.bad_share"):
        plan_attribute(risk=Decimal(risk), tolerable=Decimal("0.02"), expected=Decimal(0))


def test_the_money_of_a_plan_covers_the_book_value() -> None:
    made = plan_monetary(
        book_value=Decimal("1000000.01"),
        tolerable=Decimal(50000),
        expected=Decimal(5000),
        risk=RISK,
        scale=2,
    )

    # The factor for one misstatement is 4.7439; divided by 0.05 it is 94.88.
    assert (made.size, made.allowed, made.interval) == (95, 1, Decimal("10526.31"))


def test_the_binomial_plan_for_money_is_never_larger() -> None:
    poisson, binomial = (
        plan_monetary(
            book_value=Decimal(10**9),
            tolerable=Decimal(10**8),
            expected=Decimal(10**7),
            risk=RISK,
            scale=0,
            likelihood=likelihood,
        ).size
        for likelihood in (Likelihood.POISSON, Likelihood.BINOMIAL)
    )

    assert binomial <= poisson


@pytest.mark.parametrize(
    ("expected", "tolerable", "book", "code"),
    [
        ("5", "5", "100", "sampling.amounts_order"),
        ("5", "100", "100", "sampling.amounts_order"),
        ("-1", "5", "100", "sampling.amounts_order"),
        ("0", "5.001", "100", "sampling.bad_amount"),
        ("0", "5", "1E+99", "sampling.bad_amount"),
    ],
)
def test_amounts_that_make_no_plan_are_refused(
    expected: str, tolerable: str, book: str, code: str
) -> None:
    with pytest.raises(SamplingError) as refused:
        plan_monetary(
            book_value=Decimal(book),
            tolerable=Decimal(tolerable),
            expected=Decimal(expected),
            risk=RISK,
            scale=2,
        )

    assert refused.value.code == code


def test_money_has_no_hypergeometric_plan() -> None:
    with pytest.raises(SamplingError, match=r"sampling\.likelihood"):
        plan_monetary(
            book_value=Decimal(100),
            tolerable=Decimal(5),
            expected=Decimal(0),
            risk=RISK,
            scale=0,
            likelihood=Likelihood.HYPERGEOMETRIC,
        )
