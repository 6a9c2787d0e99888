"""Every unit of money is met as its method says, and no row is lost on the way."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import SamplingError
from rules.sampling.draws import digest_of, draw_below
from rules.sampling.monetary import MONETARY, select_monetary, select_monetary_by
from rules.sampling.population import APART
from rules.sampling.sample import BOOK, HITS, Method
from tests.rules.sampling.making import frame, numbered, request

amounts = st.lists(st.integers(-50, 5_000), min_size=1, max_size=50)


def marks(method: Method, total: int, interval: int) -> list[int]:
    """The marked units, one by one, as the documentation says them."""
    names = ("2024", "vouchers", method.value)
    draws = -(-total // interval)
    if method is Method.MONETARY_INTERVAL:
        return list(range(draw_below(interval, *names), total, interval))
    if method is Method.MONETARY_CELL:
        each = (i * interval + draw_below(interval, *names, str(i)) for i in range(draws))
        return [mark for mark in each if mark < total]
    return [draw_below(total, *names, str(i)) for i in range(draws)]


@pytest.mark.parametrize("method", MONETARY)
@settings(deadline=None, max_examples=60)
@given(cents=amounts, interval=st.integers(1, 6_000))
def test_the_rows_met_are_those_the_marked_units_lie_on(
    method: Method, cents: list[int], interval: int
) -> None:
    cents = [*cents, 7]
    asked = request(numbered(*cents), amount="amount")

    sample = select_monetary_by(asked, method=method, interval=interval)

    order = sorted(range(len(cents)), key=lambda i: digest_of("2024", "vouchers", "key", f"V{i}"))
    line = [i for i in order if 0 < cents[i] < interval for _ in range(cents[i])]
    met = [line[mark] for mark in marks(method, len(line), interval)]
    certain = [i for i in order if cents[i] >= interval]
    expected = [(f"V{i}", 1) for i in certain]
    expected += [(f"V{i}", met.count(i)) for i in order if i in met]
    assert sample.rows.select("number", HITS).rows() == expected
    assert len(set(sample.rows["number"])) == sample.rows.height


@pytest.mark.parametrize("method", MONETARY)
@settings(deadline=None, max_examples=40)
@given(cents=amounts, data=st.data())
def test_parts_reconcile_with_the_population(
    method: Method, cents: list[int], data: st.DataObject
) -> None:
    cents = [*cents, 7]
    size = data.draw(st.integers(1, 7))

    sample = select_monetary(request(numbered(*cents), amount="amount"), method=method, size=size)

    assert sum(part.rows for part in sample.parts) == sample.population == len(cents)
    total = sum((part.amount or Decimal(0) for part in sample.parts), Decimal(0))
    assert total == sample.amount == Decimal(sum(cents)).scaleb(-2)
    selected = sum((part.selected_amount or Decimal(0) for part in sample.parts), Decimal(0))
    assert selected == sum(sample.rows[BOOK], Decimal(0))


@settings(deadline=None, max_examples=60)
@given(cents=amounts, interval=st.integers(1, 6_000))
def test_an_interval_meets_no_row_twice(cents: list[int], interval: int) -> None:
    asked = request(numbered(*cents, 7), amount="amount")

    sample = select_monetary_by(asked, method=Method.MONETARY_INTERVAL, interval=interval)

    assert set(sample.rows[HITS]) <= {1}


def test_what_money_cannot_meet_is_set_apart_with_its_reason() -> None:
    lines = [("A", "a", None), ("B", "a", None), ("C", "a", Decimal(0)), ("D", "a", Decimal(-5))]
    rows = frame([*lines, ("E", "a", Decimal(5))], unreadable=[[], ["amount"], [], [], []])

    sample = select_monetary(
        request(rows, amount="amount"), method=Method.MONETARY_INTERVAL, size=1
    )

    assert sample.set_apart.select("number", APART).rows() == [
        ("A", "amount_blank"),
        ("B", "amount_unreadable"),
        ("C", "amount_zero"),
        ("D", "amount_negative"),
    ]
    assert [(p.name, p.rows, p.without_amount, p.amount) for p in sample.parts if p.is_apart] == [
        ("amount_blank", 1, 1, Decimal("0.00")),
        ("amount_negative", 1, 0, Decimal("-5.00")),
        ("amount_unreadable", 1, 1, Decimal("0.00")),
        ("amount_zero", 1, 0, Decimal("0.00")),
    ]


def test_the_declared_order_lays_out_the_line() -> None:
    rows = frame([(f"V{i}", unit, Decimal(1)) for i, unit in enumerate("dcba")])

    sample = select_monetary(
        request(rows, amount="amount", order=("unit",)), method=Method.MONETARY_CELL, size=3
    )

    units = sample.rows["unit"].to_list()
    assert units == sorted(units)


def test_huge_amounts_are_added_up_exactly() -> None:
    huge = Decimal("99999999999999999999999999999999.97")
    rows = frame([(f"V{i}", "a", huge) for i in range(9)])

    sample = select_monetary(
        request(rows, amount="amount"), method=Method.MONETARY_INTERVAL, size=4
    )

    assert (str(sample.amount), sample.rows.height) == ("899999999999999999999999999999999.73", 4)


def test_a_total_that_cannot_be_held_is_refused() -> None:
    rows = frame([(f"V{i}", "a", Decimal("9" * 35)) for i in range(2)])

    with pytest.raises(SamplingError, match=r"sampling\.total_too_large"):
        select_monetary(request(rows, amount="amount"), method=Method.MONETARY_CELL, size=1)


@pytest.mark.parametrize(
    ("asked", "interval", "code"),
    [
        ({}, 1, "sampling.no_amount"),
        ({"amount": "amount"}, 0, "sampling.bad_interval"),
        ({"amount": "amount"}, 1, "sampling.interval_too_small"),
    ],
)
def test_what_cannot_be_drawn_is_refused(asked: dict[str, str], interval: int, code: str) -> None:
    with pytest.raises(SamplingError) as refused:
        select_monetary_by(
            request(numbered(10**9), **asked), method=Method.MONETARY_CELL, interval=interval
        )

    assert refused.value.code == code


def test_nothing_positive_is_nothing_to_draw() -> None:
    with pytest.raises(SamplingError, match=r"sampling\.nothing_to_draw"):
        select_monetary(
            request(numbered(0, -5), amount="amount"), method=Method.MONETARY_CELL, size=1
        )


def test_a_size_above_the_money_is_refused() -> None:
    with pytest.raises(SamplingError, match=r"sampling\.size_above_money"):
        select_monetary(request(numbered(3), amount="amount"), method=MONETARY[0], size=4)


def test_other_methods_are_refused() -> None:
    with pytest.raises(SamplingError, match=r"sampling\.not_monetary"):
        select_monetary(request(numbered(3), amount="amount"), method=Method.RANDOM, size=1)


def test_the_rows_of_a_sample_have_the_documented_columns() -> None:
    sample = select_monetary(request(numbered(3), amount="amount"), method=MONETARY[0], size=1)

    first = dict(list(sample.rows.schema.items())[:6])
    assert first == {
        "__draw": pl.Int64(),
        "__part": pl.String(),
        "__hits": pl.Int64(),
        "__book": pl.Decimal(38, 2),
        "__named_by": pl.String(),
        "__digest": pl.String(),
    }


def test_whole_numbers_are_amounts_without_places() -> None:
    rows = numbered(1, 2, 3).with_columns(pl.Series("amount", [40, 50, -1], dtype=pl.Int64))

    sample = select_monetary(request(rows, amount="amount"), method=MONETARY[0], size=2)

    assert (str(sample.amount), sample.settings["interval"], sample.scale) == ("89", "45", 0)
