import pytest

from evidence.s3 import S3Storage
from evidence.screening.antivirus import Scanner
from inspection.screening import Tools
from tests.inspection.world import World, new_world
from tests.servers import KEEPER_KEY, KEEPER_SECRET, REGION


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


@pytest.fixture
def locked(world, s3):
    """The same world over a bucket with object lock, by credentials that pass no lock by."""
    world.storage = S3Storage(
        endpoint=s3.endpoint,
        access_key=KEEPER_KEY,
        secret_key=KEEPER_SECRET,
        bucket=s3.new_bucket(object_lock=True),
        region=REGION,
        secure=False,
    )
    world.storage.probe()
    return world


@pytest.fixture
def opened_there(locked):
    campaign_id = locked.draft()
    locked.open(campaign_id)
    return campaign_id
