"""Migrations on both databases: up from nothing, no drift, and down again."""

import json

import pytest
from sqlalchemy import inspect
from sqlmodel import col, select

from api import schema
from api.refusals import SchemaError
from evidence.custody.series import count_series
from evidence.folder import FolderStorage
from inspection import deposits
from inspection.database import Database
from inspection.tables import CustodyLeaf, CustodySeries, Deposit, EvidenceItem, Inspection
from tests.inspection.casefile.conftest import take_numbers
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


def test_entries_of_before_are_counted_and_stay_as_they_are(empty: Database, tmp_path) -> None:
    schema.upgrade(empty)
    world = World(database=empty, storage=FolderStorage(tmp_path / "store"), folder=tmp_path)
    world.storage.probe()
    world.settle()
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, request_id = case_of(world, campaign_id)
    world.upload(inspection_id, request_id)
    with empty.write() as session:
        take_numbers(session)

    def counts():
        with empty.read() as session:
            return dict(session.exec(select(CustodySeries.id, CustodySeries.reached)).all())

    def bodies():
        with empty.read() as session:
            query = select(CustodyLeaf.body).order_by(col(CustodyLeaf.number))
            return list(session.exec(query))

    expected, before = counts(), bodies()
    schema.downgrade(empty, to="0009")
    schema.upgrade(empty)

    with empty.read() as session:
        inspections = set(session.exec(select(Inspection.id)))
        reached = count_series(session, series_id=inspection_id)
    assert set(expected) == {campaign_id, *inspections}
    assert (counts(), bodies()) == (expected, before)
    world.upload(inspection_id, request_id)
    first = json.loads(bodies()[len(before)])
    assert first["series"] == {"id": str(inspection_id), "number": reached + 1}
