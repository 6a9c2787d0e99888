"""`thanhtra sample`: plan, select and evaluate through the command line."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.commands.sample import sample

HEADING = "VendorNum,Date,InvNum,Amount"
LINES = [f"{1000 + i % 7},2010-01-{i % 28 + 1:02},I{i:03},{i * 37 % 500 + 1}.50" for i in range(60)]
WRITTEN = ("receipt.json", "sample.csv", "set_apart.csv")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sample", *arguments])


def told(*arguments: str) -> dict[str, object]:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def select(file: Path, out: Path, *more: str) -> Result:
    source = [f"--table=payments={file}", f"--out={out}", "--pack=payments", "--seed=2024"]
    return run("select", *source, *more)


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def payments(tmp_path: Path) -> Path:
    file = tmp_path / "payments.csv"
    file.write_text("\n".join([HEADING, *LINES]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def published(acceptance: Path) -> Callable[[str], list[dict[str, str]]]:
    return lambda name: rows_of(acceptance / "sampling" / name)


def test_the_published_sizes_come_out(published: Callable[[str], list[dict[str, str]]]) -> None:
    rows = published("aicpa_a1.csv")
    differing = []
    for row in rows:
        rates = [f"--{name}-pct={row[f'{name}_pct']}" for name in ("risk", "expected", "tolerable")]
        if told("plan", "attribute", *rates)["size"] != int(row["n"]):
            differing.append(row)

    assert rows
    assert differing == []


def test_the_published_limits_come_out(published: Callable[[str], list[dict[str, str]]]) -> None:
    rows = published("aicpa_a3.csv")
    differing = []
    for row in rows:
        found = [f"--risk-pct={row['risk_pct']}", f"--size={row['n']}"]
        found.append(f"--deviations={row['deviations']}")
        if told("evaluate", "attribute", *found)["upper_limit_pct"] != row["upper_limit_pct"]:
            differing.append(row)

    assert rows
    assert differing == []


def test_the_published_sizes_of_finite_populations_come_out(
    published: Callable[[str], list[dict[str, str]]],
) -> None:
    rows = published("ezquant.csv")
    differing = []
    for row in rows:
        asked = [f"--{name}-pct={row[f'{name}_pct']}" for name in ("risk", "tolerable")]
        asked += [f"--population={row['population']}", f"--allowed={row['expected_errors']}"]
        if told("plan", "attribute", *asked)["size"] != int(row["n"]):
            differing.append(row)

    assert rows
    assert differing == []


def test_a_long_percent_is_refused_and_never_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    long = "5.00000000000000000000000000000000001"

    done = run("plan", "attribute", f"--risk-pct={long}", "--tolerable-pct=5", "--allowed=0")

    assert (done.exit_code, "0.0500000000000000000000000000000000001" in done.stderr) == (2, True)


def test_an_answer_goes_to_a_file_where_asked(tmp_path: Path) -> None:
    asked = ["plan", "attribute", "--risk-pct=5", "--tolerable-pct=5", "--allowed=0"]

    done = run(*asked, f"--out={tmp_path / 'plan.json'}")

    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads((tmp_path / "plan.json").read_text()) == told(*asked)


def test_a_sample_is_shared_out_among_strata() -> None:
    made = told("plan", "allocation", "--size=10", "--stratum=Bắc=100", "--stratum=a=b=33")

    assert made["strata"] == [
        {"name": "Bắc", "items": 100, "size": 8},
        {"name": "a=b", "items": 33, "size": 2},
    ]


def test_spread_weighs_strata(tmp_path: Path) -> None:
    strata = ["--stratum=A=100:1", "--stratum=B=100:3.0"]
    out = tmp_path / "plan.json"

    run("plan", "allocation", "--size=40", "--by=spread", *strata, f"--out={out}")

    assert [one["size"] for one in json.loads(out.read_text())["strata"]] == [10, 30]


def test_three_files_come_out_and_agree(tmp_path: Path, payments: Path) -> None:
    done = select(payments, tmp_path / "out", "--method=random", "--size=9", "--amount=Amount")

    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == list(WRITTEN)
    receipt = json.loads((tmp_path / "out" / "receipt.json").read_text())
    rows = rows_of(tmp_path / "out" / "sample.csv")
    assert [row["__row"] for row in rows] == [str(one["row"]) for one in receipt["selected"]]
    assert receipt["population"]["rows"] == receipt["inputs"][0]["rows_read"] == len(LINES)
    total = sum(Decimal(line.rsplit(",", 1)[1]) for line in LINES)
    assert Decimal(receipt["population"]["amount"]) == total


@pytest.mark.parametrize(
    "asked",
    [
        ["--method=random", "--size=9"],
        ["--method=systematic", "--size=9", "--order=Date", "--order=InvNum"],
        ["--method=stratified", "--size=9", "--stratum=VendorNum", "--minimum=1"],
        ["--method=monetary_interval", "--interval=1000", "--amount=Amount"],
        ["--method=monetary_cell", "--size=9", "--amount=Amount"],
        ["--method=monetary_random", "--size=9", "--amount=Amount"],
    ],
)
def test_the_same_request_gives_the_same_bytes_and_the_order_of_lines_plays_no_part(
    tmp_path: Path, payments: Path, asked: list[str]
) -> None:
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([HEADING, *reversed(LINES)]) + "\n", encoding="utf-8")
    asked = [*asked, "--key=InvNum"]

    for name, file in (("one", payments), ("two", payments), ("three", turned)):
        assert select(file, tmp_path / name, *asked).exit_code == 0

    for name in WRITTEN:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    first, third = (
        [(row["__draw"], row["__hits"], row["InvNum"]) for row in rows_of(out / "sample.csv")]
        for out in (tmp_path / "one", tmp_path / "three")
    )
    assert first
    assert first == third


def test_no_cell_can_be_run_by_a_spreadsheet(tmp_path: Path) -> None:
    file = tmp_path / "formula.csv"
    file.write_text(f"{HEADING}\n=1+1,2010-01-04,=cmd|x,-5.00\n@x,2010-01-04,+2,7.00\n")
    select(file, tmp_path / "out", "--method=monetary_cell", "--size=1", "--amount=Amount")

    cells = [
        row[name]
        for table in ("sample.csv", "set_apart.csv")
        for row in rows_of(tmp_path / "out" / table)
        for name in ("VendorNum", "InvNum")
    ]
    assert cells == ["'@x", "'+2", "'=1+1", "'=cmd|x"]


def filled_in(out: Path, audited: Callable[[dict[str, str]], str]) -> Path:
    rows = rows_of(out / "sample.csv")
    target = out / "filled.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([{**row, "__audited": audited(row)} for row in rows])
    return target


def evaluate(out: Path, results: Path, *more: str) -> Result:
    return run(
        "evaluate",
        "monetary",
        "--risk-pct=5",
        f"--receipt={out / 'receipt.json'}",
        f"--results={results}",
        *more,
    )


@pytest.fixture
def drawn(tmp_path: Path, payments: Path) -> Path:
    asked = ["--method=monetary_interval", "--interval=500", "--amount=Amount"]
    assert select(payments, tmp_path / "out", *asked).exit_code == 0
    return tmp_path / "out"


def test_a_monetary_sample_is_evaluated_from_its_receipt(drawn: Path) -> None:
    receipt = json.loads((drawn / "receipt.json").read_text())
    halved = filled_in(
        drawn,
        lambda row: str(Decimal(row["__book"]) / 2) if row["__draw"] == "2" else row["__book"],
    )

    result = json.loads(evaluate(drawn, halved, "--places=2", "--tolerable=3000").stdout)

    assert result["hits"] == sum(p["hits"] for p in receipt["parts"] if p["name"] == "sampled")
    assert result["overstated"] == 1
    # One taint of a half: 500 · (3.00 + 1.75 / 2).
    assert (result["projected"], result["upper_limit"]) == ("250.00", "1937.50")
    assert result["supports_tolerable"] is True


def test_a_blank_result_is_undetermined_and_counts_against(drawn: Path) -> None:
    blank = filled_in(drawn, lambda row: "" if row["__draw"] == "2" else row["__book"])

    result = json.loads(evaluate(drawn, blank).stdout)

    assert (result["undetermined"], result["projected"]) == (1, "500.00")


def _cut(file: Path) -> None:
    file.write_text("\n".join(file.read_text().splitlines()[:-1]) + "\n")


def _repeat(file: Path) -> None:
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, lines[-1]]) + "\n")


def _spoil(file: Path) -> None:
    file.write_text(file.read_text().replace("__audited", "audited"))


def _widen(file: Path) -> None:
    file.write_text(file.read_text() + "1,2\n")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(_cut, "lacks 1 rows"), (_repeat, "repeated"), (_spoil, "__audited"), (_widen, "be read")],
)
def test_results_that_do_not_fit_the_receipt_are_refused(
    drawn: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], said: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    results = filled_in(drawn, lambda row: row["__book"])
    spoil(results)

    done = evaluate(drawn, results)

    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_an_amount_written_in_another_way_is_refused(
    drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")

    done = evaluate(drawn, filled_in(drawn, lambda _: "1.234,50"))

    assert (done.exit_code, "1.234,50" in done.stderr, "cần một số" in done.stderr) == (
        2, True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--method=random"], "exactly one of"),
        (["--method=random", "--size=1", "--interval=5"], "exactly one of"),
        (["--method=random", "--interval=5"], "no use for --interval"),
        (["--method=random", "--size=1", "--minimum=1"], "no use for --minimum"),
        (["--method=random", "--stratum-size=A=1"], "no use for --stratum-size"),
        (["--method=stratified", "--stratum-size=A"], "NAME=NUMBER"),
        (["--method=random", "--size=61"], "there are only 60"),
        (["--method=random", "--size=1", "--key=Missing"], "no column “Missing”"),
        (["--method=random", "--size=1", "--key=VendorNum", "--unnamed=refuse"], "60 rows"),
        (["--method=monetary_cell", "--size=1"], "--amount"),
        (["--method=random", "--size=1", "--table=other=payments.csv"], "one table"),
    ],
)
def test_a_selection_that_cannot_be_made_ends_with_a_sentence(
    tmp_path: Path,
    payments: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    done = select(payments, tmp_path / "out", *more)

    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert list((tmp_path / "out").glob("*")) == []


def inner_commands(group: click.Group) -> list[click.Command]:
    return [
        one
        for command in group.commands.values()
        for one in (inner_commands(command) if isinstance(command, click.Group) else [command])
    ]


@pytest.mark.parametrize("command", inner_commands(sample), ids=lambda one: one.name)
def test_every_step_and_option_has_help(command: click.Command) -> None:
    assert command.help
    assert [one.name for one in command.params if not getattr(one, "help", None)] == []
