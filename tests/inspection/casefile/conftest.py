"""A published case, and its file."""

import json
import shutil
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import delete, select

from evidence import key_files
from evidence.custody.entry import canonical
from evidence.custody.tables import CustodyLeaf, CustodySeries
from evidence.key_files import KeyFolder
from inspection import conclusions
from inspection.casefile import export_case
from inspection.custody import enter_pending
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


def take_numbers(session):
    """Entries as they were written before any had a number, and counters as the upgrade sets them.

    Only while none has its place in the log: then nothing is signed yet.
    """
    counts = Counter()
    for leaf in session.exec(select(CustodyLeaf)):
        assert leaf.position is None
        said = json.loads(leaf.body)
        series = said.pop("series", None)
        leaf.body = canonical({**said, "v": 1}).decode()
        session.add(leaf)
        if series is not None:
            counts[UUID(series["id"])] += 1
    session.exec(delete(CustodySeries))
    session.add_all(CustodySeries(id=key, reached=count) for key, count in counts.items())


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
    verified_id = verify_one(world, campaign_id)
    enter_pending(world.database, keys_of(world), clock=world.now)
    inspection_id = conclude(world, verified_id)
    yield world, take_out(world, inspection_id, folder / "bag")
    world.database.close()


@pytest.fixture
def case_file(sealed_once, tmp_path):
    return Path(shutil.copytree(sealed_once[1], tmp_path / "bag"))


@pytest.fixture
def ring(sealed_once):
    """The public keys, as somebody outside has them."""
    return keys_of(sealed_once[0]).find_ring()
