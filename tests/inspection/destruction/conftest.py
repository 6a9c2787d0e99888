import pytest

from tests.inspection.destruction.acts import close
from tests.inspection.places import PLACES, world_at
from tests.inspection.test_holds import accept_one


@pytest.fixture(params=PLACES)
def world(request, tmp_path):
    yield from world_at(request, tmp_path)


@pytest.fixture
def accepted(world, opened):
    return accept_one(world, opened)


@pytest.fixture
def over(world, accepted):
    """A closed inspection with one accepted file."""
    close(world, accepted)
    return accepted
