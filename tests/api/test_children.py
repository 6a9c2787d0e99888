"""A job's process keeps to its limits and does not outlive its server."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from api import schema
from api.children import clear_workspaces, make_workspace
from api.jobs import run_child
from api.refusals import JobFailedError
from api.settings import Settings
from inspection.database import Database

HOLD = "import sys; sys.stdin.read()"
LIMITED = "from api.children import limit_memory; limit_memory(200 << 20); b = bytearray(400 << 20)"
ORPHAN = "import os, sys; from api.children import die_with; die_with({parent}); sys.stdin.read()"


def test_a_job_without_a_subject_fails_visibly(settings: Settings) -> None:
    database = Database(settings.database_url)
    schema.upgrade(database)
    database.close()

    with pytest.raises(JobFailedError) as failed:
        asyncio.run(run_child(settings, "item.read", str(uuid4())))

    assert (failed.value.code, failed.value.facts["exit_code"]) == ("job.died", 2)


def test_a_job_that_takes_too_long_is_ended(settings: Settings) -> None:
    with pytest.raises(JobFailedError) as failed:
        asyncio.run(run_child(replace(settings, job_seconds=0), "item.read", str(uuid4())))

    assert failed.value.code == "job.too_long"


def test_a_child_cannot_take_more_memory_than_allowed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "MemoryError" in done.stderr


def test_a_child_of_nobody_ends_at_once() -> None:
    # The parent it is told of is not the one it has.
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN.format(parent=1)], stdin=subprocess.PIPE, check=False
    )

    assert done.returncode == -9


def test_a_workspace_is_gone_when_its_job_is(settings: Settings) -> None:
    with make_workspace(settings) as workspace:
        (workspace / "rows.parquet").write_bytes(b"x")
        assert workspace.name.startswith(f"{os.getpid()}-")

    assert not workspace.exists()


def test_workspaces_of_the_dead_are_cleared_and_of_the_living_kept(settings: Settings) -> None:
    dead: Path = settings.work_folder / "jobs" / f"999999999-{uuid4()}"
    dead.mkdir(parents=True)
    with make_workspace(settings) as living:
        clear_workspaces(settings)

        assert (dead.exists(), living.exists()) == (False, True)
