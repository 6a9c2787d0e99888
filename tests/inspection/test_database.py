"""Short transactions, alike on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import text

from inspection.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.db'}"
    else:
        url = request.getfixturevalue("postgres").new_database()
    database = Database(url)
    with database.write() as session:
        session.execute(text("CREATE TABLE counter (value INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    yield database
    database.close()


def value_of(database) -> int:
    with database.read() as session:
        return session.execute(text("SELECT value FROM counter")).scalar_one()


def test_sixteen_who_read_then_write_lose_nothing(database):
    def add_one(_):
        with database.write() as session:
            value = session.execute(text("SELECT value FROM counter")).scalar_one()
            session.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add_one, range(160)))

    assert value_of(database) == 160


def test_a_reading_transaction_changes_nothing(database):
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(text("UPDATE counter SET value = 7"))

    assert value_of(database) == 0


def test_a_failed_transaction_leaves_nothing(database):
    def fail_half_way():
        with database.write() as session:
            session.execute(text("UPDATE counter SET value = 7"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert value_of(database) == 0
