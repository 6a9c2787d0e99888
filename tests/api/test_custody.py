"""The log over public addresses, by commands, and the witness who trusts nobody."""

# ruff: noqa: PLR0917 - pytest gives every parameter by its name

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient
from sqlmodel import col, delete, select, update

from api.app import create_app
from api.cli import main
from api.jobs import stamp_now
from api.logs import configure_logs
from api.sequencing import Sequencer
from api.settings import Settings, to_environment
from evidence import custody, key_files
from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.merkle import leaf_hash, proves_consistency, proves_inclusion
from evidence.custody.nodes import Growth
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf, CustodyNode
from evidence.key_files import KeyFolder
from evidence.keys import KeyRing
from inspection.custody import enter_pending
from inspection.receipts import get_receipt
from tests.api.platform import platform_in, settings_over
from tests.inspection.world import PAYMENTS, START, World, case_of
from tests.journeys.serving import free_port, serving
from tests.timestamping import make_authority, serving_timestamps

ORIGIN = "thanhtra.example.vn/custody"


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


# Commands.


def run(*arguments: str | Path, settings: Settings | None = None):
    environment = {"LC_ALL": "C", **(to_environment(settings) if settings else {})}
    return CliRunner().invoke(main, [str(one) for one in arguments], env=environment)


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


@pytest.fixture
def receipt_file(world, keys, tmp_path) -> Path:
    deposit_id = certified(world)
    enter_pending(world.database, keys, clock=world.now)
    receipt = world.read(
        get_receipt, actor=world.actor("officer"), deposit_id=deposit_id, ring=keys.find_ring()
    )
    path = tmp_path / "bien-nhan.json"
    path.write_bytes(receipt.to_json())
    return path


def test_a_receipt_is_verified_with_the_public_key_alone(world, keys, receipt_file, tmp_path):
    key_file = tmp_path / "key.txt"
    key_file.write_text(f"{keys.find_signer().public}\n")
    mine, other = tmp_path / "mine.csv", tmp_path / "other.csv"
    mine.write_bytes(PAYMENTS)
    other.write_bytes(PAYMENTS + b" ")
    (world.folder / "world.db").unlink()
    plain = run("verify", "receipt", receipt_file, "--key", key_file, "--with", mine)
    foreign = run("verify", "receipt", receipt_file, "--key", key_file, "--with", other)
    data = run("verify", "receipt", receipt_file, "--key", key_file, "--json")

    assert (plain.exit_code, foreign.exit_code, data.exit_code) == (0, 1, 0)
    assert plain.output.startswith("The receipt HOLDS.")
    assert f"{other}: NOT named in the receipt." in foreign.output
    assert json.loads(data.output)["statement"]["organization"]["code"] == "commune"


def test_a_forged_receipt_is_refused_with_its_reason(keys, receipt_file, tmp_path):
    forged = tmp_path / "forged.json"
    forged.write_bytes(receipt_file.read_bytes().replace(b"commune", b"someone"))
    ring = keys.path / "ring.json"
    told = run("verify", "receipt", forged, "--key", ring)
    data = run("verify", "receipt", forged, "--key", ring, "--json")

    assert (told.exit_code, data.exit_code) == (1, 1)
    assert told.output == (
        "What the receipt says is not what was entered in the log: the receipt was altered.\n"
    )
    assert json.loads(data.output) == {"holds": False, "code": "custody.receipt_statement"}


def test_an_honest_log_is_verified(world, keys, settings):
    enter_pending(world.database, keys, clock=world.now)
    told = run("custody", "verify", settings=settings)

    assert told.exit_code == 0
    assert told.output.startswith("Intact:")
    assert "--witness" in told.output


def test_a_log_that_was_altered_is_told(world, keys, settings):
    enter_pending(world.database, keys, clock=world.now)
    with world.database.write() as session:
        session.exec(delete(CustodyLeaf).where(col(CustodyLeaf.position) == 3))
    told = run("custody", "verify", settings=settings)

    assert told.exit_code == 1
    assert "Entry 3 is missing; the next one found is 4." in told.output
    assert "NOT INTACT" in told.output


# The witness.


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


# Timestamps.


def test_a_receipt_carries_the_timestamp_of_the_first_head_that_has_one(
    world, keys, settings, tmp_path
):
    authority = make_authority(tmp_path / "tsa")
    deposit_id = certified(world)
    enter_pending(world.database, keys, clock=world.now)
    with serving_timestamps(authority) as url:
        stamped = replace(settings, timestamp_url=url, timestamp_roots=authority.roots)
        for _ in range(2):
            stamp_now(world.database, stamped)
        more(world, 3)
        enter_pending(world.database, keys, clock=world.now)
    receipt = world.read(
        get_receipt, actor=world.actor("officer"), deposit_id=deposit_id, ring=keys.find_ring()
    )
    path, ring = tmp_path / "bien-nhan.json", keys.path / "ring.json"
    path.write_bytes(receipt.to_json())
    unchecked = run("verify", "receipt", path, "--key", ring)
    checked = run("verify", "receipt", path, "--key", ring, "--authority", authority.roots)
    other = make_authority(tmp_path / "other")
    foreign = run("verify", "receipt", path, "--key", ring, "--authority", other.roots)

    assert authority.requests == 1
    assert [one.exit_code for one in (unchecked, checked, foreign)] == [0, 0, 1]
    assert "which was not checked" in unchecked.output
    assert "The timestamp authority had seen the log at" in checked.output
    assert foreign.output.startswith("The timestamp does not hold")


def test_a_receipt_without_a_timestamp_says_so(keys, receipt_file, tmp_path):
    authority = make_authority(tmp_path / "tsa")
    ring = keys.path / "ring.json"
    plain = run("verify", "receipt", receipt_file, "--key", ring)
    asked = run("verify", "receipt", receipt_file, "--key", ring, "--authority", authority.roots)

    assert (plain.exit_code, asked.exit_code) == (0, 1)
    assert "There is no RFC 3161 timestamp" in plain.output
    assert asked.output == "The receipt has no timestamp.\n"


def test_an_authority_that_is_away_stops_nothing(world, keys, settings, tmp_path, capsys):
    configure_logs("info")
    authority = make_authority(tmp_path / "tsa")
    enter_pending(world.database, keys, clock=world.now)
    away = replace(
        settings, timestamp_url="http://127.0.0.1:9/tsr", timestamp_roots=authority.roots
    )
    stamp_now(world.database, away)

    assert "custody.not_timestamped" in capsys.readouterr().err
