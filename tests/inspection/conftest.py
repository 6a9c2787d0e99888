import pytest

from evidence.screening.antivirus import Scanner
from inspection.screening import Tools
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


@pytest.fixture
def scanner(clamd):
    """Screening with the antivirus scanner of the machine."""
    return Tools(scanner=Scanner(address=clamd.address))
