"""The drill: a platform is lost, and comes back from its backup as it was, on any database."""

import json
import shutil

import pytest
from sqlalchemy import select

from api import schema
from evidence.bag import verify_bag
from evidence.custody.sequencing import find_newest
from evidence.custody.series import count_series
from evidence.errors import EvidenceAlteredError
from evidence.folder import FolderStorage
from inspection import deposits
from inspection.backup import restore_backup, save_backup
from inspection.backup.rows import GROWING, list_tables
from inspection.casefile import export_case, verify_case
from inspection.custody import enter_pending, verify_custody
from inspection.database import Database
from inspection.errors import ConflictError, InvalidError
from inspection.keeping import find_orphans
from inspection.login import find_login
from inspection.tables import Inspection
from tests.inspection.casefile.conftest import conclude, keys_of
from tests.inspection.casefile.forging import seal_again
from tests.inspection.test_conclusions import verify_one
from tests.inspection.test_versions import act
from tests.inspection.world import World, case_of

PLACES = ["sqlite", "postgresql"]


@pytest.fixture
def databases(request, tmp_path):
    """Makes databases of one kind, of the present shape and empty."""
    made = []

    def make(kind):
        url = (
            f"sqlite:///{tmp_path}/{len(made)}.sqlite"
            if kind == "sqlite"
            else request.getfixturevalue("postgres").new_database()
        )
        made.append(Database(url))
        schema.upgrade(made[-1])
        return made[-1]

    yield make
    for database in made:
        database.close()


def store_in(folder):
    storage = FolderStorage(folder)
    storage.probe()
    return storage


def living(database, folder):
    """A platform with a published case and a signed log."""
    world = World(database=database, storage=store_in(folder / "store"), folder=folder)
    world.settle()
    campaign_id = world.draft()
    world.open(campaign_id)
    conclude(world, verify_one(world, campaign_id))
    enter_pending(database, keys_of(world), clock=world.now)
    return world


def another(world):
    campaign_id = world.draft()
    world.open(campaign_id)
    return campaign_id


def save(world, folder):
    return save_backup(
        world.database,
        world.storage,
        folder=folder,
        revision=schema.newest_revision(),
        clock=world.now,
    )


def rows_of(database):
    with database.snapshot() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in list_tables()
        }


@pytest.mark.parametrize("there", PLACES)
@pytest.mark.parametrize("here", PLACES)
def test_database_objects_and_log_head_agree_after_a_drill(databases, tmp_path, here, there):
    world = living(databases(here), tmp_path)
    before, objects = rows_of(world.database), list(world.storage.list_kept())
    saved, _ = save(world, tmp_path / "backup")
    shutil.rmtree(tmp_path / "store")

    database, storage = databases(there), store_in(tmp_path / "other")
    restored = restore_backup(
        database, storage, folder=tmp_path / "backup", revision=schema.newest_revision()
    )

    assert rows_of(database) == before
    assert list(storage.list_kept()) == objects
    orphans = find_orphans(database, storage)
    assert (orphans.unknown, orphans.lost) == ((), ())
    with database.read() as session:
        assert find_newest(session).note == saved.head == restored.head
        report = verify_custody(session, ring=keys_of(world).find_ring())
    assert (report.troubles, report.size > 10) == ([], True)
    # It lives on: the next acts get the next numbers, and the log goes on from its head.
    again = World(
        database=database,
        storage=storage,
        folder=tmp_path,
        people=world.people,
        bodies=world.bodies,
    )
    with database.read() as session:
        inspection_id = session.exec(select(Inspection.id)).scalars().first()
        counted = count_series(session, series_id=inspection_id)
    again.draft()
    export_case(
        database,
        storage,
        keys=keys_of(world),
        inspection_id=inspection_id,
        folder=tmp_path / "case",
        clock=world.now,
    )
    grown = enter_pending(database, keys_of(world), clock=world.now)
    assert grown.size > report.size
    with database.read() as session:
        assert count_series(session, series_id=inspection_id) == counted + 2  # exported, sealed
        assert verify_custody(session, ring=keys_of(world).find_ring()).troubles == []
    assert verify_case(tmp_path / "case", ring=keys_of(world).find_ring()).problems == ()


