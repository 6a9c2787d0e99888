"""Shares add up, keep their bounds, and go to the largest remainders."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import SamplingError
from rules.sampling.allocation import Stratum, allocate_by_spread, allocate_proportionally


def strata(*items: int, spreads: tuple[str, ...] = ()) -> list[Stratum]:
    deviations = [Decimal(one) for one in spreads] or [None] * len(items)
    return [
        Stratum(name=f"S{i}", items=one, deviation=deviation)
        for i, (one, deviation) in enumerate(zip(items, deviations, strict=True))
    ]


@settings(deadline=None, max_examples=200)
@given(items=st.lists(st.integers(0, 500), min_size=1, max_size=12), data=st.data())
def test_shares_add_up_and_keep_their_bounds(items: list[int], data: st.DataObject) -> None:
    if sum(items) == 0:
        items = [*items, 1]
    minimum = data.draw(st.integers(0, max(items)))
    needed = sum(min(minimum, one) for one in items)
    size = data.draw(st.integers(max(needed, minimum, 1), sum(items)))

    shares = allocate_proportionally(strata(*items), size=size, minimum=minimum)

    assert sum(share.size for share in shares) == size
    for share in shares:
        assert min(minimum, share.items) <= share.size <= share.items
    # More items never get a smaller share.
    ranked = sorted((share.items, share.size) for share in shares)
    assert all(low[1] <= high[1] + 1 for low, high in pairwise(ranked))


def test_the_largest_remainders_get_what_is_left() -> None:
    # Quotas of 10 among 47, 16, 158, 81, 98 of 400: 1.175, 0.4, 3.95, 2.025, 2.45.
    shares = allocate_proportionally(strata(47, 16, 158, 81, 98), size=10)

    assert [share.size for share in shares] == [1, 0, 4, 2, 3]


def test_the_first_of_equal_remainders_comes_first() -> None:
    assert [one.size for one in allocate_proportionally(strata(5, 5, 5), size=4)] == [2, 1, 1]


def test_a_minimum_is_taken_from_the_others_in_proportion() -> None:
    shares = allocate_proportionally(strata(10, 300, 600), size=91, minimum=10)

    assert [one.size for one in shares] == [10, 27, 54]


def test_spread_weighs_items_by_their_deviation() -> None:
    # 100·1 : 100·3 of 40.
    shares = allocate_by_spread(strata(100, 100, spreads=("1.0", "3.0")), size=40)

    assert [one.size for one in shares] == [10, 30]


def test_a_stratum_too_small_for_its_weight_is_taken_whole() -> None:
    shares = allocate_by_spread(strata(5, 100, 100, spreads=("1000", "1", "1")), size=25)

    assert [one.size for one in shares] == [5, 10, 10]


@pytest.mark.parametrize(
    ("given_strata", "size", "minimum", "code"),
    [
        ([], 1, 0, "sampling.bad_strata"),
        (strata(5) * 2, 1, 0, "sampling.bad_strata"),
        (strata(5, 5), 11, 0, "sampling.bad_count"),
        (strata(5, 5), 3, 2, "sampling.minimum_too_large"),
        (strata(5, -1), 3, 0, "sampling.bad_count"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(
    given_strata: list[Stratum], size: int, minimum: int, code: str
) -> None:
    with pytest.raises(SamplingError) as refused:
        allocate_proportionally(given_strata, size=size, minimum=minimum)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("spreads", "code"),
    [
        ((), "sampling.bad_deviation"),
        (("1", "-1"), "sampling.bad_deviation"),
        (("1", "NaN"), "sampling.bad_deviation"),
        (("1", "0"), "sampling.no_weight"),
    ],
)
def test_spreads_that_give_no_weight_are_refused(spreads: tuple[str, ...], code: str) -> None:
    with pytest.raises(SamplingError) as refused:
        allocate_by_spread(strata(5, 5, spreads=spreads), size=8)

    assert refused.value.code == code
