import pytest

from tests.inspection.world import World, new_world


@pytest.fixture
def world(tmp_path):
    world = new_world(tmp_path)
    yield world
    world.database.close()


@pytest.fixture
def opened(world: World):
    """A campaign that has been opened."""
    campaign_id = world.draft()
    world.open(campaign_id)
    return campaign_id
