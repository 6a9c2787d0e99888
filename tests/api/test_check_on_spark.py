"""`thanhtra check --engine spark` gives what the same command gives without."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from tests.inspection.world import PAYMENTS

RESULTS = ("facts.parquet", "summary.json", "violations.csv", "violations.parquet")


def test_spark_changes_no_byte(tmp_path: Path) -> None:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed: apt-get install default-jre-headless")
    file = tmp_path / "payments.csv"
    file.write_bytes(PAYMENTS)

    here = check(file, tmp_path / "here")
    there = check(file, tmp_path / "there", "--engine=spark", "--master=local[1]")

    assert there == here


def check(file: Path, out: Path, *more: str) -> tuple[str, list[bytes]]:
    """What the command shows, and what it writes; in a process of its own, as people run it."""
    done = subprocess.run(
        [
            sys.executable, "-m", "api.cli", "check", "payments", "--as-of=2011-01-31",
            f"--table=payments={file}", f"--out={out}", *more,
        ],
        env=os.environ | {"PYTHONPATH": os.getcwd()},  # noqa: PTH109 -- as pytest was started
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return done.stdout, [(out / name).read_bytes() for name in RESULTS]


def test_a_master_without_spark_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    file.write_bytes(PAYMENTS)
    asked = ["check", "payments", f"--table=payments={file}", "--master=local[1]"]

    done = CliRunner().invoke(main, asked)

    assert done.exit_code == 2
    assert "--engine spark" in done.output
