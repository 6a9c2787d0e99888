"""`thanhtra inspect`: the chain without a server."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from api.cli import main
from api.spreadsheets import safe_cell
from tests.inspection.world import PAYMENTS

FORMULA = b"VendorNum,Date,InvNum,Amount\n=1+1,2010-01-04,=cmd|x,0.00\n"
PARTS = ("met", "violated", "undetermined", "not_applicable", "error")


def inspect(out: Path, file: Path, *more: str) -> Result:
    arguments = ["inspect", "--pack=payments", f"--table=payments={file}", f"--out={out}"]
    return CliRunner().invoke(main, [*arguments, "--as-of=2011-01-31", *more])


@pytest.fixture
def payments(tmp_path: Path) -> Path:
    file = tmp_path / "chi trả.csv"
    file.write_bytes(PAYMENTS)
    return file


def test_four_files_come_out_and_agree(tmp_path: Path, payments: Path) -> None:
    done = inspect(tmp_path / "out", payments)

    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["report.pdf", "summary.json", "violations.csv", "violations.parquet"]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    lines = pl.read_parquet(tmp_path / "out" / "violations.parquet")
    with (tmp_path / "out" / "violations.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == lines.height == summary["violations"]["lines"]
    for rule in summary["rules"]:
        assert sum(rule[part] for part in PARTS) == rule["population"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, payments: Path) -> None:
    for name in ("one", "two"):
        inspect(tmp_path / name, payments)

    for name in ("report.pdf", "summary.json", "violations.csv", "violations.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_report_says_that_nothing_is_verified(tmp_path: Path, payments: Path) -> None:
    inspect(tmp_path / "out", payments)
    reader = PdfReader(tmp_path / "out" / "report.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    digest = json.loads((tmp_path / "out" / "summary.json").read_text())["violations"]

    assert "DỰ THẢO – CHƯA XÁC MINH" in text
    assert digest["violations.parquet"] in text.replace("\n", "")


def test_refused_records_are_said_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    file.write_bytes(b"VendorNum,Date,InvNum,Amount\n1,2010-01-04,A-1,300 abc\n2,2010-01-04\n")
    done = inspect(tmp_path / "out", file)

    assert "refused 1 of 2 payments short.csv" in done.stderr.splitlines()
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    [told] = summary["files"]
    assert (told["rows_in_file"], told["rows_read"], told["rows_refused"]) == (2, 1, 1)
    assert {rule["population"] for rule in summary["rules"] if rule["unit"] == "row"} == {1}


def test_the_list_for_spreadsheets_shows_original_texts(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(b"VendorNum,Date,InvNum,Amount\n1,2010-01-04,A-1,300 abc\n")
    inspect(tmp_path / "out", file)
    with (tmp_path / "out" / "violations.csv").open(encoding="utf-8-sig", newline="") as table:
        lines = [line for line in csv.DictReader(table) if line["rule"] == "PAY-002"]

    assert [json.loads(line["values"])["Amount"] for line in lines] == ["300 abc"]
    assert [json.loads(line["unread"]) for line in lines] == [["Amount"]]


def test_no_cell_can_be_run_by_a_spreadsheet(tmp_path: Path) -> None:
    file = tmp_path / "formula.csv"
    file.write_bytes(FORMULA)
    inspect(tmp_path / "out", file)
    with (tmp_path / "out" / "violations.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.reader(table))[1:]

    assert rows
    numbers = {"row", "rows", "amount"}
    assert numbers
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))] == []


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+84 24", "'+84 24"),
        ("-5", "'-5"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=1", "a=1"),
        (-5, "-5"),
        (None, ""),
    ],
)
def test_only_text_that_begins_like_a_formula_is_marked(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--pack=nothing", "--table=payments=x", "--out=out"], "nothing"),
        (["--pack=payments", "--table=payments", "--out=out"], "NAME=FILE"),
        (["--pack=payments", "--table=payments=missing.csv", "--out=out"], "missing.csv"),
    ],
)
def test_what_cannot_be_used_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    done = CliRunner().invoke(main, ["inspect", *arguments])

    assert (done.exit_code, said in done.stderr) == (2, True)


def test_an_unknown_table_is_named(tmp_path: Path, payments: Path) -> None:
    done = inspect(tmp_path / "out", payments, f"--table=invoices={payments}")

    assert (done.exit_code, "invoices" in done.stderr) == (2, True)


def test_the_published_figures_of_the_real_payments_come_out(
    tmp_path: Path, acceptance: Path
) -> None:
    folder = acceptance / "payments"
    expected = {
        one["id"]: one["value"]
        for one in json.loads((folder / "expected.json").read_text())["payment_tests"]
    }

    done = inspect(tmp_path / "out", folder / "corporate_payment.csv")

    assert done.exit_code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    [file] = summary["files"]
    columns = {one["name"]: one for one in summary["tables"]["payments"]}
    rules = {one["rule"]: one for one in summary["rules"]}
    assert (file["rows_in_file"], file["rows_read"], file["rows_refused"]) == (
        expected["rows"],
        expected["rows"],
        0,
    )
    assert columns["VendorNum"]["distinct"] == expected["vendors"]
    assert [columns["Date"]["smallest"], columns["Date"]["largest"]] == expected["date_range"]
    assert columns["Amount"]["sum"] == expected["sum"]
    assert {
        "zero_amounts": rules["PAY-002"]["violated"],
        "negative_amounts": rules["PAY-003"]["violated"],
        "negative_with_equal_positive": rules["PAY-004"]["met"],
        "weekend_rows": rules["PAY-005"]["violated"],
    } == {
        name: expected[name]
        for name in (
            "zero_amounts",
            "negative_amounts",
            "negative_with_equal_positive",
            "weekend_rows",
        )
    }
    duplicates = {
        "PAY-010": ("same_vendor_date_invoice_amount", "all"),
        "PAY-011": ("same_vendor_date_invoice_amount", "amount>=100"),
        "PAY-012": ("same_vendor_invoice_amount", "all"),
        "PAY-013": ("same_vendor_invoice_amount", "amount>=100"),
        "PAY-014": ("same_invoice_date_amount", "all"),
        "PAY-015": ("same_invoice_date_amount", "amount>=100"),
        "PAY-016": ("same_vendor_date_amount", "all"),
        "PAY-017": ("same_vendor_date_amount", "amount>=100"),
    }
    assert {code: rules[code]["violated"] for code in duplicates} == {
        code: expected[figure][part]["rows"] for code, (figure, part) in duplicates.items()
    }
