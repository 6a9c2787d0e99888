"""The seed and the keys decide which rows are drawn, and nothing else does."""

import hashlib
from decimal import Decimal
from fractions import Fraction

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import SamplingError
from rules.sampling.draws import digest_of, draw_below
from rules.sampling.monetary import MONETARY, select_monetary
from rules.sampling.population import APART, DIGEST, NAMED_BY, Request, Unnamed
from rules.sampling.sample import DRAW, HITS, PART, Method, Sample
from rules.sampling.selection import (
    list_strata,
    select_random,
    select_stratified,
    select_systematic,
)
from tests.rules.sampling.making import frame, numbered, request

EVERY_METHOD = [*Method]


def drawn(sample: Sample) -> list[tuple[object, ...]]:
    return sample.rows.select(DRAW, PART, HITS, "number").rows()


def numbers(sample: Sample) -> list[str]:
    return sample.rows["number"].to_list()


def select(asked: Request, *, method: Method, size: int) -> Sample:
    if method in MONETARY:
        return select_monetary(asked, method=method, size=size)
    if method is Method.STRATIFIED:
        strata = list_strata(asked)
        return select_stratified(asked, sizes=dict.fromkeys(strata, 1))
    choose = select_random if method is Method.RANDOM else select_systematic
    return choose(asked, size=size)


@pytest.mark.parametrize("method", EVERY_METHOD)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_order_and_partition_of_the_rows_change_nothing(
    method: Method, data: st.DataObject
) -> None:
    cents = data.draw(st.lists(st.integers(-100, 10_000), min_size=3, max_size=40))
    rows = frame(
        [(f"V{i}", "ab"[i % 2], Decimal(one).scaleb(-2)) for i, one in enumerate([1, *cents])]
    )
    order = data.draw(st.permutations(range(rows.height)))
    cut = data.draw(st.integers(0, rows.height))
    shuffled = rows[list(order)]
    in_parts = pl.concat([shuffled[:cut].lazy(), shuffled[cut:].lazy()])
    asked = {"amount": "amount", "stratum": ("unit",)}

    one = select(request(rows, **asked), method=method, size=1)
    two = select(request(in_parts, **asked), method=method, size=1)

    assert drawn(one) == drawn(two)
    assert one.parts == two.parts
    assert one.set_apart.equals(two.set_apart)


@pytest.mark.parametrize("method", EVERY_METHOD)
def test_another_seed_draws_other_rows(method: Method) -> None:
    rows = numbered(*range(100, 400))
    asked = {"amount": "amount", "stratum": ("unit",)}

    one = select(request(rows, **asked), method=method, size=20)
    two = select(request(rows, **asked, seed="2025"), method=method, size=20)

    assert numbers(one) != numbers(two)


def test_a_digest_can_be_computed_by_hand() -> None:
    sample = select_random(request(frame([("Số 7", "a", None)])), size=1)

    text = "4:2024,8:vouchers,3:key,6:Số 7,"
    assert sample.rows[DIGEST].to_list() == [hashlib.sha256(text.encode()).hexdigest()]
    assert digest_of("2024", "vouchers", "key", "Số 7") == sample.rows[DIGEST][0]


def test_rows_are_drawn_in_the_order_of_their_digests() -> None:
    rows = numbered(*range(50))
    by_hand = sorted(rows["number"], key=lambda key: digest_of("2024", "vouchers", "key", key))

    assert numbers(select_random(request(rows), size=8)) == by_hand[:8]


def test_another_engine_draws_the_same_rows() -> None:
    rows = numbered(*range(200))
    with duckdb.connect() as engine:
        engine.execute("create table vouchers (number text)")
        engine.executemany("insert into vouchers values (?)", rows.select("number").rows())
        found = engine.execute(
            "select number from vouchers order by sha256("
            "'4:2024,8:vouchers,3:key,' || strlen(number) || ':' || number || ',') limit 12"
        ).fetchall()

    assert numbers(select_random(request(rows), size=12)) == [number for (number,) in found]


def test_a_larger_sample_holds_the_smaller_one() -> None:
    asked = request(numbered(*range(50)))

    assert numbers(select_random(asked, size=20))[:5] == numbers(select_random(asked, size=5))


def test_keys_of_several_columns_do_not_run_together() -> None:
    rows = frame([("ab", "c", None), ("a", "bc", None)])

    sample = select_random(request(rows, key=("number", "unit")), size=2)

    assert sample.rows[DIGEST].n_unique() == 2
    assert sample.named_by["key"] == 2


@pytest.mark.parametrize("blank", [None, ""])
def test_rows_without_a_key_of_their_own_are_drawn_by_their_place_and_counted(
    blank: str | None,
) -> None:
    rows = frame([("A", "a", None), (blank, "a", None), ("B", "a", None), ("A", "a", None)])

    sample = select_random(request(rows), size=4)

    assert sample.named_by == {"key": 1, "place": 0, "place_blank": 1, "place_duplicate": 2}
    by_row = dict(sample.rows.select("__row", NAMED_BY).iter_rows())
    assert by_row == {2: "place_duplicate", 3: "place_blank", 4: "key", 5: "place_duplicate"}
    assert sample.rows[DIGEST].n_unique() == 4


