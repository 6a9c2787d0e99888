"""By hand: made-up bytes through `receive`, the time it took and the memory it ever held.

.venv/bin/python -m tests.evidence.measure_intake folder:/tmp/store 2048
.venv/bin/python -m tests.evidence.measure_intake s3:BUCKET@HOST:PORT 2048

The second is the size in MiB.  Keys of the S3 store are those of `tests/servers.py`.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from evidence.folder import FolderStorage
from evidence.intake import receive
from evidence.s3 import S3Storage
from evidence.storage import Storage
from tests.servers import ACCESS_KEY, REGION, SECRET_KEY

MIB = 1 << 20
PIECE_BYTES = 1 << 16  # what a web server hands over at a time


def main(place: str, size_mib: int) -> None:
    storage = open_store(place)
    storage.probe()
    began = time.monotonic()
    item = receive(
        storage,
        chunks=made_up(size_mib * MIB),
        limit_bytes=size_mib * MIB,
    )
    seconds = time.monotonic() - began
    found = {
        "size_bytes": item.size_bytes,
        "seconds": round(seconds, 1),
        "mib_per_second": round(size_mib / seconds),
        "peak_mib": peak_mib(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def open_store(place: str) -> Storage:
    kind, _, where = place.partition(":")
    if kind == "folder":
        return FolderStorage(Path(where))
    bucket, _, endpoint = where.partition("@")
    return S3Storage(
        endpoint=endpoint,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        bucket=bucket,
        region=REGION,
        secure=False,
    )


def made_up(size: int) -> Iterator[bytes]:
    """Pieces that no store can keep once for all: each begins with its number."""
    noise = os.urandom(PIECE_BYTES - 8)
    for number in range(size // PIECE_BYTES):
        yield number.to_bytes(8, "big") + noise


def peak_mib() -> int:
    """The most memory this program ever held.

    `getrusage` would count the parent's, too, which a child takes over until it starts its program.
    """
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) // 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
