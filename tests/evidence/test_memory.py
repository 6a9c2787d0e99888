"""The size of a file does not show in the memory that receiving it takes.

2 GiB, by hand: `measure_intake.py`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIZE_MIB, LIMIT_MIB = 512, 300


@pytest.fixture(params=["folder", "s3"])
def place(request, tmp_path):
    if request.param == "folder":
        return f"folder:{tmp_path}/store"
    server = request.getfixturevalue("s3")
    return f"s3:{server.new_bucket()}@{server.endpoint}"


def test_receiving_half_a_gibibyte_stays_within_its_memory(place):
    program = [sys.executable, "-m", "tests.evidence.measure_intake", place, str(SIZE_MIB)]

    found = json.loads(subprocess.check_output(program, cwd=ROOT))

    assert found["size_bytes"] == SIZE_MIB << 20
    assert found["peak_mib"] < LIMIT_MIB
