"""`thanhtra check`: files in, verdicts out, without a server."""

import csv
import hashlib
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
CLEAN = b"VendorNum,Date,InvNum,Amount\nV1,2010-01-04,I1,5.00\n"
UNREADABLE = b"VendorNum,Date,InvNum,Amount\nV1,=cmd|x,I1,5.00\n"
REFUSED = b"VendorNum,Date,InvNum,Amount\nV1,2010-01-04,I1,5.00\nV2,2010-01-04\n"
LISTS = [
    *("facts.parquet", "problems.csv", "problems.parquet", "summary.json"),
    *("violations.csv", "violations.parquet"),
]
PARTS = ("met", "violated", "undetermined", "not_applicable", "error")


def check(*arguments: object) -> Result:
    given = [str(one) for one in arguments]
    return CliRunner().invoke(main, ["check", "payments", "--as-of=2011-01-31", *given])


def summary_in(out: Path) -> dict[str, object]:
    return json.loads((out / "summary.json").read_text())


@pytest.fixture
def payments(tmp_path: Path) -> Path:
    file = tmp_path / "chi trả.csv"
    file.write_bytes(PAYMENTS)
    return file


def written(folder: Path, content: bytes, name: str = "payments.csv") -> str:
    (folder / name).write_bytes(content)
    return f"--table=payments={folder / name}"


