"""Indicators measure the same to the last byte on any number of threads and in any parts."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

JUDGE = """
import sys
from dataclasses import replace
from pathlib import Path
from rules.evaluation import judge
from rules.rule import RuleClass
from tests.rules.building import AS_OF, contract, pack, rule, table

of = contract(key=("id",), id="code", vendor="code", item="text", amount="money:2", day="date",
              done="date")
stops = contract("stops", id="code", since="date", until="date")
rows = [
    {"id": str(n), "vendor": f"v{n * 7919 % 7}", "item": f"i{n % 31}",
     "amount": None if n % 1801 == 9 else n * 104729 % 99991 - 99,
     "day": f"2026-{1 + n % 9:02d}-{1 + n % 28:02d}", "done": f"2026-{2 + n % 9:02d}-05"}
    for n in range(4000)
]
pauses = [
    {"id": str(n * 3 % 4400) if n % 100 else None, "since": f"2026-{1 + n % 9:02d}-03",
     "until": f"2026-{1 + n % 9:02d}-20"}
    for n in range(2000)
]
money = {"of": "amount", "by": ["vendor"]}
digits = {"kind": "benford", "takes": "amount > 0", "minimum": 100, "numbers": 3, **money}
checks = [
    ({**digits, "test": "first-two"}, "group"),
    ({**digits, "test": "second-order"}, "group"),
    ({**digits, "test": "summation", "limit": "0.001"}, "group"),
    *(({"kind": "outliers", "method": one, "factor": 1, **money}, "row") for one in
      ("iqr", "z", "mad")),
    ({"kind": "stratify", "bounds": [0, 1000, 50000], "control": 1, **money}, "group"),
    ({"kind": "concentration", "party": ["item"], "limit": "0.02", "largest": 4, **money}, "group"),
    ({"kind": "ageing", "since": "day", "bounds": [30, 60], "limit": 90, "of": "amount"}, "row"),
    ({"kind": "round-amounts", "multiple": 5, "limit": "0.2", **money}, "group"),
    ({"kind": "deadline", "start": "day", "done": "done", "limit": 10, "count": "days",
      "pauses": {"table": "stops", "key": ["id"], "to": ["id"], "from": "since",
                 "until": "until"}}, "row"),
]
rules = [replace(rule(check, unit, code=f"R{place}"), rule_class=RuleClass.RISK)
         for place, (check, unit) in enumerate(checks)]
made = pack(*rules, contracts=[of, stops])
tables = {"t": table(of, rows), "stops": table(stops, pauses)}
tallies = list(judge(made, tables, as_of=AS_OF, into=Path(sys.argv[1]),
                     memory_bytes=int(sys.argv[2])))
print([(t.met, t.violated, t.undetermined, t.not_applicable) for t in tallies])
"""
WIDE, NARROW = 1 << 30, 50_000


def test_neither_threads_nor_parts_change_a_byte(tmp_path: Path) -> None:
    ways = [("1", WIDE), ("2", WIDE), ("4", WIDE), ("2", NARROW)]
    (first, *others) = [judged_with(*way, tmp_path) for way in ways]
    for other in others:
        assert other == first
    facts = pl.read_parquet(tmp_path / f"1-{WIDE}" / "facts.parquet")
    assert facts.get_column("rule").n_unique() > len(ways)


def judged_with(
    threads: str, memory: int, folder: Path
) -> tuple[str, bytes, list[tuple[str, ...]]]:
    into = folder / f"{threads}-{memory}"
    into.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(into), str(memory)],
        env=os.environ | {"POLARS_MAX_THREADS": threads, "PYTHONPATH": os.getcwd()},  # noqa: PTH109
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(done.stderr)
    facts = pl.read_parquet(into / "facts.parquet")
    return done.stdout, (into / "violations.parquet").read_bytes(), facts.rows()
