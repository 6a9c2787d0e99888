"""What tests of every package need."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers import (
    ClamdServer,
    PostgresServer,
    S3Server,
    find_clamd,
    find_postgres,
    running_clamd,
    running_postgres,
    running_s3,
)

# Time is measured by benchmarks: a machine that is busy with other things is no wrong example.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def acceptance() -> Path:
    """The open acceptance data, never written into; without it the test is skipped."""
    folder = Path(os.environ.get("ACCEPTANCE_DIR", "../shared/acceptance"))
    folder = (ROOT / folder).resolve()
    if not folder.is_dir():
        pytest.skip(f"no acceptance data at {folder}; set ACCEPTANCE_DIR")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; `new_database()` gives the address of an empty database."""
    programs = find_postgres()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with running_postgres(programs) as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """An S3 server; `new_bucket()` gives the name of an empty bucket."""
    with running_s3() as server:
        yield server


@pytest.fixture(scope="session")
def clamd() -> Iterator[ClamdServer]:
    """An antivirus daemon that knows EICAR."""
    program = find_clamd()
    if program is None:
        pytest.skip("ClamAV is not installed: apt-get install clamav-daemon")
    with running_clamd(program) as server:
        yield server
