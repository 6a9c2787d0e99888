from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from rules.text import Text
from tests.rules.building import Outcome, contract, judged, pack, parameter, rule, table

OF = contract(item="code", price="money:2", day="date", wide="integer")
CHECK = {"kind": "outliers", "of": "price", "method": "iqr", "minimum": 4}
SETTINGS = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def judge_prices(prices: Sequence[object], into: Path, **more: object) -> Outcome:
    check = CHECK | more.pop("check", {})
    cells = [one if isinstance(one, dict) else {"price": one} for one in prices]
    unreadable, foreign = more.pop("unreadable", None), more.pop("foreign", ())
    parameters, kind = more.pop("parameters", ()), more.pop("rule_class", RuleClass.RISK)
    made = replace(rule(check, **more), rule_class=kind)
    of = pack(made, contracts=[OF], parameters=parameters)
    return judged(of, into, table(OF, cells, unreadable=unreadable, foreign=foreign))


def facts(into: Path) -> dict[tuple[str | None, str, str], str]:
    rows = pl.read_parquet(into / "facts.parquet").iter_rows()
    return {(group, item, measure): value for _, group, item, measure, value in rows}


def fences(into: Path) -> tuple[Decimal, Decimal]:
    found = facts(into)
    return Decimal(found[None, "fence", "least"]), Decimal(found[None, "fence", "most"])


@pytest.mark.parametrize(
    ("quantile", "first", "third"),
    [("type-7", "3", "7"), ("type-8", "2.666666666667", "7.333333333333")],
)
def test_quartiles_are_of_the_declared_type(quantile, first, third, tmp_path: Path) -> None:
    judge_prices(range(1, 10), tmp_path, check={"quantile": quantile})
    found = facts(tmp_path)
    assert found[None, "values", "first_quartile"] == first
    assert found[None, "values", "third_quartile"] == third


def test_what_lies_beyond_a_fence_is_told_with_it(tmp_path: Path) -> None:
    said = Text(vi="{found} > {most} ({count} giá, lệch {difference})", en="{least}")
    outcome = judge_prices([10, 11, 12, 13, "16.01"], tmp_path, message=said)
    assert outcome.counts == (4, 1, 0, 0)
    (line,) = outcome.lines.iter_rows(named=True)
    assert (line["found"], line["expected"], line["difference"]) == ("16.01", "16.00", "0.01")
    assert line["message_vi"] == "16,01 > 16 (5 giá, lệch 0,01)"
    assert line["message_en"] == "8"
    assert facts(tmp_path)[None, "rows", "above"] == "1"


def test_one_side_may_be_all_that_is_asked(tmp_path: Path) -> None:
    prices = [1, 10, 11, 12, 13, 14, 30]
    sides = {side: judge_prices(prices, tmp_path, check={"sides": side}) for side in
             ("both", "above", "below")}  # fmt: skip
    told = {side: outcome.column("found") for side, outcome in sides.items()}
    assert told == {"both": ["1.00", "30.00"], "above": ["30.00"], "below": ["1.00"]}


def test_squares_of_long_amounts_are_summed_exactly(tmp_path: Path) -> None:
    largest = 10**18 - 1
    prices = [Decimal(sign * largest).scaleb(-2) for sign in (1, -1)] * 50
    check = {"method": "z", "factor": 1}
    # The deviation is a little more than the distance of every value from the mean 0.
    assert judge_prices(prices, tmp_path, check=check).counts == (100, 0, 0, 0)
    check["factor"] = "0.994"
    assert judge_prices(prices, tmp_path, check=check).counts == (0, 100, 0, 0)


@SETTINGS
@given(cents=st.lists(st.integers(-(10**18) + 1, 10**18 - 1), min_size=4, max_size=9))
def test_mean_and_variance_are_exact_to_the_last_place(cents: list[int], tmp_path: Path) -> None:
    prices = [Decimal(one).scaleb(-2) for one in cents]
    judge_prices(prices, tmp_path, check={"method": "z"})
    mean = Fraction(sum(cents), len(cents))
    variance = sum((one - mean) ** 2 for one in cents) / (len(cents) - 1)
    told = facts(tmp_path)
    for measure, exact in (("mean", mean / 100), ("variance", variance / 10_000)):
        apart = abs(Fraction(told[None, "values", measure]) - exact)
        assert apart <= Fraction(1, 2 * 10**12)


def test_what_cannot_be_told_is_undetermined_with_its_reason(tmp_path: Path) -> None:
    rows = [{"item": "A", "price": price} for price in (1, 2, 3, 4)]
    rows += [{"item": "B", "price": 7}, {"item": "", "price": 7}, {"item": "A"}, {"item": "A"}]
    outcome = judge_prices(rows, tmp_path, check={"by": ["item"]}, unreadable={7: ["price"]})
    assert outcome.counts == (4, 0, 4, 0)
    assert outcome.lines.select("row", "reason").rows() == [
        (6, "too_few"),
        (7, "key"),
        (8, "missing"),
        (9, "unreadable"),
    ]


def test_rows_of_others_set_the_fences_of_a_campaign_and_are_not_judged(tmp_path: Path) -> None:
    outcome = judge_prices([90, 10, 11, 12, 13], tmp_path, scope="campaign", foreign=[1, 2, 3, 4])
    assert outcome.counts == (0, 1, 0, 0)
    assert judge_prices([90, 10, 11, 12, 13], tmp_path, foreign=[1, 2, 3, 4]).counts == (0, 0, 1, 0)


