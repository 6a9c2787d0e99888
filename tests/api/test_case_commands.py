"""`thanhtra case` and `thanhtra verify case`, as an operator and a court run them."""

import json
from hashlib import sha256
from uuid import uuid4

import pytest
from click.testing import CliRunner

from api import schema
from api.cli import main
from evidence.folder import FolderStorage
from inspection.database import Database
from tests.inspection.casefile.conftest import case_file, concluded
from tests.inspection.conftest import opened, world
from tests.inspection.test_conclusions import verified
from tests.inspection.world import World, case_of

__all__ = ["case_file", "concluded", "opened", "verified", "world"]


def run(*arguments, env=None):
    return CliRunner(env={"LANG": "en_US.UTF-8", **(env or {})}).invoke(
        main, [*map(str, arguments)]
    )


def test_verify_says_that_a_case_file_is_intact(case_file):
    told = run("verify", "case", case_file)

    assert told.exit_code == 0
    assert told.output.startswith("The case file is intact: ")
    assert "thanh toán năm 2010 – Cơ quan commune" in told.output


def test_verify_names_the_file_and_the_reason(case_file):
    path = next(path for path in (case_file / "data/evidence").rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes() + b"x")

    told = run("verify", "case", case_file, "--lang", "vi")
    data = json.loads(run("verify", "case", case_file, "--json").output)

    assert told.exit_code == 1
    name = path.relative_to(case_file).as_posix()
    assert told.output.splitlines()[1].startswith(f"  {name}: nội dung đã khác: mã băm ghi ")
    assert data["is_valid"] is False
    assert data["problems"][0]["path"] == name


def test_a_name_cannot_steer_the_terminal(case_file):
    (case_file / "data" / "\x1b[2Jok").write_bytes(b"")

    told = run("verify", "case", case_file)

    assert "\x1b" not in told.output
    assert "data/\\x1b[2Jok" in told.output


@pytest.fixture
def platform(tmp_path):
    """A world whose database was made by migrations, with the settings that lead to it."""
    database = Database(f"sqlite:///{tmp_path / 'platform.sqlite'}")
    schema.upgrade(database)
    storage = FolderStorage(tmp_path / "store")
    storage.probe()
    world = World(database=database, storage=storage, folder=tmp_path)
    world.settle()
    yield world
    database.close()


def settings_of(world):
    return {
        "THANHTRA_DATABASE_URL": world.database.url,
        "THANHTRA_STORAGE": f"folder:{world.folder / 'store'}",
        "THANHTRA_WORK_FOLDER": str(world.folder / "work"),
        "THANHTRA_SECRET": "a secret of tests, long enough for it",
    }


def test_export_writes_a_case_file_and_tells_its_digest(platform, tmp_path):
    campaign_id = platform.draft()
    platform.open(campaign_id)
    inspection_id, request_id = case_of(platform, campaign_id)
    received = platform.upload(inspection_id, request_id)
    platform.read_item(received.item_id)
    platform.accept(received.deposit_id)

    told = run(
        "case", "export", inspection_id, "--into", tmp_path / "out", env=settings_of(platform)
    )

    assert told.exit_code == 0
    tagmanifest = (tmp_path / "out" / "tagmanifest-sha256.txt").read_bytes()
    assert sha256(tagmanifest).hexdigest() in told.output
    assert run("verify", "case", tmp_path / "out").exit_code == 0


def test_export_leaves_other_folders_alone(platform, tmp_path):
    campaign_id = platform.draft()
    platform.open(campaign_id)
    inspection_id, _ = case_of(platform, campaign_id)

    told = run("case", "export", inspection_id, "--into", tmp_path, env=settings_of(platform))

    assert told.exit_code == 2
    assert "holds something else" in told.stderr


def test_export_of_nothing_is_refused(platform, tmp_path):
    told = run("case", "export", uuid4(), "--into", tmp_path / "x", env=settings_of(platform))

    assert told.exit_code == 2
