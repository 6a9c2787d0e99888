"""A receipt is checked by command, with its timestamp or without."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.jobs import stamp_now
from api.logs import configure_logs
from inspection.custody import enter_pending
from inspection.receipts import get_receipt
from tests.api.custody.acts import certified, more, run
from tests.inspection.world import PAYMENTS
from tests.timestamping import make_authority, serving_timestamps


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
    said = json.loads(data.output)
    assert said["statement"]["organization"]["code"] == "commune"
    number = json.loads(receipt_file.read_text())["entry"]["series"]["number"]
    assert said["number"] == number > 1
    assert f"It is entry {number} of this inspection" in plain.output


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
