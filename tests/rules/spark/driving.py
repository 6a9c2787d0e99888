"""A driver in a process of its own: `python -m tests.rules.spark.driving MASTER FOLDER ROWS`.

The folder holds the evidence as `making.evidence` wrote it; `FOLDER/out` gets the results,
`FOLDER/shared` is what tasks answer in, and standard output the tallies.
"""

import sys
from pathlib import Path

from rules.spark import judge_on_spark, open_session
from tests.rules.spark.both_ways import AS_OF
from tests.rules.spark.making import evidence, pack_files


def main(master: str, folder: Path, rows: int) -> None:
    for name in ("out", "shared"):
        (folder / name).mkdir()
    tallies = judge_on_spark(
        open_session(master), pack_files(), evidence(rows, folder / "evidence"),
        as_of=AS_OF, into=folder / "out", shared=folder / "shared",
        slice_rows=100, memory_bytes=60_000,
    )  # fmt: skip
    for tally in tallies:
        sys.stdout.write(f"{tally}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
