"""`thanhtra backup`, `restore` and `storage`, as an operator runs them."""

import pytest

from evidence.digest import Digest
from evidence.folder import FolderStorage
from tests.api.platform import platform_in, run, settings_of
from tests.inspection.test_holds import accept_one
from tests.inspection.world import PAYMENTS

EVIDENCE = Digest.of(PAYMENTS)


@pytest.fixture
def platform(tmp_path):
    with platform_in(tmp_path) as world:
        campaign_id = world.draft()
        world.open(campaign_id)
        accept_one(world, campaign_id)
        yield world


def test_a_platform_is_saved_and_restored(platform, tmp_path):
    saved = run("backup", "--into", tmp_path / "backup", env=settings_of(platform))
    there = {
        **settings_of(platform),
        "THANHTRA_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}",
        "THANHTRA_STORAGE": f"folder:{tmp_path / 'new'}",
    }
    restored = run("restore", tmp_path / "backup", env=there)
    again = run("restore", tmp_path / "backup", env=there)

    assert (saved.exit_code, restored.exit_code, again.exit_code) == (0, 0, 2)
    assert "database, store and log head agree" in restored.output
    assert "not empty" in again.stderr
    assert FolderStorage(tmp_path / "new").read(EVIDENCE) == PAYMENTS


def test_a_backup_leaves_other_folders_alone(platform, tmp_path):
    told = run("backup", "--into", tmp_path, env=settings_of(platform))

    assert told.exit_code == 2
    assert "holds something else" in told.stderr


def test_the_store_is_checked_by_hand(platform, tmp_path):
    well = run("storage", "check", env=settings_of(platform))
    path = tmp_path / "store" / EVIDENCE.key
    path.chmod(0o640)
    path.write_bytes(b"x")
    later = run("storage", "check", env=settings_of(platform))
    told = run("storage", "check", "--all", env=settings_of(platform))

    assert (well.exit_code, later.exit_code, told.exit_code) == (0, 0, 1)
    first = told.output.splitlines()[0]
    assert first == f"{EVIDENCE.hex}: altered; digest found {Digest.of(b'x').hex}"


def test_orphans_are_told_and_swept(platform, tmp_path):
    orphan = platform.storage.put(b"nobody knows me")
    told = run("storage", "orphans", env=settings_of(platform))
    swept = run("storage", "orphans", "--sweep", env=settings_of(platform))
    (tmp_path / "store" / EVIDENCE.key).unlink()
    lost = run("storage", "orphans", env=settings_of(platform))

    assert (told.exit_code, swept.exit_code, lost.exit_code) == (0, 0, 1)
    assert f"{orphan.hex}: in the store, and nothing refers to it" in told.output
    assert f"{orphan.hex}: nothing referred to it; deleted" in swept.output
    assert platform.storage.exists(orphan) is False
    assert f"{EVIDENCE.hex}: referred to, and not in the store" in lost.output
