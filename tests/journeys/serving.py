"""A real server process of our own, started and stopped by tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.settings import Settings, to_environment

PATIENCE = 60.0
# What a deployment lacks it says loudly at its start; a test that needs none of it may go without.
LACKING = ("custody.no_keys", "storage.no_lock")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`thanhtra serve` in a process group of its own."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{settings.port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "serve"],
                env={**os.environ, **to_environment(self.settings)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._answers, what="the server to answer")

    def kill(self) -> None:
        """What a power cut does: no handler runs, no connection is closed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE)

    def children(self) -> list[int]:
        """The jobs that run now."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def log_text(self) -> str:
        return self._log.read_text()

    def failures(self) -> list[str]:
        """Lines of the log that tell of something gone wrong."""
        return [
            line
            for line in self.log_text().splitlines()
            if '"level": "error"' in line and not any(one in line for one in LACKING)
        ]

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log_text()
        try:
            # Not its health: that also tells whether anybody runs jobs, and here nobody may.
            return httpx.get(f"{self.url}/api/session").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@contextmanager
def serving(settings: Settings, log: Path) -> Iterator[Server]:
    server = Server(settings, log)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def wait_until(condition, *, what: str, patience: float = PATIENCE):
    """Ask again and again; the answer is what the condition gave."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.05)  # the other side is a process: there is nothing to wait on
    raise AssertionError(f"waited {patience} s for {what}")
