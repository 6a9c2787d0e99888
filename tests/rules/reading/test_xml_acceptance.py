"""Published XML files come out as tables whose counts and totals are the published ones."""

import hashlib
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest

from rules.contract import Contract
from rules.loading.contracts import read_contract
from rules.loading.entries import parse
from rules.reading import Wrong
from tests.rules.reading.reading_a_file import Outcome, read

PACKS = Path(__file__).parents[2] / "acceptance" / "packs"
SAFT = "ExampleFile_SAF-T_Financial_888888888_20180228235959.xml"


@cache
def table(pack: str, name: str) -> Contract:
    path = PACKS / pack / "tables" / f"{name}.yaml"
    return read_contract(parse(path.read_bytes(), file=path.name))


@pytest.fixture
def saft(acceptance, tmp_path):
    """Each table of the published audit file, read."""
    folder = acceptance / "saft"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    content = (folder / SAFT).read_bytes()
    assert hashlib.sha256(content).hexdigest() == expected["files"][SAFT]["sha256"]

    def load(name: str) -> Outcome:
        return read(folder / SAFT, table("saft", name), tmp_path / name)

    return load, {
        key: one["value"] for key, one in (expected["published"] | expected["computed"]).items()
    }


def total(frame: pl.DataFrame, column: str) -> Decimal:
    return frame[column].sum()


def test_every_record_of_the_audit_file_is_a_row_without_a_problem(saft):
    load, expected = saft

    counts = {name: load(name).reading for name in ("accounts", "transactions", "lines")}

    assert {name: one.rows_read for name, one in counts.items()} == {
        name: expected[name] for name in counts
    }
    assert {one.rows_refused + one.problems for one in counts.values()} == {0}


def test_the_declared_totals_are_those_of_the_lines(saft):
    load, expected = saft

    declared, lines = load("totals").rows, load("lines").rows

    assert declared["entries"].to_list() == [expected["NumberOfEntries"]]
    for column, key in (("debit", "TotalDebit"), ("credit", "TotalCredit")):
        assert declared[f"total_{column}"].to_list() == [Decimal(expected[key])]
        assert total(lines, column) == Decimal(expected[key])


def test_every_line_knows_its_transaction_and_its_account(saft):
    load, expected = saft
    lines, transactions = load("lines").rows, load("transactions").rows
    accounts = load("accounts").rows

    assert lines["transaction_id"].unique().sort().to_list() == (
        transactions["transaction_id"].sort().to_list()
    )
    used = set(lines["account_id"])
    assert len(used) == expected["accounts_used"]
    assert sorted(set(accounts["account_id"]) - used) == expected["accounts_unused"]
    assert lines["record_id"].n_unique() == expected["record_id"]["distinct"]
    assert lines.select("transaction_id", "record_id").is_unique().all()
    dates = lines["transaction_date"]
    assert [str(dates.min()), str(dates.max())] == expected["date_range"]


def test_the_gaps_and_the_broken_balances_are_the_published_ones(saft):
    load, expected = saft
    numbers = load("transactions").rows["transaction_id"].cast(pl.Int64)
    ids = expected["transaction_ids"]
    assert (numbers.min(), numbers.max(), len(numbers)) == (ids["first"], ids["last"], ids["count"])
    missing = sorted(set(range(numbers.min(), numbers.max() + 1)) - set(numbers))
    assert missing == ids["missing"]

    moved = load("lines").rows.group_by("account_id").agg(pl.col("debit", "credit").sum())
    accounts = load("accounts").rows.join(moved, on="account_id", how="left", maintain_order="left")
    some = accounts.with_columns(cs.decimal().fill_null(Decimal(0)))
    opening = some["opening_debit"] - some["opening_credit"]
    closing = some["closing_debit"] - some["closing_credit"]
    difference = closing - opening - (some["debit"] - some["credit"])
    breaks = dict(zip(some["account_id"], difference, strict=True))
    assert {name: value for name, value in breaks.items() if value} == {
        one["account"]: Decimal(one["difference"]) for one in expected["roll_forward_breaks"]
    }


@pytest.mark.parametrize("name", ["customers", "suppliers"])
def test_the_parties_of_the_lines_are_all_in_the_master(saft, acceptance, name):
    load, expected = saft
    key = f"{name[:-1]}_id"

    parties, used = set(load(name).rows[key]), set(load("lines").rows[key].drop_nulls())

    assert sorted(used - parties) == expected[f"orphan_{name}"]
    # How many there are stands in the words of the definition only.
    text = (acceptance / "saft" / "expected.json").read_text(encoding="utf-8")
    words = json.loads(text)["computed"][f"orphan_{name}"]["definition"]
    assert f"{len(parties)} {name} in the master, {len(used)} used" == words


def test_a_repeated_address_is_no_value_of_its_customer(acceptance, tmp_path):
    text = (PACKS / "saft" / "tables" / "customers.yaml").read_text(encoding="utf-8")
    text = text.replace("name: Name\n", "name: Address/City\n")
    of = read_contract(parse(text.encode(), file="customers.yaml"))

    found = read(acceptance / "saft" / SAFT, of, tmp_path / "repeated")

    assert found.rows["name"].to_list() == [None] * found.reading.rows_read
    cells = [place for place in found.places if place[0] is not None]
    assert {place[3] for place in cells} == {"repeated"}
    assert cells[0] == (1, "name", "Oslo | OSLO", "repeated")


def cases(acceptance: Path) -> list[dict[str, object]]:
    text = (acceptance / "invoices" / "expected.json").read_text(encoding="utf-8")
    return json.loads(text)["cases"]


TOTALS = {
    "LineExtensionAmount": "line_total",
    "TaxExclusiveAmount": "without_tax",
    "AllowanceTotalAmount": "allowances",
    "ChargeTotalAmount": "charges",
}


def test_every_invoice_gives_its_totals_and_its_lines(acceptance, tmp_path):
    for number, case in enumerate(cases(acceptance)):
        source = acceptance / "invoices" / case["file"]
        header = read(source, table("invoices", "invoices"), tmp_path / f"{number}-header")
        lines = read(source, table("invoices", "lines"), tmp_path / f"{number}-lines")

        wanted = {name: case["totals"].get(key) for key, name in TOTALS.items()}
        assert header.rows.select(TOTALS.values()).rows(named=True) == [
            {name: None if text is None else Decimal(text) for name, text in wanted.items()}
        ]
        assert lines.column("net") == [Decimal(text) for text in case.get("lines", [])]
        assert header.places == [
            (None, one.column, "", Wrong.COLUMN_ABSENT) for one in header.reading.file_problems
        ]


def test_the_invoice_totals_agree_with_the_lines_where_the_rule_holds(acceptance, tmp_path):
    judged = {"holds": 0, "violated": 0}
    for number, case in enumerate(cases(acceptance)):
        if case["rule"] != "BR-CO-10":
            continue
        source = acceptance / "invoices" / case["file"]
        header = read(source, table("invoices", "invoices"), tmp_path / f"{number}-header")
        lines = read(source, table("invoices", "lines"), tmp_path / f"{number}-lines")
        verdict = (
            "holds" if total(lines.rows, "net") == header.rows["line_total"][0] else "violated"
        )
        assert verdict == case["expected"]
        judged[verdict] += 1
    counts = json.loads((acceptance / "invoices" / "expected.json").read_text(encoding="utf-8"))
    assert judged == counts["counts"]["BR-CO-10"]