def test_the_files_come_out_and_agree(tmp_path: Path, payments: Path) -> None:
    out = tmp_path / "out"

    done = check(f"--table=payments={payments}", f"--out={out}")

    assert done.exit_code == 1, done.output
    assert sorted(path.name for path in out.iterdir()) == LISTS
    summary = summary_in(out)
    for name, told in summary["lists"].items():
        assert told["sha256"] == hashlib.sha256((out / name).read_bytes()).hexdigest()
        assert told["lines"] == pl.read_parquet((out / name).with_suffix(".parquet")).height
    with (out / "violations.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == summary["lists"]["violations.csv"]["lines"]
    [file] = summary["files"]
    assert file["rows_read"] + file["rows_refused"] == file["rows_in_file"]
    assert file["sha256"] == hashlib.sha256(PAYMENTS).hexdigest()


def test_the_totals_reconcile_and_a_risk_is_never_a_violation(
    tmp_path: Path, payments: Path
) -> None:
    check(f"--table=payments={payments}", f"--out={tmp_path / 'out'}")
    summary = summary_in(tmp_path / "out")
    rules, totals = summary["rules"], summary["totals"]

    for rule in rules:
        assert sum(rule[part] for part in PARTS) == rule["population"]
    hits = {
        name: sum(rule["violated"] for rule in rules if rule["class"] == name)
        for name in ("violation", "risk", "quality")
    }
    assert (totals["violated"], totals["risk_hits"], totals["quality_hits"]) == tuple(hits.values())
    assert hits["violation"] == 0 < hits["risk"]
    for part in ("population", "met", "undetermined", "not_applicable", "error"):
        assert totals[part] == sum(rule[part] for rule in rules)


def test_a_rule_names_the_values_of_parameters_it_used(tmp_path: Path, payments: Path) -> None:
    check(f"--table=payments={payments}", f"--out={tmp_path / 'out'}")
    (rule,) = (one for one in summary_in(tmp_path / "out")["rules"] if one["rule"] == "PAY-011")

    [used] = rule["parameters"]
    assert set(used) == {
        *("name", "unit", "value", "from", "to"), *("document", "provision", "confirmed"),
    }  # fmt: skip
    assert used["value"] == "100"


def test_the_same_input_gives_the_same_bytes_whatever_the_memory(
    tmp_path: Path, payments: Path
) -> None:
    for name, memory in (("one", 1), ("two", 2048)):
        table = f"--table=payments={payments}"
        check(table, f"--out={tmp_path / name}", f"--memory={memory}", "--report")

    for name in (*LISTS, "report.pdf"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_report_is_asked_for_and_says_that_nothing_is_verified(
    tmp_path: Path, payments: Path
) -> None:
    check(f"--table=payments={payments}", f"--out={tmp_path / 'out'}", "--report")
    reader = PdfReader(tmp_path / "out" / "report.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    digest = summary_in(tmp_path / "out")["lists"]["violations.parquet"]["sha256"]

    assert "DỰ THẢO – CHƯA XÁC MINH" in text
    assert digest in text.replace("\n", "")


@pytest.mark.parametrize(
    ("content", "code"),
    [(CLEAN, 0), (PAYMENTS, 1), (UNREADABLE, 1), (REFUSED, 1), (b"%PDF-1.7", 3)],
)
def test_the_exit_code_tells_what_the_run_came_to(
    tmp_path: Path, content: bytes, code: int
) -> None:
    assert check(written(tmp_path, content)).exit_code == code


def test_a_rule_that_could_not_run_outweighs_what_was_found(tmp_path: Path) -> None:
    content = b"VendorNum,Date,Amount\nV1,2010-01-02,1.00\n"

    done = check(written(tmp_path, content), f"--out={tmp_path / 'out'}")

    assert done.exit_code == 3
    rules = {one["rule"]: one for one in summary_in(tmp_path / "out")["rules"]}
    assert rules["PAY-005"]["violated"] == 1
    assert (rules["PAY-010"]["error_code"], rules["PAY-010"]["error"]) == ("column_missing", 1)


def test_a_file_that_cannot_be_read_costs_its_table_and_is_named(tmp_path: Path) -> None:
    out = tmp_path / "out"

    done = check(
        written(tmp_path, CLEAN), written(tmp_path, b"%PDF-1.7", "scan.pdf"), f"--out={out}",
        "--report",
    )  # fmt: skip

    assert done.exit_code == 3
    assert "scan.pdf" in done.stdout
    summary = summary_in(out)
    [lost] = summary["unread_files"]
    assert (lost["name"], lost["error_code"]) == ("scan.pdf", "reading.kind")
    assert [file["name"] for file in summary["files"]] == ["payments.csv"]
    assert {rule["error_code"] for rule in summary["rules"]} == {"table_unread"}
    facts = {"table": "payments", "file": "scan.pdf", "why": "reading.kind"}
    assert summary["rules"][0]["error_facts"] == facts
    assert summary["tables"] == {}
    text = "".join(page.extract_text() for page in PdfReader(out / "report.pdf").pages)
    assert "scan.pdf" in text


def test_every_problem_of_reading_is_listed_with_its_place(tmp_path: Path) -> None:
    check(written(tmp_path, UNREADABLE), f"--out={tmp_path / 'out'}")

    [problem] = pl.read_parquet(tmp_path / "out" / "problems.parquet").rows(named=True)
    assert problem == {
        "table": "payments", "name": "payments.csv",
        "file": hashlib.sha256(UNREADABLE).hexdigest(), "sheet": None, "row": 2, "column": "Date",
        "found": "=cmd|x", "expected": "date", "detail": "%Y-%m-%d; %d/%m/%Y", "code": "shape",
    }  # fmt: skip
    with (tmp_path / "out" / "problems.csv").open(encoding="utf-8-sig", newline="") as file:
        [line] = csv.DictReader(file)
    assert line == {name: "" if v is None else str(v) for name, v in problem.items()} | {
        "found": "'=cmd|x"
    }


def test_the_table_is_in_vietnamese_unless_english_is_asked_for(tmp_path: Path) -> None:
    table = written(tmp_path, CLEAN)

    assert "Chưa đủ căn cứ" in check(table).stdout
    english = check(table, "--lang=en").stdout
    assert ("Undetermined" in english, "Chưa đủ căn cứ" in english) == (True, False)


def test_json_is_the_very_summary_that_is_written(tmp_path: Path, payments: Path) -> None:
    table = f"--table=payments={payments}"
    alone = check(table, "--json")
    check(table, f"--out={tmp_path / 'out'}")

    assert alone.stdout == (tmp_path / "out" / "summary.json").read_text()


def test_without_a_folder_nothing_is_left_behind(
    tmp_path: Path, payments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    check(f"--table=payments={payments}")

    assert [path.name for path in tmp_path.iterdir()] == [payments.name]


def test_no_cell_can_be_run_by_a_spreadsheet(tmp_path: Path) -> None:
    check(written(tmp_path, FORMULA), f"--out={tmp_path / 'out'}")
    with (tmp_path / "out" / "violations.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.reader(table))[1:]

    assert rows
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
        (["nothing", "--table=payments=x"], "nothing"),
        (["payments", "--table=payments"], "NAME=FILE"),
        (["payments", "--table=payments=missing.csv"], "missing.csv"),
        (["payments", "--documents=payments"], "TABLE=FOLDER"),
        (["payments", "--documents=payments=missing"], "missing"),
        (["payments"], "--table"),
        (["payments", "--table=payments=x", "--report"], "--out"),
    ],
)
def test_what_cannot_be_used_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    done = CliRunner().invoke(main, ["check", *arguments])

    assert (done.exit_code, said in done.stderr) == (2, True)


def test_an_unknown_table_is_named(payments: Path) -> None:
    done = check(f"--table=invoices={payments}")

    assert (done.exit_code, "invoices" in done.stderr) == (2, True)


def test_the_published_figures_of_the_real_payments_come_out(
    tmp_path: Path, acceptance: Path
) -> None:
    folder = acceptance / "payments"
    expected = {
        one["id"]: one["value"]
        for one in json.loads((folder / "expected.json").read_text())["payment_tests"]
    }

    file = folder / "corporate_payment.csv"
    done = check(f"--table=payments={file}", f"--out={tmp_path / 'out'}")

    assert done.exit_code == 1
    summary = summary_in(tmp_path / "out")
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
