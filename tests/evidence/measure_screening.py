"""How long each hostile file takes, and how much memory its process.

    PYTHONPATH=. python -m tests.evidence.measure_screening [FOLDER]

Prints, for each: seconds from the start of the process to its answer, the seconds of processor it
took (the same on a machine that has other things to do), the peak resident memory of the process,
the size of the file, and the reason.  The largest ones are made as large as they are
named: a CSV of one 2 GiB line, a Parquet file of a million columns.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.evidence.screening.documents import BODY, docx, letter, pdf, xlsx
from tests.evidence.screening.hostile import HOSTILE, MIB, one_line, wide_parquet

AIM_SECONDS, AIM_MIB = 2.0, 1024
LOOK = """
import json, pathlib, resource, sys, time
from evidence.apart import ProcessLimits
from evidence.screening.screen import examine_file

folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
began = time.monotonic()
found = examine_file(folder / name, name=name, folder=folder, limits=ProcessLimits())
seconds, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
told = {
    "seconds": seconds,
    "processor": used.ru_utime + used.ru_stime,
    "peak_mib": used.ru_maxrss / 1024,
    "answer": found.refusal.code if found.refusal else "opened",
}
print(json.dumps(told))
"""
LARGE: Mapping[str, Callable[[Path], None]] = {
    "one-line.csv": partial(one_line, size_bytes=2048 * MIB),
    "wide.parquet": partial(wide_parquet, columns=1_000_000),
}
ORDINARY: Mapping[str, Callable[[], bytes]] = {
    "ordinary.docx": lambda: docx([BODY] * 200),
    "ordinary.xlsx": lambda: xlsx([BODY] * 2_000),
    "ordinary.pdf": lambda: pdf(letter()),
}


def main(folder: Path) -> None:
    say(f"{'file':22}{'MiB':>8}{'seconds':>9}{'processor':>11}{'peak MiB':>10}  answer")
    for name, (make, _) in HOSTILE.items():
        LARGE.get(name, make)(folder / name)
        measure(folder, name)
        (folder / name).unlink()
    for name, content in ORDINARY.items():
        (folder / name).write_bytes(content())
        measure(folder, name)


def measure(folder: Path, name: str) -> None:
    """Look at one file in a small process whose only child is the one that opens it.

    Small, because the peak of a child is no less than what its parent held when it was started.
    """
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, str(folder), name],
        stdout=subprocess.PIPE,
        check=True,
    )
    told = json.loads(ended.stdout)
    size = (folder / name).stat().st_size / MIB
    missed = told["seconds"] > AIM_SECONDS or told["peak_mib"] > AIM_MIB
    say(
        f"{name:22}{size:8.1f}{told['seconds']:9.2f}{told['processor']:11.2f}"
        f"{told['peak_mib']:10.0f}  {told['answer']}{'  MISSED' if missed else ''}"
    )


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    match sys.argv[1:]:
        case [given]:
            main(Path(given))
        case _:
            with TemporaryDirectory() as made:
                main(Path(made))
