"""Migrations on both databases: up from nothing, no drift, and down again."""

import pytest
from sqlalchemy import inspect

from api import schema
from api.refusals import SchemaError
from evidence.folder import FolderStorage
from inspection import deposits
from inspection.database import Database
from inspection.tables import Deposit, EvidenceItem
from tests.inspection.world import World, case_of


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


def test_answers_of_before_are_numbered_and_nothing_that_refers_to_them_is_lost(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.sqlite")
    schema.upgrade(database)
    world = World(database=database, storage=FolderStorage(tmp_path / "store"), folder=tmp_path)
    world.storage.probe()
    world.settle()
    campaign_id = world.draft()
    world.open(campaign_id)
    place = case_of(world, campaign_id)
    first = world.upload(*place)
    world.hand_in(first.deposit_id)
    world.write(
        deposits.return_deposit,
        actor=world.actor("lead"),
        deposit_id=first.deposit_id,
        version=2,
        reason="Thiếu",
    )
    second = world.upload(*place)

    schema.downgrade(database, to="0006")
    schema.upgrade(database)

    numbers = [world.get(Deposit, one.deposit_id).number for one in (first, second)]
    assert numbers == [1, 2]
    assert world.get(EvidenceItem, first.item_id).deposit_id == first.deposit_id
    database.close()
