"""What is certified, entered and asked of the custody log, shared by tests."""

from pathlib import Path
from uuid import uuid4

from click.testing import CliRunner

from api.cli import main
from api.settings import Settings, to_environment
from evidence import custody
from tests.inspection.world import World, case_of

ORIGIN = "thanhtra.example.vn/custody"


def certified(world: World):
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id, request_id = case_of(world, campaign_id)
    received = world.upload(inspection_id, request_id)
    world.hand_in(received.deposit_id)
    return received.deposit_id


def more(world: World, number: int) -> None:
    for _ in range(number):
        with world.database.write() as session:
            custody.record(
                session,
                act="evidence.read",
                actor_id=None,
                at=world.now(),
                facts={"item_id": uuid4()},
            )


def run(*arguments: str | Path, settings: Settings | None = None):
    environment = {"LC_ALL": "C", **(to_environment(settings) if settings else {})}
    return CliRunner().invoke(main, [str(one) for one in arguments], env=environment)
