"""The inside of a child process: one job, within its limits, dead when its server is."""

import ctypes
import os
import resource
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from api.settings import Settings

_SET_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process as soon as its parent is gone."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        # It died before the kernel was asked.
        os.kill(os.getpid(), signal.SIGKILL)


def limit_memory(limit_bytes: int) -> None:
    """Refuse this process more private memory than that."""
    resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))


@contextmanager
def make_workspace(settings: Settings) -> Iterator[Path]:
    """An empty folder for one job, gone afterwards; the name says whose it is."""
    folder = _jobs_folder(settings) / f"{os.getpid()}-{uuid4()}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_workspaces(settings: Settings) -> None:
    """Remove the folders of processes that were killed."""
    for folder in _jobs_folder(settings).glob("*-*"):
        pid = folder.name.partition("-")[0]
        if not pid.isdigit() or not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _jobs_folder(settings: Settings) -> Path:
    return settings.work_folder / "jobs"
