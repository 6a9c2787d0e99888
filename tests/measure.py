"""Prints how long the main job takes and what memory it needs, by hand: `python -m tests.measure`.

Each line is measured beside a plain limit in the same run, so that a slow machine slows both.
"""

import hashlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl

from inspection.documents.conclusion import render_conclusion
from rules.evaluation import judge
from rules.pack_loading import load_pack
from rules.reading import read_file
from rules.table import open_table
from tests.inspection.documents import samples

ROOT = Path(__file__).parent.parent
ACCEPTANCE = ROOT / os.environ.get("ACCEPTANCE_DIR", "../shared/acceptance")
SOURCE = ACCEPTANCE / "payments" / "corporate_payment.csv"


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(what: str, seconds: float, peer: str, limit: float) -> None:
    sys.stdout.write(f"{what}: {seconds:.2f} s, {seconds / limit:.1f} x {peer} ({limit:.2f} s)\n")


def measure_rules(folder: Path) -> None:
    pack = load_pack(ROOT / "rules" / "packs" / "payments")
    contract = pack.contracts["payments"]
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()
    plain = timed(lambda: pl.read_csv(SOURCE, infer_schema=False))
    reading = timed(lambda: read_file(SOURCE, digest=digest, contract=contract, into=folder))
    report("read 189,470 payments under their contract", reading, "polars.read_csv", plain)
    table = open_table(contract, [folder / "rows.parquet"])
    tables, as_of = {"payments": table}, date(2026, 1, 1)
    judging = timed(lambda: list(judge(pack, tables, as_of=as_of, into=folder)))
    columns = ["VendorNum", "Date", "InvNum", "Amount"]
    frame = pl.read_parquet(folder / "rows.parquet").select(columns)
    hand = timed(lambda: [frame.filter(pl.struct(columns).is_duplicated()) for _ in pack.rules])
    report(f"judge {len(pack.rules)} rules with messages", judging, "bare duplicates", hand)


def measure_document() -> None:
    whole = samples.conclusion(matters=samples.matters(samples.finding(count=5_000)))
    one = samples.conclusion(matters=samples.matters(samples.finding(count=1)))
    short = timed(lambda: render_conclusion(one, samples.annex("1.1", 1), into=BytesIO()))
    long = timed(lambda: render_conclusion(whole, samples.annex("1.1", 5_000), into=BytesIO()))
    report("render a conclusion of 5,000 annex rows", long, "one row", short)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure_rules(Path(folder))
    measure_document()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"peak memory of this process: {peak} MiB\n")


if __name__ == "__main__":
    main()
