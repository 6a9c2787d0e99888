"""By hand: uploads in parts beside a plain copy into the same store, and the memory they took.

.venv/bin/python -m tests.api.measure_upload [MiB [MiB ...]]

One file alone, then a deposit of eight, three at once as `thanhtra deposit` sends them; the copies
run as many at once.

The copy has no hash and no protocol: into a folder, pieces of a mebibyte with each part on
the disk before the next begins, as an upload promises too; beside it `cp`, which promises
nothing before its end; into a bucket, one `put_object` of the SDK.  The upload is what `thanhtra
deposit` does: the file is hashed, sent in parts that are hashed again on both sides, checked
whole, kept and recorded.  All are done three times, one after the other; the medians count.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

from minio import Minio

from api.commands.deposit import AT_ONCE
from api.sending import Sender, describe
from api.setting_values import S3Settings
from evidence.limits import Limits
from tests.api.uploading import (
    MIB,
    Place,
    enter,
    made_file,
    peak_mib,
    place_of,
    prepare,
)
from tests.journeys.serving import serving
from tests.servers import ACCESS_KEY, REGION, SECRET_KEY, S3Server, running_s3

TIMES = 3
SIZES = (256, 1024, 2048)
FILES = 8


def main() -> None:
    sizes = tuple(int(text) for text in sys.argv[1:]) or SIZES
    with (
        tempfile.TemporaryDirectory(dir=os.environ.get("MEASURE_IN")) as name,
        ExitStack() as open_,
    ):
        folder = Path(name)
        s3 = open_.enter_context(running_s3())
        for store in ("folder", "s3"):
            (folder / store).mkdir()
            place = prepare(folder / store)
            if store == "s3":
                place = in_bucket(place, s3)
            for size in sizes:
                measure(folder / store, place, s3, f"{store}, one of {size} MiB", [size])
            each = min(sizes) // FILES
            measure(folder / store, place, s3, f"{store}, 8 of {each} MiB", [each] * FILES)


def in_bucket(place: Place, s3: S3Server) -> Place:
    settings = replace(
        place.settings,
        storage=S3Settings(
            endpoint=s3.endpoint, bucket=s3.new_bucket(), region=REGION, secure=False
        ),
        s3_access_key=ACCESS_KEY,
        s3_secret_key=SECRET_KEY,
    )
    return replace(place, settings=settings)


def measure(folder: Path, place: Place, s3: S3Server, what: str, sizes: list[int]) -> None:
    # A new server each time: the peak is of these sizes alone.
    with serving(place.settings, folder / "server.log") as server, enter(server) as client:
        resting = peak_mib(server)
        copies, cached, uploads = [], [], []
        for turn in range(TIMES):
            files = [made(folder, turn, number, size) for number, size in enumerate(sizes)]
            copies.append(timed(lambda file: copy_into(place, s3, folder, file), files))
            cached.append(timed(lambda file: copy_cached(folder, file), files))
            sender = Sender(client, place_of(place))
            uploads.append(timed(lambda file, to=sender: to.send(describe(file)), files))
            for file in files:
                file.unlink()
        copy, cp, upload = median(copies), median(cached), median(uploads)
        total = sum(sizes)
        say(
            f"{what}: copy {total / copy:.0f} MiB/s, cp {total / cp:.0f} MiB/s, "
            f"upload {total / upload:.0f} MiB/s, {copy / upload:.2f} x the copy; load "
            f"{os.getloadavg()[0]:.1f}; peak {peak_mib(server)} MiB (after login {resting})"
        )


def made(folder: Path, turn: int, number: int, size: int) -> Path:
    file = made_file(folder / f"{size}-{turn}-{number}.bin", size * MIB)
    with file.open("r+b") as start:
        start.write(bytes([turn, number, size % 251, 0, 0, 0, 0, 1]))  # each is new to the store
    return file


def copy_into(place: Place, s3: S3Server, folder: Path, file: Path) -> None:
    """A plain copy into the same store."""
    if isinstance(place.settings.storage, S3Settings):
        client: Minio = s3.client()
        client.fput_object(place.settings.storage.bucket, f"copies/{file.name}", str(file))
        return
    target = folder / "store" / f"{file.name}.copy"
    part_bytes = Limits().part_of(file.stat().st_size)
    with file.open("rb", buffering=0) as source, target.open("xb", buffering=0) as written:
        while piece := source.read(MIB):
            written.write(piece)
            if written.tell() % part_bytes == 0:
                os.fsync(written.fileno())
        os.fsync(written.fileno())
    target.unlink()


def copy_cached(folder: Path, file: Path) -> None:
    """`cp`, and once to the disk at its end."""
    target = folder / f"{file.name}.copy"
    shutil.copyfile(file, target)
    with target.open("rb") as written:
        os.fsync(written.fileno())
    target.unlink()


def timed(work: Callable[[Path], object], files: list[Path]) -> float:
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, files))
    return time.monotonic() - began


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
