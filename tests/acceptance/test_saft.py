"""A published audit file: its declared totals hold, and what is wrong in it is found, no more."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.acceptance.running import PACKS, Judged, judge_files, sha256_of

XML_RULES = {f"SAFT-{number:02d}" for number in range(1, 14)}
VIEW_RULES = {f"VIEW-{number:02d}" for number in range(1, 9)}


@pytest.fixture(scope="module")
def published(acceptance: Path) -> dict[str, object]:
    """The published and the computed figures, by name."""
    text = (acceptance / "saft" / "expected.json").read_text(encoding="utf-8")
    document = json.loads(text)
    for name, file in document["files"].items():
        assert sha256_of(acceptance / "saft" / name) == file["sha256"]
    both = document["published"] | document["computed"]
    return {name: one["value"] for name, one in both.items()}


@pytest.fixture(scope="module")
def saft(acceptance: Path, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The audit file and the workbook that shows it, read and judged together."""
    (file,) = (acceptance / "saft").glob("*.xml")
    (view,) = (acceptance / "saft").glob("*.xlsx")
    names = sorted(path.stem for path in (PACKS / "saft" / "tables").glob("*.yaml"))
    sources = [(name, view if name.startswith("view_") else file) for name in names]
    return judge_files("saft", sources, tmp_path_factory.mktemp("saft"))


def test_every_rule_ran(saft: Judged) -> None:
    assert set(saft.tallies) == XML_RULES | VIEW_RULES
    assert {tally.error_code for tally in saft.tallies.values()} == {None}
    assert {tally.undetermined for tally in saft.tallies.values()} == {0}


def test_every_record_is_read_without_a_problem(saft: Judged, published: dict) -> None:
    xml = {name: file.reading for name, file in saft.files.items() if name[:5] != "view_"}
    assert {one.rows_refused for one in xml.values()} == {0}
    counts = {name: xml[name].rows_read for name in ("transactions", "lines", "accounts")}
    assert counts == {name: published[name] for name in counts}


def test_the_declared_totals_are_those_of_the_records(saft: Judged, published: dict) -> None:
    assert saft.counts("SAFT-01") == (1, 0, 0, 0)
    entries = [str(published["NumberOfEntries"])]
    assert saft.figures("SAFT-01", "declared") == entries
    assert saft.figures("SAFT-01", "found") == [str(published["transactions"])] == entries
    assert saft.counts("SAFT-02") == (1, 0, 0, 0)
    assert saft.figures("SAFT-02", "declared") == [
        published["TotalDebit"],
        published["TotalCredit"],
    ]
    assert saft.figures("SAFT-02", "found") == [published["sum_debit"], published["sum_credit"]]


def test_no_transaction_is_out_of_balance(saft: Judged, published: dict) -> None:
    assert saft.units("SAFT-03") == published["unbalanced_transactions"]
    assert saft.counts("SAFT-03") == (published["transactions"], 0, 0, 0)


def test_exactly_the_published_transaction_numbers_are_missing(
    saft: Judged, published: dict
) -> None:
    ids = published["transaction_ids"]
    assert saft.counts("SAFT-04") == (0, 1, 0, 0)
    (line,) = saft.lines.filter(rule="SAFT-04").iter_rows(named=True)
    assert numbers(line["expected"]) == ids["missing"]
    assert line["found"] == f"{ids['first']}-{ids['last']}"
    assert line["difference"] == str(len(ids["missing"]))
    assert saft.units("SAFT-05") == ids["duplicates"]
    assert saft.counts("SAFT-05") == (ids["count"], 0, 0, 0)


def test_a_record_number_is_a_key_within_its_transaction(saft: Judged, published: dict) -> None:
    assert published["record_id"]["unique_within_transaction"] is True
    assert saft.counts("SAFT-06") == (published["record_id"]["lines"], 0, 0, 0)


@pytest.mark.parametrize(
    ("rule", "orphans"),
    [
        ("SAFT-07", "orphan_accounts"),
        ("SAFT-08", "orphan_customers"),
        ("SAFT-09", "orphan_suppliers"),
    ],
)
def test_there_are_no_orphans(rule: str, orphans: str, saft: Judged, published: dict) -> None:
    assert saft.units(rule) == published[orphans]
    met, violated, undetermined, not_applicable = saft.counts(rule)
    assert (violated, undetermined) == (0, 0)
    assert met + not_applicable == published["lines"]
    assert met > 0


