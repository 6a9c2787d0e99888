"""By hand: 2 GiB through the server, twice, and the memory it took.

.venv/bin/python -m tests.api.measure_upload
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.api.uploading import MIB, enter, peak_mib, prepare, send_body, send_form
from tests.journeys.serving import serving

SIZE = 2048 * MIB


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = prepare(folder)
        with serving(place.settings, folder / "server.log") as server, enter(server) as client:
            report("after login", peak_mib(server), 0.0)
            began = time.monotonic()
            send_body(client, place, SIZE).raise_for_status()
            report("2 GiB as a body", peak_mib(server), time.monotonic() - began)
            file = folder / "two.bin"
            with file.open("wb") as content:
                content.truncate(SIZE)
            began = time.monotonic()
            answer = send_form(client, place, file)
            report(
                f"2 GiB in a form ({answer.status_code})",
                peak_mib(server),
                time.monotonic() - began,
            )


def report(what: str, mib: int, seconds: float) -> None:
    sys.stdout.write(f"{what}: VmHWM {mib} MiB, {seconds:.1f} s\n")


if __name__ == "__main__":
    main()
