"""What the store holds is looked at again: altered, lost and unknown objects are found."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlmodel import col, select

from evidence.digest import Digest
from inspection.errors import NotAllowedError
from inspection.keeping import (
    Fixity,
    FixityFinding,
    Orphans,
    check_oldest,
    find_orphans,
    get_overview,
    sweep_orphans,
)
from inspection.keeping.known import list_known
from inspection.tables import JournalEntry, StoredObject
from tests.inspection.places import PLACES, world_at
from tests.inspection.test_holds import accept_one
from tests.inspection.world import PAYMENTS

CYCLE = timedelta(days=30)
EVIDENCE = Digest.of(PAYMENTS)


@pytest.fixture(params=PLACES)
def world(request, tmp_path):
    yield from world_at(request, tmp_path)


@pytest.fixture
def kept(world, opened):
    accept_one(world, opened)
    return world


def check(world, *, later=timedelta(), seconds=3600):
    now = world.now() + later
    return check_oldest(
        world.database,
        world.storage,
        cycle=CYCLE,
        clock=lambda: now,
        until=now + timedelta(seconds=seconds),
    )


def forge(world, digest, content):
    path = world.folder / "store" / digest.key
    path.chmod(0o640)
    path.write_bytes(content)


def overview(world, *, later=timedelta()):
    return world.read(
        get_overview,
        storage=world.storage,
        actor=world.actor("admin"),
        cycle=CYCLE,
        at=world.now() + later,
    )


def test_an_intact_store_gives_no_finding(kept):
    assert check(kept) == ()

    store = overview(kept)
    assert (store.objects, store.checked, store.wrong) == (store.objects, store.objects, ())
    assert store.objects == len(list(kept.storage.list_kept()))


def test_a_flipped_byte_is_found_with_object_expected_and_found(kept):
    flipped = bytes([PAYMENTS[0] ^ 1]) + PAYMENTS[1:]
    forge(kept, EVIDENCE, flipped)

    found = check(kept)

    assert found == (
        FixityFinding(
            sha256=EVIDENCE.hex, outcome=Fixity.ALTERED, found=sha256(flipped).hexdigest()
        ),
    )
    [wrong] = overview(kept).wrong
    assert (wrong.sha256, wrong.outcome, wrong.found) == (
        EVIDENCE.hex,
        Fixity.ALTERED,
        sha256(flipped).hexdigest(),
    )


def test_it_is_found_within_one_cycle_and_not_looked_for_before(kept):
    check(kept)
    forge(kept, EVIDENCE, b"x")

    assert check(kept, later=CYCLE - timedelta(days=1)) == ()
    assert len(check(kept, later=CYCLE + timedelta(days=1))) == 1


def test_a_lost_object_is_found(kept):
    (kept.folder / "store" / EVIDENCE.key).unlink()

    assert check(kept) == (FixityFinding(sha256=EVIDENCE.hex, outcome=Fixity.MISSING, found=None),)


def test_the_journal_tells_it_once(kept):
    forge(kept, EVIDENCE, b"x")
    check(kept)
    check(kept, later=2 * CYCLE)

    with kept.database.read() as session:
        entries = session.exec(
            select(JournalEntry).where(col(JournalEntry.event) == "evidence.fixity")
        ).all()
    assert [json.loads(entry.facts) for entry in entries] == [
        {"outcome": "altered", "expected": EVIDENCE.hex, "found": sha256(b"x").hexdigest()}
    ]


def test_a_mended_object_is_intact_again(kept):
    forge(kept, EVIDENCE, b"x")
    check(kept)
    forge(kept, EVIDENCE, PAYMENTS)

    assert check(kept, later=2 * CYCLE) == ()
    assert kept.get(StoredObject, EVIDENCE.hex).found_sha256 is None


def test_a_check_that_stops_for_now_goes_on_with_those_waiting_longest(kept):
    assert check(kept, seconds=0) == ()
    assert overview(kept).checked == 0

    check(kept)

    assert overview(kept).checked == overview(kept).objects


def test_only_administrators_see_the_store(kept):
    for name in ("lead", "officer", "councillor"):
        with pytest.raises(NotAllowedError):
            kept.read(
                get_overview,
                storage=kept.storage,
                actor=kept.actor(name),
                cycle=CYCLE,
                at=kept.now(),
            )


def test_everything_in_a_store_is_known(kept):
    orphans = find_orphans(kept.database, kept.storage)

    assert (orphans.unknown, orphans.lost) == ((), ())


def test_orphans_are_found_and_swept_and_nothing_else(kept):
    orphan = kept.storage.put(b"nobody knows me")
    (kept.folder / "store" / EVIDENCE.key).unlink()
    before = set(kept.storage.list_kept())

    orphans = find_orphans(kept.database, kept.storage)
    gone = sweep_orphans(kept.database, kept.storage, orphans=orphans, clock=kept.now)

    assert (orphans.unknown, orphans.lost) == ((orphan.hex,), (EVIDENCE.hex,))
    assert gone == (orphan.hex,)
    assert set(kept.storage.list_kept()) == before - {orphan}


def test_what_was_recorded_meanwhile_is_no_orphan(kept):
    with kept.database.read() as session:
        known = list_known(session)
    late = Orphans(unknown=tuple(known), lost=())

    assert sweep_orphans(kept.database, kept.storage, orphans=late, clock=kept.now) == ()
    assert kept.storage.exists(EVIDENCE)
