"""A platform that has the keys of its log."""

import pytest
from litestar.testing import TestClient

from api.app import create_app
from api.settings import Settings
from evidence import key_files
from evidence.key_files import KeyFolder
from tests.api.custody.acts import ORIGIN
from tests.api.platform import platform_in, settings_over
from tests.inspection.world import START, World


@pytest.fixture
def world(tmp_path):
    with platform_in(tmp_path) as world:
        key_files.generate(tmp_path / "keys", origin=ORIGIN, at=START)
        yield world


@pytest.fixture
def keys(world: World) -> KeyFolder:
    return KeyFolder(world.folder / "keys")


@pytest.fixture
def settings(world: World) -> Settings:
    return settings_over(world, key_folder=world.folder / "keys", jobs_at_once=0)


@pytest.fixture
def client(settings):
    with TestClient(create_app(settings)) as client:
        yield client
