"""Migrations on both databases: up from nothing, no drift, and down again."""

import pytest
from sqlalchemy import inspect

from api import schema
from api.refusals import SchemaError
from inspection.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.sqlite"
    else:
        url = request.getfixturevalue("postgres").new_database()
    database = Database(url)
    yield database
    database.close()


def test_an_empty_database_is_brought_to_the_newest_shape(empty: Database) -> None:
    schema.upgrade(empty)

    assert schema.find_revision(empty) == schema.newest_revision()
    schema.require_newest(empty)


def test_the_tables_are_those_of_the_program(empty: Database) -> None:
    schema.upgrade(empty)

    assert schema.list_differences(empty) == []


def test_a_database_can_be_brought_back_to_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    schema.downgrade(empty)

    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    schema.upgrade(empty)


def test_upgrading_again_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)

    assert schema.list_differences(empty) == []


def test_a_database_of_another_shape_is_not_served(empty: Database) -> None:
    with pytest.raises(SchemaError) as refused:
        schema.require_newest(empty)

    assert refused.value.facts == {"found": "0", "needed": schema.newest_revision()}
