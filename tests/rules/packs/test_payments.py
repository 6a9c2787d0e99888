"""The published and computed figures of the real payments come out of the payments pack."""

import json
from pathlib import Path

import polars as pl
import pytest

from rules.pack_loading import load_pack
from rules.profile import describe
from rules.reading import read_file
from tests.rules.packs.through_the_doors import Outcome, judge_tables, open_own

PACK = Path("rules/packs/payments")
SAME = {
    "same_vendor_date_invoice_amount": ("PAY-010", "PAY-011"),
    "same_vendor_invoice_amount": ("PAY-012", "PAY-013"),
    "same_invoice_date_amount": ("PAY-014", "PAY-015"),
    "same_vendor_date_amount": ("PAY-016", "PAY-017"),
}


@pytest.fixture(scope="module")
def expected(acceptance: Path) -> dict[str, object]:
    figures = json.loads((acceptance / "payments" / "expected.json").read_text("utf-8"))
    return {test["id"]: test["value"] for test in figures["payment_tests"]} | {
        "sha256": figures["file"]["sha256"]
    }


@pytest.fixture(scope="module")
def table(acceptance, expected, tmp_path_factory):
    into = tmp_path_factory.mktemp("reading")
    pack = load_pack(PACK)
    source = acceptance / "payments" / "corporate_payment.csv"
    contract = pack.contracts["payments"]
    reading = read_file(source, digest=expected["sha256"], contract=contract, into=into)
    assert (reading.rows_in_file, reading.rows_refused) == (expected["rows"], 0)
    assert reading.problems == 0
    return open_own(pack, "payments", [into / "rows.parquet"])


@pytest.fixture(scope="module")
def outcome(table, tmp_path_factory) -> Outcome:
    into = tmp_path_factory.mktemp("judging") / "judged"
    return judge_tables(load_pack(PACK), {"payments": table}, into)


def test_the_table_is_described_as_published(table, expected) -> None:
    facts = {fact.name: fact for fact in describe(table)}
    assert facts["VendorNum"].rows == expected["rows"]
    assert facts["VendorNum"].distinct == expected["vendors"]
    assert [facts["Date"].smallest, facts["Date"].largest] == expected["date_range"]
    assert facts["Amount"].sum == expected["sum"]


def test_every_required_cell_is_filled(outcome, expected) -> None:
    tally = outcome.tallies["PAY-001"]
    assert (tally.population, tally.met) == (expected["rows"], expected["rows"])


@pytest.mark.parametrize(
    ("rule", "figure"),
    [("PAY-002", "zero_amounts"), ("PAY-003", "negative_amounts"), ("PAY-005", "weekend_rows")],
)
def test_rows_are_counted_as_published(outcome, expected, rule, figure) -> None:
    tally = outcome.tallies[rule]
    assert (tally.violated, tally.undetermined) == (expected[figure], 0)
    assert tally.met == expected["rows"] - expected[figure]


def test_negative_amounts_meet_their_equal_payments(outcome, expected) -> None:
    tally = outcome.tallies["PAY-004"]
    assert tally.met == expected["negative_with_equal_positive"]
    assert tally.met + tally.violated == expected["negative_amounts"]
    assert tally.not_applicable == expected["rows"] - expected["negative_amounts"]


@pytest.mark.parametrize("figure", list(SAME))
def test_repeated_lines_are_grouped_as_published(outcome, expected, figure) -> None:
    for code, share in zip(SAME[figure], ("all", "amount>=100"), strict=True):
        lines = outcome.of(code, "violated")
        groups = lines.select(pl.col("group").n_unique()).item()
        assert {"groups": groups, "rows": lines.height} == expected[figure][share]
        assert outcome.tallies[code].violated == lines.height


def test_the_money_of_repeated_lines_is_their_positive_sum(outcome, table) -> None:
    rows = outcome.of("PAY-010", "violated")["row"]
    amounts = table.frame.filter(pl.col("__row").is_in(rows.implode()), pl.col("Amount") > 0)
    assert (
        outcome.tallies["PAY-010"].amount == amounts.select(pl.col("Amount").sum()).collect().item()
    )
