"""`python -m tests.bench`: the rules engine beside hand-written Polars and its peers.

Without more, every contender judges the fifty checks over one seeded ledger, in rounds, each run in
a process of its own; a contender whose library is not installed is told as failed.  With
--growth, how time and memory grow; with --limit-memory, whether half the table's size is enough.
"""
# ruff: noqa: T201 - a program speaks on its output

import argparse
import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench import growth, memory, peers, yardstick
from tests.bench.checks import SUITES
from tests.bench.contest import CONTENDERS
from tests.bench.ledger import SEED, make
from tests.bench.running import Setup

PACKAGES = ("polars", "duckdb", "dataframely", "pointblank", "pandera", "cuallee", "validoopsie")


def main(arguments: list[str]) -> int:
    """Measure, print, and give 1 where anything failed or differs from the yardstick."""
    asked = _asked(arguments)
    print(f"Load at the start: {_load()}; {os.cpu_count()} processors, Python", end=" ")
    print(f"{platform.python_version()}, {', '.join(_versions())}.")
    print(f"Yardstick: {yardstick.digest()}\n", flush=True)
    lines: list[str] = []
    if asked.growth:
        sizes = [int(size) for size in asked.growth.split(",")]
        made = growth.table(
            sizes, asked.only, data=asked.data, repeats=asked.repeats, seconds=asked.seconds
        )
    elif asked.limit_memory:
        budget = asked.budget_mib * memory.MIB if asked.budget_mib else None
        made = memory.table(asked.rows, data=asked.data, seconds=asked.seconds, budget_bytes=budget)
    else:
        made = iter(_peers(asked))
    for line in made:
        print(line, flush=True)
        lines.append(line)
    print(f"\nLoad at the end: {_load()}.")
    return int(any(word in line for line in lines for word in ("failed", "DIFFERENT", "instead")))


def _peers(asked: argparse.Namespace) -> list[str]:
    checks = SUITES[asked.suite]
    setup = Setup(home=make(asked.data, asked.rows, seed=asked.seed), seconds=asked.seconds)
    courses = peers.rounds(asked.only, checks, setup, repeats=asked.repeats)
    if asked.json:
        told = {name: course.as_data() for name, course in courses.items()}
        whole = {"rows": asked.rows, "yardstick": yardstick.digest(), "contenders": told}
        asked.json.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    title = f"{asked.rows:,} rows, {len(checks)} checks, median of {asked.repeats}\n"
    return [title, *peers.table(courses)]


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--suite", choices=sorted(SUITES), default="all")
    parser.add_argument("--only", type=_names, help="contenders, by comma")
    parser.add_argument("--data", type=Path, default=Path("var/bench"), help="where ledgers lie")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--seconds", type=float, default=900, help="what one run may take")
    parser.add_argument("--json", type=Path, help="also write every measurement here")
    parser.add_argument("--growth", metavar="ROWS,…", help="engine and hand over these sizes")
    parser.add_argument("--limit-memory", action="store_true", help="the engine in half the table")
    parser.add_argument("--budget-mib", type=int, help="of set checks, with --limit-memory")
    asked = parser.parse_args(arguments)
    asked.only = asked.only or (("hand", "engine") if asked.growth else CONTENDERS)
    return asked


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = sorted(set(names) - set(CONTENDERS))
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; {', '.join(CONTENDERS)}")
    return names


def _load() -> str:
    return ", ".join(f"{load:.1f}" for load in os.getloadavg())


def _versions() -> list[str]:
    told = []
    for package in PACKAGES:
        try:
            told.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            told.append(f"no {package}")
    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
