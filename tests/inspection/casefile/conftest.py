"""A published case, and its file."""

import pytest

from inspection import conclusions
from inspection.casefile import export_case
from tests.inspection.conftest import opened, world
from tests.inspection.test_conclusions import approve, render, submitted, verified

__all__ = ["opened", "verified", "world"]


@pytest.fixture
def concluded(world, verified):
    """An inspection with a published conclusion."""
    conclusion_id = submitted(world, verified)
    approve(world, conclusion_id)
    render(world, conclusion_id)
    world.write(
        conclusions.publish_conclusion,
        actor=world.actor("issuer"),
        conclusion_id=conclusion_id,
        version=5,
    )
    return verified


@pytest.fixture
def case_file(world, concluded, tmp_path):
    """The folder of its case file."""
    export_case(
        world.database,
        world.storage,
        inspection_id=concluded,
        folder=tmp_path / "bag",
        clock=world.now,
    )
    return tmp_path / "bag"
