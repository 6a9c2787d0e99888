"""By hand: made-up evidence out of a store into a bag, and the bag verified, in memory and MB/s.

.venv/bin/python -m tests.evidence.measure_bag /tmp/bags 1024 4096

The numbers are sizes in MiB; each is one run of each program in a process of its own, whose peak
is its own.  A quarter of the bytes lies in one file, the rest in many.  A plain copy (`cp`) of the
same bytes on the same disk and `sha256sum` over them are measured in the same run.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from evidence.bag import BagFile, verify_bag, write_folder
from evidence.digest import Digest
from evidence.folder import FolderStorage
from evidence.intake import receive
from tests.evidence.measure_intake import MIB, made_up, peak_mib

MANY = 48
PARTS = ("fill", "export", "verify")


def main(folder: Path, sizes_mib: list[int]) -> None:
    for size_mib in sizes_mib:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        found: dict[str, object] = {"size_mib": size_mib}
        for part in PARTS:
            program = [sys.executable, "-m", "tests.evidence.measure_bag", part, folder]
            told = json.loads(subprocess.check_output([*map(str, program), str(size_mib)]))
            found |= {f"{part}_{name}": value for name, value in told.items()}
        store = folder / "store" / "sha256"
        found["cp_mb_per_second"] = rate(
            size_mib, partial(run, ["cp", "-r", str(store), str(folder / "copy")])
        )
        found["sha256sum_mb_per_second"] = rate(
            size_mib,
            partial(
                run, ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"], folder / "bag"
            ),
        )
        sys.stdout.write(json.dumps(found) + "\n")
        shutil.rmtree(folder)


def run(program: list[str], where: Path | None = None) -> None:
    subprocess.run(program, check=True, cwd=where)
    if program[0] == "cp":
        subprocess.run(["sync", "-f", program[-1]], check=True)  # the bag is on the disk as well


def fill(folder: Path, size_mib: int) -> None:
    storage = FolderStorage(folder / "store")
    storage.probe()
    large = size_mib // 4
    for size in [large, *[(size_mib - large) // MANY] * MANY]:
        receive(storage, chunks=made_up(size * MIB), limit_bytes=size * MIB)


def export(folder: Path, _: int) -> None:
    storage = FolderStorage(folder / "store")
    kept = sorted(path.name for path in (folder / "store/sha256").rglob("*") if path.is_file())
    files = [
        BagFile(
            path=f"evidence/{sha256}",
            open=partial(storage.open, Digest(sha256)),
            sha256=sha256,
        )
        for sha256 in kept
    ]
    write_folder(folder / "bag", files, info=[("Source-Organization", "Thanh tra")], extra={})


def verify(folder: Path, _: int) -> None:
    report = verify_bag(folder / "bag")
    if not report.is_valid:
        raise SystemExit(str(report.problems))


def rate(size_mib: int, work: Callable[[], None]) -> int:
    """Megabytes (10^6) a second."""
    began = time.monotonic()
    work()
    return round(size_mib * MIB / 1e6 / (time.monotonic() - began))


def one(part: str, folder: Path, size_mib: int) -> None:
    works = {"fill": fill, "export": export, "verify": verify}
    speed = rate(size_mib, partial(works[part], folder, size_mib))
    sys.stdout.write(json.dumps({"mb_per_second": speed, "peak_mib": peak_mib()}))


if __name__ == "__main__":
    if sys.argv[1] in PARTS:
        one(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]])