def test_a_backup_is_a_bag_without_keys_logins_or_settings(databases, tmp_path):
    world = living(databases("sqlite"), tmp_path)
    save(world, tmp_path / "backup")

    assert verify_bag(tmp_path / "backup").is_valid
    assert not (tmp_path / "backup/data/database/websession.jsonl").exists()
    secret = (tmp_path / "keys/signing.pem").read_bytes().splitlines()[1]
    for path in (tmp_path / "backup").rglob("*"):
        assert path.is_dir() or secret not in path.read_bytes()


def test_people_can_log_in_after_a_drill(databases, tmp_path):
    world = living(databases("sqlite"), tmp_path)
    save(world, tmp_path / "backup")
    database = databases("sqlite")
    restore_backup(
        database,
        store_in(tmp_path / "other"),
        folder=tmp_path / "backup",
        revision=schema.newest_revision(),
    )

    with database.read() as session:
        assert find_login(session, username="admin", at=world.now()).password_hash == "x"


@pytest.mark.parametrize("there", PLACES)
def test_versions_that_name_the_one_before_come_back(databases, tmp_path, there):
    world = living(databases("sqlite"), tmp_path)
    inspection_id, request_id = case_of(world, another(world))
    deposit_id = world.upload(inspection_id, request_id).deposit_id
    # Ids are random: of so many, some stand before the one they refer to.
    for _ in range(12):
        act(world, deposits.submit_deposit, "officer", deposit_id, note="")
        deposit_id = act(world, deposits.begin_version, "officer", deposit_id, why="Sửa")
    before = rows_of(world.database)
    save(world, tmp_path / "backup")

    database = databases(there)
    restore(databases, tmp_path, database=database)

    assert rows_of(database) == before


def test_every_table_that_refers_to_itself_says_what_grows():
    itself = {
        table.name
        for table in list_tables()
        if any(key.column.table is table for key in table.foreign_keys)
    }

    assert itself == set(GROWING)


@pytest.fixture
def saved(databases, tmp_path):
    world = living(databases("sqlite"), tmp_path)
    save(world, tmp_path / "backup")
    return world


def restore(databases, tmp_path, *, revision=None, database=None):
    return restore_backup(
        database or databases("sqlite"),
        store_in(tmp_path / "other"),
        folder=tmp_path / "backup",
        revision=revision or schema.newest_revision(),
    )


def test_nothing_is_written_over(saved, databases, tmp_path):
    with pytest.raises(ConflictError) as refused:
        restore(databases, tmp_path, database=saved.database)

    assert refused.value.code == "backup.not_empty"


@pytest.mark.usefixtures("saved")
def test_a_backup_of_another_shape_is_refused(databases, tmp_path):
    with pytest.raises(ConflictError) as refused:
        restore(databases, tmp_path, revision="0001")

    assert refused.value.code == "backup.other_shape"


@pytest.mark.usefixtures("saved")
def test_a_damaged_backup_is_refused(databases, tmp_path):
    path = next((tmp_path / "backup/data/objects").iterdir())
    path.write_bytes(path.read_bytes() + b"x")

    with pytest.raises(InvalidError) as refused:
        restore(databases, tmp_path)

    assert refused.value.code == "bag.not_intact"


def change_rows(backup, table, change):
    path = backup / f"data/database/{table}.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    seal_again(backup)


@pytest.mark.parametrize(
    ("table", "what"), [("journalentry", "rows"), ("custodycheckpoint", "rows")]
)
@pytest.mark.usefixtures("saved")
def test_a_backup_with_a_row_less_is_refused_whole(databases, tmp_path, table, what):
    change_rows(tmp_path / "backup", table, lambda lines: lines.pop())
    database = databases("sqlite")

    with pytest.raises(ConflictError) as refused:
        restore(databases, tmp_path, database=database)

    assert refused.value.facts["what"] == what
    assert set(map(len, rows_of(database).values())) == {0}


@pytest.mark.usefixtures("saved")
def test_a_backup_with_another_head_is_refused(databases, tmp_path):
    def forge(lines):
        lines[-1]["note"] = "another"

    change_rows(tmp_path / "backup", "custodycheckpoint", forge)

    with pytest.raises(ConflictError) as refused:
        restore(databases, tmp_path)

    assert refused.value.facts["what"] == "head"


def test_an_altered_store_gives_no_backup(databases, tmp_path):
    world = living(databases("sqlite"), tmp_path)
    path = tmp_path / "store" / next(world.storage.list_kept()).key
    path.chmod(0o640)
    path.write_bytes(b"x")

    with pytest.raises(EvidenceAlteredError):
        save(world, tmp_path / "backup")

    assert not verify_bag(tmp_path / "backup").is_valid