def test_a_dated_factor_must_be_one_for_the_whole_group(tmp_path: Path) -> None:
    factor = parameter("k", (Decimal(1), None, "2025-12-31"), (Decimal(9), "2026-01-01", None))
    more = {"check": {"factor": "k"}, "dated_by": "day", "parameters": [factor]}

    def counts(*days: str) -> tuple[int, ...]:
        prices = (10, 11, 12, 13, 20)
        rows = [{"price": p, "day": day} for p, day in zip(prices, days, strict=True)]
        return judge_prices(rows, tmp_path, **more).counts

    assert counts(*["2025-05-05"] * 5) == (4, 1, 0, 0)
    assert counts(*["2026-05-05"] * 5) == (5, 0, 0, 0)
    assert counts(*["2025-05-05"] * 4, "2026-05-05") == (0, 0, 5, 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "sigma"}, "check.not_a_choice"),
        ({"quantile": "type-6"}, "check.not_a_choice"),
        ({"factor": 0}, "check.bad_value"),
        ({"minimum": 3}, "check.range"),
        ({"of": "item"}, "formula.type"),
        ({"method": "z", "of": "wide * price"}, "formula.too_wide"),
        ({"factor": "price"}, "formula.constant_needed"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, code, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_prices([], tmp_path, check=change)
    assert refused.value.code == code


def test_an_outlier_alone_is_no_violation(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as refused:
        judge_prices([1], tmp_path, rule_class=RuleClass.VIOLATION)
    assert refused.value.code == "check.class"


CENTS = st.lists(st.integers(-500, 500), min_size=4, max_size=40)
FACTORS = st.sampled_from(["0.5", "1", "1.5", "2.75"])


def outside(cents: list[int], method: str, factor: Fraction, quantile: str) -> list[bool]:
    """The definitions, in fractions; of `z` by the squares."""
    count, ordered = len(cents), sorted(map(Fraction, cents))

    def at(place: Fraction) -> Fraction:
        below = int(place)
        rest = place - below
        return ordered[below] + (rest * (ordered[below + 1] - ordered[below]) if rest else 0)

    def middle(values: list[Fraction]) -> Fraction:
        values = sorted(values)
        return (values[(count - 1) // 2] + values[count // 2]) / 2

    if method == "iqr":
        if quantile == "type-7":
            first, third = at(Fraction(count - 1, 4)), at(Fraction(3 * (count - 1), 4))
        else:
            one_third = Fraction(1, 3)
            first = at((count + one_third) / 4 + one_third - 1)
            third = at((count + one_third) * 3 / 4 + one_third - 1)
        reach = factor * (third - first)
        return [x < first - reach or x > third + reach for x in cents]
    if method == "mad":
        median = middle(ordered)
        reach = factor * Fraction("1.4826") * middle([abs(x - median) for x in ordered])
        return [abs(x - median) > reach for x in cents]
    mean = sum(ordered) / count
    variance = sum((x - mean) ** 2 for x in ordered) / (count - 1)
    return [(x - mean) ** 2 > factor**2 * variance for x in cents]


@SETTINGS
@given(cents=CENTS, factor=FACTORS, method=st.sampled_from(["iqr", "z", "mad"]),
       quantile=st.sampled_from(["type-7", "type-8"]))  # fmt: skip
def test_whole_fences_tell_what_the_definitions_tell(
    cents: list[int], factor: str, method: str, quantile: str, tmp_path: Path
) -> None:
    check = {"method": method, "factor": factor, "quantile": quantile}
    prices = [Decimal(one).scaleb(-2) for one in cents]
    outcome = judge_prices(prices, tmp_path, check=check)
    if "no_spread" in outcome.column("reason"):
        ordered = sorted(cents)
        assert any(one == two for one, two in pairwise(ordered))
        assert ordered[0] != ordered[-1]
        return
    wanted = outside(cents, method, Fraction(factor), quantile)
    rows = {row - 2 for row in outcome.column("row")}
    assert [index in rows for index in range(len(cents))] == wanted


@SETTINGS
@given(
    rows=st.lists(st.tuples(st.sampled_from("AB"), st.integers(-99, 99)), min_size=8, max_size=40),
    method=st.sampled_from(["iqr", "z", "mad"]),
)
def test_a_group_is_judged_as_if_it_were_alone(
    rows: list[tuple[str, int]], method: str, tmp_path: Path
) -> None:
    check = {"method": method, "by": ["item"]}
    cells = [{"item": item, "price": price} for item, price in rows]
    together = judge_prices(cells, tmp_path, check=check).lines
    told = facts(tmp_path)
    alone = []
    for item in "AB":
        own = [{"item": "-"} if one["item"] != item else one for one in cells]
        lines = judge_prices(own, tmp_path, check=check).lines
        alone.append(lines.filter(pl.col("group") == item))
        assert {key: v for key, v in facts(tmp_path).items() if key[0] == item} == {
            key: v for key, v in told.items() if key[0] == item
        }
    assert pl.concat(alone).sort("row").equals(together)


@SETTINGS
@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(-50, 50) | st.sampled_from([-900, 900])),
        min_size=12,
        max_size=60,
    ),
    sides=st.sampled_from(["both", "above", "below"]),
)
def test_each_group_is_held_to_its_own_fences(
    rows: list[tuple[str, int]], sides: str, tmp_path: Path
) -> None:
    cells = [{"item": item, "price": price} for item, price in rows]
    check = {"by": ["item"], "sides": sides, "minimum": 4}
    together = judge_prices(cells, tmp_path, check=check)
    apart = [
        judge_prices([one for one in cells if one["item"] == item], tmp_path, check=check).counts
        for item in sorted({one["item"] for one in cells})
    ]
    assert together.counts == tuple(map(sum, zip(*apart, strict=True)))
