"""The log over public addresses and by commands."""

# ruff: noqa: PLR0917 - pytest gives every parameter by its name

from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from uuid import UUID

import pytest
from litestar.testing import TestClient
from sqlmodel import col, delete, select

from api.app import create_app
from api.logs import configure_logs
from api.sequencing import Sequencer
from api.settings import Settings
from evidence import custody, key_files
from evidence.custody.checkpoint import open_checkpoint
from evidence.custody.merkle import leaf_hash, proves_consistency, proves_inclusion
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf
from evidence.keys import KeyRing
from inspection.custody import enter_pending
from inspection.database import Database
from inspection.tables import METADATA
from tests.api.custody.acts import ORIGIN, more, run
from tests.inspection.world import START

SERIES = UUID(int=7)


def test_heads_keys_and_proofs_are_there_for_everybody(world, keys, client):
    assert client.get("/api/custody/checkpoint").status_code == 409
    first = enter_pending(world.database, keys, clock=world.now)
    more(world, 3)
    enter_pending(world.database, keys, clock=world.now)

    ring = KeyRing.parse(client.get("/api/custody/keys").text)
    answer = client.get("/api/custody/checkpoint")
    head, key = open_checkpoint(answer.text, ring)
    with world.database.read() as session:
        leaf = session.exec(select(CustodyLeaf).where(col(CustodyLeaf.position) == 2)).one()
    inclusion = client.get(f"/api/custody/proof?index=2&size={head.size}").json()
    consistency = client.get(f"/api/custody/consistency?old={first.size}&new={head.size}").json()

    assert answer.headers["content-type"].startswith("text/plain")
    assert (ring, key) == (keys.find_ring(), keys.find_signer().public)
    assert proves_inclusion(
        leaf_hash(leaf.body.encode()),
        index=2,
        size=head.size,
        proof=[b64decode(one) for one in inclusion["proof"]],
        root=head.root,
    )
    assert proves_consistency(
        old=first.size,
        new=head.size,
        proof=[b64decode(one) for one in consistency["proof"]],
        old_root=first.root,
        new_root=head.root,
    )


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("proof?index=0&size=99999", 409, "custody.not_signed"),
        ("proof?index=5&size=5", 404, "custody.no_entry"),
        ("proof?index=-1&size=5", 404, "custody.no_entry"),
        ("consistency?old=6&new=5", 404, "custody.no_entry"),
        ("consistency?old=1&new=99999", 409, "custody.not_signed"),
    ],
)
def test_what_cannot_be_proven_is_refused(world, keys, client, address, status, code):
    enter_pending(world.database, keys, clock=world.now)
    answer = client.get(f"/api/custody/{address}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_platform_without_keys_starts_and_says_so(settings, capsys):
    configure_logs("info")
    bare = Settings(**{name: getattr(settings, name) for name in BARE})
    with TestClient(create_app(bare)) as client:
        told = client.get("/api/custody/keys")
        health = client.get("/health")

    assert "custody.no_keys" in capsys.readouterr().err
    assert (told.status_code, told.json()["code"]) == (404, "custody.no_keys")
    assert health.json()["receipts"] is False


BARE = ("database_url", "storage", "work_folder", "secret", "jobs_at_once")


def test_the_sequencer_goes_on_after_trouble_and_says_it_once(world, keys, capsys):
    configure_logs("info")
    sequencer = Sequencer(world.database, keys)
    error = ValueError("x")
    for _ in range(3):
        sequencer._say(error)
    sequencer.tick()
    with world.database.read() as session:
        assert session.exec(select(CustodyCheckpoint.size)).one() > 0

    assert capsys.readouterr().err.count("custody.stopped") == 1


def test_keys_are_made_replaced_and_given_up(tmp_path):
    folder = tmp_path / "new"
    made = run("custody", "keygen", folder, "--origin", ORIGIN)
    again = run("custody", "keygen", folder, "--origin", ORIGIN)
    rotated = run("custody", "rotate", folder)
    given_up = run("custody", "compromised", folder, "--yes")
    states = [one.state for one in key_files.load_ring(folder).entries]

    assert [one.exit_code for one in (made, again, rotated, given_up)] == [0, 2, 0, 0]
    assert states == ["retired", "compromised", "active"]
    assert key_files.load_ring(folder).active.key.fingerprint in given_up.output
    assert "PRIVATE" not in made.output + rotated.output + given_up.output


def test_an_honest_log_is_verified(world, keys, settings):
    enter_pending(world.database, keys, clock=world.now)
    told = run("custody", "verify", settings=settings)

    assert told.exit_code == 0
    assert told.output.startswith("Intact:")
    assert "--witness" in told.output


def test_a_log_that_grows_while_it_is_verified_is_intact(keys, settings, postgres):
    """What is written and signed meanwhile is of another moment, and no forgery."""
    settings = replace(settings, database_url=postgres.new_database())
    database = Database(settings.database_url)
    METADATA.create_all(database.engine)
    done = Event()

    def act(number=1):
        with database.write() as session:
            for _ in range(number):
                custody.record(
                    session,
                    act="evidence.read",
                    actor_id=None,
                    at=START,
                    facts={"inspection_id": SERIES},
                    series_id=SERIES,
                )
        enter_pending(database, keys, clock=lambda: START)

    def go_on():
        while not done.is_set():
            act()

    act(2_000)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(go_on)
        told = [run("custody", "verify", settings=settings) for _ in range(4)]
        done.set()
        writing.result()
    database.close()

    assert [one.output.splitlines()[0].partition(":")[0] for one in told] == ["Intact"] * 4


def test_a_log_that_was_altered_is_told(world, keys, settings):
    enter_pending(world.database, keys, clock=world.now)
    with world.database.write() as session:
        session.exec(delete(CustodyLeaf).where(col(CustodyLeaf.position) == 3))
    told = run("custody", "verify", settings=settings)

    assert told.exit_code == 1
    assert "Entry 3 is missing; the next one found is 4." in told.output
    assert "NOT INTACT" in told.output
