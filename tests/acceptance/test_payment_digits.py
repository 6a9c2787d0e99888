"""The digits of the real payments come out as published, by a pack run as an inspector runs one."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from rules.checks.benford_law import BOUNDS, Conformity, DigitTest, expected_shares
from rules.pack_loading import load_pack
from rules.reading import read_file
from tests.acceptance.running import judge_files
from tests.rules.packs.through_the_doors import Outcome, judge_tables, open_own

PACK = Path("tests/acceptance/packs/payments-digits")
POSITIONS = {
    "first digit": DigitTest.FIRST,
    "second digit": DigitTest.SECOND,
    "first two digits": DigitTest.FIRST_TWO,
    "first three digits": DigitTest.FIRST_THREE,
}


@pytest.fixture(scope="module")
def figures(acceptance: Path) -> Mapping[str, object]:
    return json.loads(
        (acceptance / "payments" / "expected.json").read_text("utf-8"), parse_float=Decimal
    )


@pytest.fixture(scope="module")
def outcome(acceptance, figures, tmp_path_factory) -> tuple[Outcome, pl.DataFrame]:
    into = tmp_path_factory.mktemp("digits")
    pack = load_pack(PACK)
    source = acceptance / "payments" / "corporate_payment.csv"
    contract = pack.contracts["payments"]
    read_file(source, digest=figures["file"]["sha256"], contract=contract, into=into)
    table = open_own(pack, "payments", [into / "rows.parquet"])
    found = judge_tables(pack, {"payments": table}, into / "judged")
    return found, pl.read_parquet(into / "judged" / "facts.parquet")


@pytest.fixture(scope="module")
def fact(outcome):
    known = {(r, i, m): v for r, _, i, m, v in outcome[1].iter_rows()}
    return lambda rule, measure, item="all": known[rule, item, measure]


@pytest.fixture(scope="module")
def at_least_ten(figures):
    return {one["id"]: one for one in figures["amount_ge_10"]}


@pytest.fixture(scope="module")
def positive(figures):
    return {one["id"]: one for one in figures["amount_gt_0"]}


def near(found: str, entry: Mapping[str, object], key: str = "value") -> bool:
    """Whether a figure agrees as its entry says figures are compared."""
    value, (how, *rest) = Decimal(str(entry[key])), str(entry["compare"]).split()
    apart = abs(Decimal(found) - value)
    match how, rest:
        case "exact", _:
            return apart == 0
        case "absolute", [most]:
            return apart <= Decimal(most)
        case "relative", [most]:
            return apart <= Decimal(most) * abs(value)
        case "three", ["decimals"]:
            return Decimal(found).quantize(Decimal("0.001")) == value
    raise AssertionError(entry)


def test_the_chain_of_the_commands_gives_the_same_lines_and_facts(
    acceptance, outcome, tmp_path
) -> None:
    source = acceptance / "payments" / "corporate_payment.csv"
    found = judge_files("payments-digits", [("payments", source)], tmp_path)
    assert found.tallies == outcome[0].tallies
    assert found.lines.equals(outcome[0].lines)
    assert found.facts.equals(outcome[1])


@pytest.mark.parametrize("position", list(POSITIONS))
def test_the_bounds_are_the_published_ones(figures, position) -> None:
    published = figures["mad_limits"]["lower_bounds"][position]
    assert [Decimal(0), *BOUNDS[POSITIONS[position]]] == [Decimal(one) for one in published]
    assert [one.value for one in Conformity] == figures["mad_limits"]["verdicts"]


def test_the_law_gives_the_published_shares(figures) -> None:
    one, two, second = figures["digit_law"]
    assert near(str(expected_shares(DigitTest.FIRST)[1]), one)
    assert near(str(expected_shares(DigitTest.FIRST_TWO)[11]), two)
    shares = expected_shares(DigitTest.SECOND).values()
    for share, value in zip(shares, second["value"], strict=True):
        assert near(str(share), {"value": value, "compare": second["compare"]})


@pytest.mark.parametrize(
    ("figure", "where"),
    [
        ("n", ("FIRST-TWO", "taking_part", "rows")),
        ("second_order_n", ("SECOND-ORDER", "observed")),
        ("mad_first_digit", ("FIRST", "mad")),
        ("mad_first_two_digits", ("FIRST-TWO", "mad")),
    ],
)
def test_amounts_from_ten_up_measure_as_published(fact, at_least_ten, figure, where) -> None:
    assert near(fact(*where), at_least_ten[figure])


@pytest.mark.parametrize(
    ("figure", "item", "measure"),
    [
        ("n", "rows", "taking_part"),
        ("mantissa_mean", "all", "mantissa_mean"),
        ("mantissa_variance", "all", "mantissa_variance"),
        ("mantissa_excess_kurtosis", "all", "mantissa_excess_kurtosis"),
        ("mantissa_skewness", "all", "mantissa_skewness"),
        ("chi_square_first_two_digits", "all", "chi_square"),
        ("chi_square_df", "all", "degrees_of_freedom"),
        ("mantissa_arc_L2", "all", "mantissa_arc_l2"),
        ("kolmogorov_smirnov_D", "all", "ks"),
        ("kolmogorov_smirnov_critical", "all", "ks_critical"),
        ("mad_first_two_digits", "all", "mad"),
        ("distortion_factor", "all", "distortion_factor"),
    ],
)
def test_amounts_above_zero_measure_as_published(fact, positive, figure, item, measure) -> None:
    found = fact("ALL-FIRST-TWO", measure, item)
    assert near(found, positive[figure])
    if "computed_exact" in positive[figure]:
        exact = positive[figure]["computed_exact"]
        assert Decimal(found).quantize(exact) == exact


def test_the_second_order_differences_of_all_are_counted(fact, positive) -> None:
    assert near(fact("ALL-SECOND-ORDER", "observed"), positive["second_order_n"])


def test_the_verdict_is_nonconformity(fact, outcome, positive) -> None:
    assert fact("ALL-FIRST-TWO", "conformity") == positive["mad_verdict"]["value"]
    (line,) = outcome[0].of("ALL-FIRST-TWO", "violated").iter_rows(named=True)
    assert line["message_en"].endswith(positive["mad_verdict"]["value"])


def test_the_sums_that_stand_out_come_in_the_published_order(outcome, at_least_ten) -> None:
    wanted = at_least_ten["excess_summation_order"]["value"]
    assert ranked(outcome[1], "SUMS")[: len(wanted)] == wanted


def test_the_amounts_that_occur_most_often_are_the_published_ones(outcome, at_least_ten) -> None:
    numbers = outcome[1].filter(pl.col("item").str.starts_with("number "))
    found = [
        [item.removeprefix("number "), int(count)]
        for item, count in numbers.select("item", "value").iter_rows()
    ]
    assert found == at_least_ten["number_duplication_top6"]["value"]


def test_the_largest_deviations_are_the_published_ones(outcome, fact, positive) -> None:
    wanted = positive["five_largest_deviations"]["value"]
    digits = ranked(outcome[1], "ALL-FIRST-TWO")
    assert digits[: len(wanted)] == [digit for digit, _ in wanted]
    signs = []
    for digit, value in wanted:
        apart = Decimal(fact("ALL-FIRST-TWO", "difference", str(digit)))
        assert abs(abs(apart) - value) <= Decimal("0.005")
        signs.append((digit, apart < 0))
    assert [digit for digit, is_below in signs if is_below] == [14]


def test_the_suspects_are_the_rows_of_the_two_largest_deviations(
    outcome, fact, positive, figures
) -> None:
    first, second = ranked(outcome[1], "ALL-FIRST-TWO")[:2]
    counts = {
        str(digits): int(fact("ALL-FIRST-TWO", "observed", str(digits)))
        for digits in (first, second)
    }
    by_group = {one["id"]: one["value"] for one in figures["payment_tests"]}["suspects_by_group"]
    assert counts == by_group
    assert sum(counts.values()) == positive["suspects"]["value"]


def test_the_rows_that_take_no_part_are_counted(fact, figures) -> None:
    tests = {one["id"]: one["value"] for one in figures["payment_tests"]}
    assert int(fact("FIRST", "applying", "rows")) == tests["rows"]
    assert int(fact("FIRST", "zero", "rows")) == tests["zero_amounts"]
    assert int(fact("FIRST", "negative", "rows")) == tests["negative_amounts"]
    ends = ("zero", "negative", "left_out", "unknown", "taking_part")
    assert sum(int(fact("FIRST", end, "rows")) for end in ends) == tests["rows"]


def ranked(facts: pl.DataFrame, rule: str) -> list[int]:
    ranks = facts.filter(pl.col("rule") == rule, pl.col("measure") == "rank")
    pairs = [(int(rank), int(item)) for item, rank in ranks.select("item", "value").iter_rows()]
    return [digits for _, digits in sorted(pairs)]


def test_weekend_payments_are_counted_as_computed(outcome, figures) -> None:
    tests = {one["id"]: one["value"] for one in figures["payment_tests"]}
    tally = outcome[0].tallies["WEEKEND"]
    assert (tally.violated, tally.undetermined) == (tests["weekend_rows"], 0)
    assert tally.population == tests["rows"]


def test_the_strata_add_up_to_the_computed_sum(fact, figures, at_least_ten) -> None:
    tests = {one["id"]: one["value"] for one in figures["payment_tests"]}
    assert fact("STRATA", "sum") == tests["sum"]
    assert int(fact("STRATA", "count", "<0")) == tests["negative_amounts"]
    assert int(fact("STRATA", "count", "0-<0.01")) == tests["zero_amounts"]
    assert int(fact("STRATA", "count", ">=10")) == at_least_ten["n"]["value"]


@pytest.mark.parametrize(
    ("rule", "figure"),
    [
        ("OTHER-VENDOR", "same_invoice_date_amount_different_vendor"),
        ("OTHER-INVOICE", "same_vendor_amount_different_invoice"),
    ],
)
def test_lines_that_agree_but_for_one_column_are_counted(outcome, figures, rule, figure) -> None:
    tests = {one["id"]: one["value"] for one in figures["payment_tests"]}
    lines = outcome[0].of(rule, "violated")
    groups = lines.select(pl.col("group").n_unique()).item()
    assert {"groups": groups, "rows": lines.height} == tests[figure]["amount>=100"]