def test_rows_without_a_key_of_their_own_are_refused_where_asked() -> None:
    rows = frame([("A", "a", None), (None, "a", None), ("A", "a", None)])

    with pytest.raises(SamplingError) as refused:
        select_random(request(rows, unnamed=Unnamed.REFUSE), size=1)

    assert refused.value.facts == {"table": "vouchers", "rows": 3}


def test_a_table_without_a_key_is_drawn_by_places() -> None:
    sample = select_random(request(numbered(1, 2, 3), key=()), size=2)

    assert (sample.named_by["place"], sample.rows.height) == (3, 2)


def test_a_file_given_twice_is_refused() -> None:
    rows = numbered(1, 2)

    with pytest.raises(SamplingError, match=r"sampling\.same_place"):
        select_random(request(pl.concat([rows, rows])), size=1)


@settings(deadline=None, max_examples=40)
@given(count=st.integers(1, 60), data=st.data())
def test_systematic_rows_lie_an_exact_interval_apart(count: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, count))
    rows = frame([(f"V{i:03}", "a", None) for i in range(count)])

    sample = select_systematic(request(rows, order=("number",)), size=size)

    start = int(sample.settings["start"])
    by_hand = [(start + i * count) // size for i in range(size)]
    assert numbers(sample) == [f"V{i:03}" for i in by_hand]
    assert len(set(by_hand)) == size


def test_every_start_together_draws_every_row_equally_often() -> None:
    # The law behind the chance of n/N, for N = 10 and n = 4.
    met = [(start + i * 10) // 4 for start in range(10) for i in range(4)]

    assert [met.count(row) for row in range(10)] == [4] * 10


def test_blank_cells_of_the_order_come_last() -> None:
    rows = frame([("A", None, None), ("B", "b", None), ("C", "a", None)])

    assert numbers(select_systematic(request(rows, order=("unit",)), size=3)) == ["C", "B", "A"]


def test_strata_are_drawn_from_each_for_itself_and_blank_ones_set_apart() -> None:
    lines = [(f"V{i}", ("a", "b", None, "")[i % 4], Decimal(i)) for i in range(20)]
    asked = request(frame(lines), stratum=("unit",), amount="amount")

    sample = select_stratified(asked, sizes={"a": 3, "b": 0})

    assert list_strata(asked) == {"a": 5, "b": 5}
    assert [(p.name, p.is_apart, p.rows, p.selected) for p in sample.parts] == [
        ("a", False, 5, 3),
        ("b", False, 5, 0),
        ("stratum_blank", True, 10, 0),
    ]
    assert sum(part.amount or 0 for part in sample.parts) == sample.amount == Decimal(190)
    assert sample.set_apart[APART].unique().to_list() == ["stratum_blank"]
    in_a = [line[0] for line in lines if line[1] == "a"]
    by_hand = sorted(in_a, key=lambda key: digest_of("2024", "vouchers", "key", str(key)))
    assert numbers(sample) == by_hand[:3]


@pytest.mark.parametrize("sizes", [{"a": 1}, {"a": 1, "b": 1, "c": 0}])
def test_every_stratum_and_no_other_is_given_a_size(sizes: dict[str, int]) -> None:
    rows = frame([("A", "a", None), ("B", "b", None)])

    with pytest.raises(SamplingError, match=r"sampling\.strata_differ"):
        select_stratified(request(rows, stratum=("unit",)), sizes=sizes)


def test_two_strata_that_would_bear_one_name_are_refused() -> None:
    rows = frame([("x | y", "z", None), ("x", "y | z", None)])

    with pytest.raises(SamplingError, match=r"sampling\.strata_alike"):
        list_strata(request(rows, stratum=("number", "unit")))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"seed": " "}, "sampling.bad_seed"),
        ({"seed": "x" * 201}, "sampling.bad_seed"),
        ({"key": ("missing",)}, "sampling.no_column"),
        ({"order": ("__row",)}, "sampling.no_column"),
        ({"amount": "unit"}, "sampling.not_an_amount"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(asked: dict[str, object], code: str) -> None:
    with pytest.raises(SamplingError) as refused:
        select_random(request(numbered(1, 2), **asked), size=1)

    assert refused.value.code == code


@pytest.mark.parametrize("choose", [select_random, select_systematic])
def test_more_rows_than_there_are_are_refused(choose) -> None:
    with pytest.raises(SamplingError, match=r"sampling\.too_many"):
        choose(request(numbered(1, 2)), size=3)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(SamplingError, match=r"sampling\.nothing_to_draw"):
        select_random(request(numbered()), size=1)


@settings(deadline=None, max_examples=30)
@given(limit=st.integers(1, 50), seed=st.text(min_size=1, max_size=5))
def test_draws_stay_below_their_limit_and_repeat(limit: int, seed: str) -> None:
    assert 0 <= draw_below(limit, seed) == draw_below(limit, seed) < limit


def test_draws_are_even() -> None:
    counts = [0] * 6
    for i in range(6000):
        counts[draw_below(6, "even", str(i))] += 1

    # Chi-square with five degrees of freedom stays below 20.5 in 999 of 1,000 cases.
    assert sum(Fraction((count - 1000) ** 2, 1000) for count in counts) < Fraction(41, 2)
