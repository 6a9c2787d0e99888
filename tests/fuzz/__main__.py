"""`python -m tests.fuzz`: formulas, packs and readers under random and damaged input.

Nothing may crash, hang or take memory without bound: exit code 1 if something did.
"""
# ruff: noqa: T201 - a program speaks on its output

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.child import TARGETS, outcome_of
from tests.fuzz.running import Outcome, fuzz


def main(arguments: list[str]) -> int:
    """Run it, print what was done, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="in all, shared by the targets")
    parser.add_argument("--only", choices=sorted(TARGETS), help="one target alone")
    parser.add_argument("--seed", type=int, default=None, help="the first example; else by the day")
    parser.add_argument("--limit", type=float, default=20, help="seconds one example may take")
    parser.add_argument("--into", type=Path, default=Path("var/fuzz"), help="where findings go")
    parser.add_argument("--replay", type=Path, help="run the input of a finding again")
    asked = parser.parse_args(arguments)
    if asked.replay is not None:
        name = asked.only or asked.replay.name.partition("-")[0]
        told = outcome_of(name, asked.replay.read_bytes())
        print(told.pop("crash", ""), told)
        return int(told["answer"] == "crash")
    # Another day, other examples; the seed is printed, and names the findings.
    seed = int(time.time() // 86_400) * 1_000_000 if asked.seed is None else asked.seed
    names = [asked.only] if asked.only else sorted(TARGETS)
    outcomes = []
    for name in names:
        print(f"{name}: from seed {seed}, {asked.minutes / len(names):.2f} minutes", flush=True)
        outcome = fuzz(
            name,
            seconds=asked.minutes * 60 / len(names),
            first=seed,
            limit_seconds=asked.limit,
            into=asked.into.absolute(),
        )
        report(outcome)
        outcomes.append(outcome)
    return int(any(outcome.findings or not outcome.examples for outcome in outcomes))


def report(outcome: Outcome) -> None:
    """Print what one target went through."""
    answers = ", ".join(f"{answer} {count}" for answer, count in outcome.answers.most_common(12))
    print(
        f"{outcome.target}: {outcome.examples} examples, slowest {outcome.slowest_seconds} s, "
        f"peak {outcome.peak_mib} MiB, {len(outcome.findings)} findings\n  {answers}"
    )
    for found in outcome.findings:
        print(f"  {found}: python -m tests.fuzz --replay {found}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
