"""A published case, and its file."""

import shutil
from pathlib import Path

import pytest

from evidence import key_files
from evidence.key_files import KeyFolder
from inspection import conclusions
from inspection.casefile import export_case
from tests.inspection.conftest import opened, world
from tests.inspection.test_conclusions import approve, render, submitted, verified, verify_one
from tests.inspection.world import START, new_world

__all__ = ["opened", "verified", "world"]


ORIGIN = "thanhtra.example.vn/custody"


def keys_of(world) -> KeyFolder:
    """The keys of a world's log, made when they are first asked for."""
    folder = world.folder / "keys"
    if not folder.exists():
        key_files.generate(folder, origin=ORIGIN, at=START)
    return KeyFolder(folder)


def conclude(world, inspection_id):
    """Bring an inspection to a published conclusion."""
    conclusion_id = submitted(world, inspection_id)
    approve(world, conclusion_id)
    render(world, conclusion_id)
    world.write(
        conclusions.publish_conclusion,
        actor=world.actor("issuer"),
        conclusion_id=conclusion_id,
        version=5,
    )
    return inspection_id


def take_out(world, inspection_id, folder):
    """The folder of its case file."""
    export_case(
        world.database,
        world.storage,
        keys=keys_of(world),
        inspection_id=inspection_id,
        folder=folder,
        clock=world.now,
    )
    return folder


@pytest.fixture
def concluded(world, verified):
    return conclude(world, verified)


@pytest.fixture(scope="session")
def sealed_once(tmp_path_factory):
    """One case file for all who forge a copy of it, and the world it came from."""
    folder = tmp_path_factory.mktemp("sealed")
    world = new_world(folder)
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id = conclude(world, verify_one(world, campaign_id))
    yield world, take_out(world, inspection_id, folder / "bag")
    world.database.close()


@pytest.fixture
def case_file(sealed_once, tmp_path):
    return Path(shutil.copytree(sealed_once[1], tmp_path / "bag"))


@pytest.fixture
def ring(sealed_once):
    """The public keys, as somebody outside has them."""
    return keys_of(sealed_once[0]).find_ring()
