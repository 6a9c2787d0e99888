"""The same inputs give the same bytes, whatever number of threads Polars takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rules.evaluation.ledger import FEW
from rules.table import Table
from tests.rules.building import contract, judged, pack, rule, table

JUDGE = """
import hashlib, sys
from dataclasses import replace
from pathlib import Path
import polars as pl
from rules.evaluation import ledger
from rules.table import COLUMN, FILE, ROW, SHEET, TEXT
from tests.rules.building import FILE_DIGEST, contract, judged, pack, rule, table
from rules.text import Text

ledger.FEW = int(sys.argv[2])
of = contract(key=("id",), id="code", vendor="code", amount="money:2", number="integer")
rows = [
    {"id": str(n % 2900), "vendor": f"v{n * 7919 % 211}", "amount": n * 104729 % 9973 - 99,
     "number": n * 31 % 1500}
    for n in range(3000)
]
said = Text(vi="{amount} của {vendor}", en="{amount}")
reconcile = {"kind": "reconcile", "by": ["vendor"], "sum": "amount", "tolerance": 1,
             "against": {"table": "t", "by": ["vendor"], "sum": "number"}}
made = pack(
    rule({"kind": "formula", "must": "amount / number > 1"}, code="A", message=said,
         amount="amount"),
    rule({"kind": "unique", "key": ["vendor", "amount"]}, code="B", message=said),
    rule({"kind": "unique", "key": ["vendor"]}, "group", code="C"),
    rule({"kind": "gaps", "number": "number", "series": ["vendor"]}, "series", code="D"),
    rule({"kind": "lookup", "columns": ["-amount"], "table": "t", "to": ["amount"]}, code="E"),
    rule(reconcile, "group", code="F", amount="ABS(difference)"),
    contracts=[of],
)
unread = {n: ["amount"] if n % 3 else ["vendor", "amount"] for n in range(0, 3000, 7)}
plain = table(of, rows, unreadable=unread)
texts = pl.DataFrame(
    [(FILE_DIGEST, None, n + 2, name, f"{n} abc") for n, names in unread.items() for name in names],
    schema={FILE: pl.String, SHEET: pl.String, ROW: pl.Int64, COLUMN: pl.String, TEXT: pl.String},
    orient="row",
)
outcome = judged(made, Path(sys.argv[1]), replace(plain, problems=texts.lazy()))
assert outcome.lines["unread"].null_count() < outcome.lines.height
print(outcome.lines.height)
"""


def test_the_bytes_do_not_depend_on_threads(tmp_path: Path) -> None:
    results = [judged_with(threads, tmp_path) for threads in ("1", "2", "4")]
    assert results[0] == results[1] == results[2]
    assert results[0][0] > 2_000


def test_the_bytes_do_not_depend_on_which_rules_have_few_lines(tmp_path: Path) -> None:
    assert judged_with("2", tmp_path, few=0) == judged_with("2", tmp_path, few=500)


def judged_with(threads: str, folder: Path, few: int = FEW) -> tuple[int, bytes]:
    into = folder / f"{threads}-{few}"
    into.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(into), str(few)],
        env=os.environ | {"POLARS_MAX_THREADS": threads, "PYTHONPATH": os.getcwd()},  # noqa: PTH109
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(done.stderr)
    return int(done.stdout), (into / "violations.parquet").read_bytes()


def test_lines_of_one_place_stand_in_one_order_whatever_the_order_of_the_rows(
    tmp_path: Path,
) -> None:
    """One file may be read as two tables: then rows of both have one place."""
    ours, theirs = contract("t", k="code", n="integer"), contract("o", k="code", n="integer")
    here = table(ours, [{"k": None, "n": 1}, {"k": "A", "n": 1}])
    there = table(theirs, [{"k": "B", "n": 1}, {"k": None, "n": 1}], unreadable={0: ["k"]})
    check = {"kind": "match", "columns": ["k"], "table": "o", "to": ["k"],
             "cardinality": "many-to-many"}  # fmt: skip
    told = []
    for at, turned in enumerate((False, True)):
        into = tmp_path / str(at)
        into.mkdir()
        tables = [
            Table(contract=one.contract, frame=one.frame.reverse() if turned else one.frame)
            for one in (here, there)
        ]
        made = pack(rule(check, "group"), contracts=[ours, theirs])
        told.append(judged(made, into, *tables).lines)
    assert told[0].equals(told[1])
