"""Local copies nobody uses go; what is shown stays whole."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from inspection.previews import preview_file
from inspection.violations import drop_unused, fetch_cached
from tests.inspection.world import case_of

NOW = datetime.now(UTC)


@pytest.fixture
def shown(world, opened):
    """A copy of a table and a preview, both fetched long ago."""
    received = world.upload(*case_of(world, opened))
    world.screen_item(received.item_id)
    cache = world.folder / "cache"
    show(world, received)
    fetch_cached(world.storage, cache, received.sha256)
    for path in [*cache.glob("*.parquet"), *cache.glob("previews/*/*")]:
        os.utime(path, (0, 0))
    return received


def show(world, received):
    return preview_file(
        world.database,
        world.storage,
        world.folder / "cache",
        actor=world.actor("officer"),
        item_id=received.item_id,
        page=1,
    )


def drop(world) -> int:
    return drop_unused(world.folder / "cache", before=NOW - timedelta(hours=6))


def test_copies_nobody_has_used_go_and_come_again(world, shown):
    assert drop(world) == 2
    assert [path for path in (world.folder / "cache").rglob("*") if path.is_file()] == []

    assert fetch_cached(world.storage, world.folder / "cache", shown.sha256).exists()
    assert show(world, shown).rows


def test_what_is_in_use_stays(world, shown):
    show(world, shown)
    fetch_cached(world.storage, world.folder / "cache", shown.sha256)

    assert drop(world) == 0
