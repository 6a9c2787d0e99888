"""The witness, who trusts nobody."""

# ruff: noqa: PLR0917 - pytest gives every parameter by its name

from dataclasses import replace

import pytest
from sqlmodel import col, delete, select, update

from evidence.custody.checkpoint import Checkpoint
from evidence.custody.merkle import leaf_hash
from evidence.custody.nodes import Growth
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf, CustodyNode
from evidence.key_files import KeyFolder
from inspection.custody import enter_pending
from tests.api.custody.acts import ORIGIN, more, run
from tests.inspection.world import World
from tests.journeys.serving import free_port, serving


@pytest.fixture
def server(settings, tmp_path):
    with serving(replace(settings, port=free_port()), tmp_path / "log") as server:
        yield server


def replace_log(world: World, keys: KeyFolder) -> None:
    """What somebody does who holds the key and the database: another log, well signed."""
    with world.database.write() as session:
        session.exec(delete(CustodyCheckpoint))
        session.exec(delete(CustodyNode))
        session.exec(
            update(CustodyLeaf)
            .where(col(CustodyLeaf.position) == 1)
            .values(act="evidence.use", body='{"act":"evidence.use"}')
        )
        leaves = session.exec(select(CustodyLeaf.body).order_by(col(CustodyLeaf.position)))
        growth = Growth()
        for body in leaves:
            growth.append(leaf_hash(body.encode()))
        growth.write(session)
        head = Checkpoint(origin=ORIGIN, size=growth.size, root=growth.root)
        note = head.sign(keys.find_signer())
        session.add(CustodyCheckpoint(size=head.size, note=note, signed_at=world.now()))


def cut_log(world: World, keys: KeyFolder) -> None:
    with world.database.write() as session:
        oldest = session.exec(
            select(CustodyCheckpoint).order_by(col(CustodyCheckpoint.number)).limit(1)
        ).one()
        session.exec(delete(CustodyCheckpoint).where(col(CustodyCheckpoint.size) > oldest.size))
        session.exec(delete(CustodyLeaf).where(col(CustodyLeaf.position) >= oldest.size))
    assert keys.path is not None


def test_a_witness_keeps_what_goes_on(world, keys, server, settings, tmp_path):
    file, ring = tmp_path / "witness.jsonl", keys.path / "ring.json"
    asked = ("custody", "witness", file, "--url", server.url, "--key", ring)
    enter_pending(world.database, keys, clock=world.now)
    assert [run(*asked).exit_code, run(*asked).exit_code] == [0, 0]
    assert len(file.read_text().splitlines()) == 1  # nothing new, nothing written
    more(world, 5)
    enter_pending(world.database, keys, clock=world.now)
    told = run(*asked)

    assert (told.exit_code, len(file.read_text().splitlines())) == (0, 2)
    verified = run("custody", "verify", "--witness", file, settings=settings)
    assert (verified.exit_code, "--witness" in verified.output) == (0, False)


@pytest.mark.parametrize(
    ("forge", "told", "found"),
    [
        (replace_log, "it was replaced by another", "the log was replaced by another"),
        (cut_log, "its end was cut off", "was cut off together with its heads"),
    ],
)
def test_a_witness_is_not_deceived(world, keys, server, settings, tmp_path, forge, told, found):
    file, ring = tmp_path / "witness.jsonl", keys.path / "ring.json"
    asked = ("custody", "witness", file, "--url", server.url, "--key", ring)
    enter_pending(world.database, keys, clock=world.now)
    more(world, 5)
    enter_pending(world.database, keys, clock=world.now)
    assert run(*asked).exit_code == 0
    kept = file.read_text()
    forge(world, keys)
    if forge is replace_log:
        more(world, 2)
        enter_pending(world.database, keys, clock=world.now)
    outside = run(*asked)
    inside = run("custody", "verify", "--witness", file, settings=settings)

    assert (outside.exit_code, told in outside.output) == (1, True)
    assert file.read_text() == kept
    assert (inside.exit_code, found in inside.output) == (1, True)


def test_a_witness_file_that_was_altered_is_refused(world, keys, server, tmp_path):
    file, ring = tmp_path / "witness.jsonl", keys.path / "ring.json"
    asked = ("custody", "witness", file, "--url", server.url, "--key", ring)
    enter_pending(world.database, keys, clock=world.now)
    assert run(*asked).exit_code == 0
    good = file.read_text()
    for forged in (good.replace("proof", "prof"), "{}\n", good.replace(ORIGIN, "x/y"), good[:50]):
        file.write_text(forged)
        assert run(*asked).exit_code == 1


def test_a_platform_that_does_not_answer_is_said(keys, tmp_path):
    file, ring = tmp_path / "witness.jsonl", keys.path / "ring.json"
    told = run("custody", "witness", file, "--url", "http://127.0.0.1:9", "--key", ring)

    assert (told.exit_code, "cannot be reached" in told.output) == (2, True)
    assert not file.exists()
