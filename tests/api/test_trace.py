"""`thanhtra trace`: how one verdict came about."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main

ROWS = (
    b"VendorNum,Date,InvNum,Amount\n"
    b"V1,2010-01-04,A-1,150.00\n"
    b"V1,2010-01-04,A-1,150.00\n"
    b"V2,not a date,B-7,20.00\n"
    b"V3,2010-01-09,C-3,20.00\n"
)


@pytest.fixture
def table(tmp_path: Path) -> str:
    (tmp_path / "payments.csv").write_bytes(ROWS)
    return f"--table=payments={tmp_path / 'payments.csv'}"


def trace(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["trace", "payments", "--as-of=2011-01-31", *arguments])


def test_a_violated_row_is_explained_in_english(table: str) -> None:
    done = trace(table, "--rule=PAY-005", "--row=5", "--lang=en")

    assert done.exit_code == 0, done.output
    for line in (
        "Verdict: Not met",
        "  Date (Date of payment) = 2010-01-09",
        "    WEEKDAY(Date) = 6",
        "    WEEKDAY(Date) <= 5 = false",
        "Expected: <= 5",
    ):
        assert line in done.stdout.splitlines()


def test_a_met_row_is_explained_in_vietnamese(table: str) -> None:
    done = trace(table, "--rule=PAY-005", "--row=2")

    assert "Kết quả: Đạt" in done.stdout.splitlines()
    assert "    WEEKDAY(Date) = 1" in done.stdout.splitlines()


def test_an_unreadable_cell_is_shown_as_it_stood(table: str) -> None:
    told = json.loads(trace(table, "--rule=PAY-005", "--row=4", "--json").stdout)

    assert (told["verdict"], told["reason"]) == ("undetermined", "no_date")
    [cell] = told["inputs"]
    assert (cell["column"], cell["value"], cell["found"]) == ("Date", None, "not a date")


def test_the_rows_judged_together_stand_beside_the_row(table: str) -> None:
    told = json.loads(trace(table, "--rule=PAY-010", "--row=3", "--json").stdout)

    [payments] = told["compared"]
    assert (payments["count"], payments["key"]) == (2, ["V1", "2010-01-04", "A-1", "150.00"])
    assert [(row["row"], row["is_of_unit"]) for row in payments["rows"]] == [(3, True), (2, False)]
    assert (told["verdict"], told["found"], told["expected"]) == ("violated", "2", "1")


def test_a_unit_is_found_by_its_key(table: str) -> None:
    told = json.loads(trace(table, "--rule=PAY-005", "--key=#5", "--json").stdout)

    assert (told["place"]["row"], told["verdict"]) == (5, "violated")


def test_the_file_of_a_row_tells_two_files_apart(table: str, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_bytes(b"VendorNum,Date,InvNum,Amount\nV9,2010-01-05,Z,1.00\n")
    more = f"--table=payments={tmp_path / 'more.csv'}"

    both = trace(table, more, "--rule=PAY-005", "--row=2")
    one = trace(table, more, "--rule=PAY-005", "--row=2", "--file=more.csv", "--json")

    assert both.exit_code == 2
    assert json.loads(one.stdout)["inputs"][0]["value"] == "2010-01-05"


def test_a_table_that_could_not_be_read_is_the_reason(table: str, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    lost = f"--table=payments={tmp_path / 'scan.pdf'}"

    told = trace(table, lost, "--rule=PAY-005", "--row=2")
    data = json.loads(trace(table, lost, "--rule=PAY-005", "--row=2", "--json").stdout)

    assert "scan.pdf" in told.stdout
    assert (data["verdict"], data["error_code"]) == (None, "table_unread")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rule=NONE", "--row=2"], "NONE"),
        (["--rule=PAY-005", "--row=99"], "PAY-005"),
        (["--rule=PAY-005"], "PAY-005"),
        (["--rule=PAY-005", "--file=payments.csv"], "--row"),
        (["--rule=PAY-005", "--row=2", "--file=other.csv"], "other.csv"),
    ],
)
def test_what_cannot_be_traced_ends_with_a_sentence(
    table: str, arguments: list[str], said: str
) -> None:
    done = trace(table, *arguments)

    assert (done.exit_code, said in done.stderr) == (2, True)
