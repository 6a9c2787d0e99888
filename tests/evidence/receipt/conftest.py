"""A log with one certified deposit in it, and its receipt."""

import pytest

from evidence import key_files
from inspection.database import Database
from inspection.tables import METADATA
from tests.evidence.custody.conftest import Log
from tests.evidence.receipt.making import START, certify, issue


@pytest.fixture
def log(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/log.sqlite")
    METADATA.create_all(database.engine)
    key_files.generate(tmp_path / "keys", origin="log.example.vn/custody", at=START)
    yield Log(database=database, folder=tmp_path / "keys")
    database.close()


@pytest.fixture
def entry_id(log):
    log.record(4)
    entry_id = certify(log)
    log.record(3)
    log.sequence()
    return entry_id


@pytest.fixture
def receipt(log, entry_id) -> bytes:
    return issue(log, entry_id)