def test_exactly_the_published_accounts_do_not_roll_forward(saft: Judged, published: dict) -> None:
    breaks = published["roll_forward_breaks"]
    assert saft.counts("SAFT-10") == (published["accounts"] - len(breaks), len(breaks), 0, 0)
    lines = saft.lines.filter(rule="SAFT-10")
    found = {
        line["unit_key"]: [Decimal(line[key]) for key in ("expected", "found", "difference")]
        for line in lines.iter_rows(named=True)
    }
    assert found == {
        one["account"]: [
            Decimal(one[key]) for key in ("expected_closing", "stated_closing", "difference")
        ]
        for one in breaks
    }
    said = {line["unit_key"]: line["message_en"] for line in lines.iter_rows(named=True)}
    for one in breaks:
        opening, movement = (spoken(one[key]) for key in ("opening", "movement"))
        assert said[one["account"]].startswith(f"{one['account']}: {opening} + {movement} = ")


def test_the_accounts_nobody_booked_to_are_the_published_ones(
    saft: Judged, published: dict
) -> None:
    assert saft.units("SAFT-11") == published["accounts_unused"]
    assert saft.counts("SAFT-11")[0] == published["accounts_used"]


def test_every_transaction_lies_in_the_period_and_every_month_has_some(
    saft: Judged, published: dict
) -> None:
    assert saft.counts("SAFT-12") == (1, 0, 0, 0)
    assert saft.counts("SAFT-13") == (published["transactions"], 0, 0, 0)


def test_nothing_else_is_found_in_the_file(saft: Judged) -> None:
    lines = saft.lines.filter(saft.lines["rule"].str.starts_with("SAFT"))
    assert sorted(set(lines["rule"])) == ["SAFT-04", "SAFT-10", "SAFT-11"]


def test_the_total_rows_of_the_workbook_are_no_records(saft: Judged, published: dict) -> None:
    rows = published["view_rows"]
    assert saft.counts("VIEW-05") == (rows["data_rows"], 0, 0, rows["total_rows"])
    read = saft.files["view_lines"].reading.rows_read
    assert read == rows["data_rows"] + rows["total_rows"]
    met, violated, undetermined, not_applicable = saft.counts("VIEW-08")
    assert met + violated == rows["distinct_transaction_line"]
    assert (undetermined, not_applicable) == (0, rows["total_rows"])


def test_the_total_rows_of_the_workbook_are_the_sums_of_its_records(
    saft: Judged, published: dict
) -> None:
    for rule, names in {
        "VIEW-01": ("view_total_debit", "view_total_credit"),
        "VIEW-02": ("view_sum_opening", "view_sum_closing"),
    }.items():
        assert saft.counts(rule) == (1, 0, 0, 0)
        wanted = [Decimal(published[name]) for name in names]
        assert [Decimal(one) for one in saft.figures(rule, "declared")] == wanted
        assert [Decimal(one) for one in saft.figures(rule, "found")] == wanted


def test_the_workbook_shows_what_the_file_holds(saft: Judged, published: dict) -> None:
    assert saft.counts("VIEW-03") == (published["transactions"], 0, 0, 1)
    (line,) = saft.lines.filter(rule="VIEW-04").iter_rows(named=True)
    assert numbers(line["expected"]) == published["transaction_ids"]["missing"]
    breaks = sorted(one["account"] for one in published["roll_forward_breaks"])
    assert saft.units("VIEW-06") == breaks
    assert saft.counts("VIEW-06") == (published["accounts"] - len(breaks), len(breaks), 0, 1)
    assert saft.counts("VIEW-07") == (published["lines"], 0, 0, 0)


def numbers(ranges: str) -> list[int]:
    """`1024, 1045-1046` as numbers."""
    ends = [[int(one) for one in part.split("-")] for part in ranges.split(", ")]
    return [number for part in ends for number in range(part[0], part[-1] + 1)]


def spoken(amount: str) -> str:
    """An amount as an English sentence says it."""
    number = Decimal(amount)
    return f"{int(number):,}" if number == number.to_integral_value() else f"{number:,.2f}"
