"""A cluster of two workers, one of them killed on the way: nothing is lost, nothing twice."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyspark
import pytest

from tests.rules.spark.both_ways import RESULTS, on_one_machine
from tests.rules.spark.making import evidence, pack_files

ROWS = 3_000
PATIENCE = 240  # seconds, for a machine that is busy with other things
SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"


@pytest.mark.parametrize("kind", ["rows", "sets"])
def test_a_killed_worker_changes_nothing(java: None, tmp_path: Path, kind: str) -> None:  # noqa: ARG001 -- it has to be there
    here = on_one_machine(pack_files(), evidence(ROWS, tmp_path / "evidence"), tmp_path / "here")

    with cluster(tmp_path) as (master, workers), driver(master, tmp_path) as driving:
        wait_for(lambda: answers(tmp_path, kind) >= 4, driving)
        both = [len(list((tmp_path / name).glob("app-*/*"))) for name in ("w0", "w1")]
        os.killpg(workers[0].pid, signal.SIGKILL)
        at_kill = answers(tmp_path, kind)
        counts = [at_kill]
        wait_for(lambda: counts.append(answers(tmp_path, kind)) or driving.poll() is not None)
        told = driving.communicate()[0]

    assert driving.returncode == 0
    # Both had been given work, and there was more to come.
    assert both == [1, 1]
    assert max(counts) > at_kill
    assert told.splitlines() == [str(tally) for tally in here.tallies]
    assert {name: (tmp_path / "out" / name).read_bytes() for name in RESULTS} == here.files


def answers(folder: Path, kind: str) -> int:
    """How many answers to tasks of that kind lie in the shared folder."""
    return len(list((folder / "shared").glob(f"*/{kind}-*.frames")))


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A master and two workers of one processor each, as Spark comes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    master = f"spark://127.0.0.1:{port}"
    package = "org.apache.spark.deploy"
    with service(folder / "master.log", f"{package}.master.Master", "--port", str(port)) as own:
        ready(folder / "master.log", "New state: ALIVE", own)
        workers = [
            service(
                folder / f"w{n}.log", f"{package}.worker.Worker", "--cores", "1",
                "--memory", "1g", "--work-dir", str(folder / f"w{n}"), master,
            ) for n in (0, 1)
        ]  # fmt: skip
        with workers[0] as first, workers[1] as second:
            for n, worker in enumerate((first, second)):
                ready(folder / f"w{n}.log", "Successfully registered with master", worker)
            yield master, [first, second]


@contextmanager
def service(log: Path, name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A server of Spark, with whatever it starts in its process group."""
    with log.open("w") as file:
        process = subprocess.Popen(
            [SPARK_CLASS, name, "--host", "127.0.0.1", "--webui-port", "0", *arguments],
            stdout=file, stderr=file, env=environment(), text=True, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        kill_group(process)


@contextmanager
def driver(master: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    with (folder / "driver.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.rules.spark.driving", master, folder, str(ROWS)],
            stdout=subprocess.PIPE, stderr=log, env=environment(), text=True,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[str]) -> None:
    """End a process and all it started, unless it was seen to end: its number may be another's."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment() -> dict[str, str]:
    return os.environ | {
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.getcwd(),  # noqa: PTH109 -- as pytest was started
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        "PYSPARK_SUBMIT_ARGS": "--conf spark.executor.memory=512m --conf spark.ui.enabled=false"
        " pyspark-shell",
    }


def ready(log: Path, words: str, process: subprocess.Popen[str]) -> None:
    wait_for(lambda: words in log.read_text("utf-8"), process)


def wait_for(condition, process: subprocess.Popen[str] | None = None) -> None:
    """Look again and again; a process that ended will not bring it about."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if process is not None and process.poll() is not None:
            pytest.fail(f"{process.args} ended with {process.returncode}")
        if time.monotonic() > until:
            pytest.fail("waited in vain")
        time.sleep(0.02)
