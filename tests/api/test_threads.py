"""Work nobody waits for any more does not keep the program alive."""

import asyncio
import subprocess
import sys
import time

import pytest

from api.threads import run_abandoned

SLEEPING = """
import asyncio, time
from api.threads import run_abandoned

async def main():
    job = asyncio.create_task(run_abandoned(lambda: time.sleep(60)))
    await asyncio.sleep(0.2)
    job.cancel()

asyncio.run(main())
"""


def test_what_the_work_raises_is_raised_where_it_is_awaited():
    def fail():
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        asyncio.run(run_abandoned(fail))


def test_the_loop_goes_on_beside_the_work():
    seen = []

    async def look():
        job = asyncio.create_task(run_abandoned(lambda: time.sleep(0.2)))
        while not job.done():
            seen.append(time.monotonic())
            await asyncio.sleep(0.01)

    asyncio.run(look())

    assert len(seen) > 3


def test_a_program_that_stops_does_not_wait_for_it():
    # Without a time limit it would sleep for a minute, and this fail.
    subprocess.run([sys.executable, "-c", SLEEPING], check=True, timeout=30)
