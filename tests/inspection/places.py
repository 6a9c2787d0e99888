"""The same world on each database a deployment may have."""

from tests.inspection.world import new_world

PLACES = ["sqlite", "postgresql"]


def world_at(request, tmp_path):
    """What a fixture with `params=PLACES` yields from."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    world = new_world(tmp_path, url=url)
    yield world
    world.database.close()
