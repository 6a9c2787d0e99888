"""Legal holds: two persons place one, two lift it, and the store on the real server obeys."""

from datetime import timedelta

import pytest

from evidence.digest import Digest
from evidence.errors import RetainedError
from evidence.locking import LockMode, RetentionPolicy
from evidence.screening.values import Level
from inspection.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TransitionRefusedError,
)
from inspection.keeping import Fixity, apply_locks, ask_hold, get_overview, list_holds, move_hold
from inspection.screening import declare_secret
from inspection.tables import LegalHold, StoredObject
from inspection.workflow.states import Act, HoldState
from tests.inspection.places import PLACES, world_at
from tests.inspection.test_query_counts import counted
from tests.inspection.world import PAYMENTS, case_of

POLICY = RetentionPolicy(mode=LockMode.GOVERNANCE, years=20)
DIGEST = Digest.of(PAYMENTS)


@pytest.fixture(params=PLACES)
def world(request, tmp_path):
    yield from world_at(request, tmp_path)


@pytest.fixture
def accepted(world, opened):
    """An inspection with one accepted file."""
    return accept_one(world, opened)


def accept_one(world, opened):
    inspection_id, _ = case_of(world, opened)
    world.take_in(opened)
    return inspection_id


def ask(world, inspection_id, by="lead", cause="Tòa án yêu cầu."):
    return world.write(ask_hold, actor=world.actor(by), inspection_id=inspection_id, cause=cause)


def move(world, hold_id, act, by, reason="Vẫn cần giữ."):
    world.write(
        move_hold,
        actor=world.actor(by),
        hold_id=hold_id,
        act=act,
        version=world.get(LegalHold, hold_id).version,
        reason=reason,
    )


def place(world, inspection_id):
    hold_id = ask(world, inspection_id, by="member")
    move(world, hold_id, Act.PLACE, "lead")
    return hold_id


def lock(world):
    return apply_locks(world.database, world.storage, policy=POLICY, at=world.now()).changed


def test_one_person_alone_can_neither_place_nor_lift(world, accepted):
    hold_id = ask(world, accepted, by="lead")
    with pytest.raises(NotAllowedError):
        move(world, hold_id, Act.PLACE, "lead")
    move(world, hold_id, Act.PLACE, "issuer")
    move(world, hold_id, Act.ASK_LIFT, "lead")
    for act in (Act.LIFT, Act.KEEP):
        with pytest.raises(NotAllowedError):
            move(world, hold_id, act, "lead")

    move(world, hold_id, Act.LIFT, "issuer")

    assert world.get(LegalHold, hold_id).state is HoldState.LIFTED


def test_a_member_may_ask_and_not_decide(world, accepted):
    hold_id = ask(world, accepted, by="member")

    with pytest.raises(NotAllowedError):
        move(world, hold_id, Act.PLACE, "member")
    [line] = world.read(list_holds, actor=world.actor("member"), inspection_id=accepted)
    assert [(offer.act, offer.allowed) for offer in line.offers] == [
        ("place", False),
        ("decline", False),
    ]


def test_a_hold_kept_can_be_asked_about_again(world, accepted):
    hold_id = place(world, accepted)
    move(world, hold_id, Act.ASK_LIFT, "lead")
    move(world, hold_id, Act.KEEP, "issuer")

    move(world, hold_id, Act.ASK_LIFT, "issuer")
    move(world, hold_id, Act.LIFT, "lead")

    assert world.get(LegalHold, hold_id).state is HoldState.LIFTED


def test_there_is_one_hold_at_a_time_and_it_needs_a_cause(world, accepted):
    with pytest.raises(InvalidError):
        ask(world, accepted, cause=" ")
    hold_id = ask(world, accepted)
    with pytest.raises(ConflictError):
        ask(world, accepted, by="member")
    move(world, hold_id, Act.DECLINE, "issuer")
    with pytest.raises(TransitionRefusedError):
        move(world, hold_id, Act.PLACE, "issuer")

    assert ask(world, accepted) != hold_id


def test_the_list_costs_the_same_with_one_hold_and_with_three(world, accepted):
    costs = []
    for count in (1, 2):
        for _ in range(count):
            move(world, ask(world, accepted, by="member"), Act.DECLINE, "lead")
        actor = world.actor("lead")
        with world.database.read() as session, counted(world.database) as statements:
            lines = list_holds(session, actor=actor, inspection_id=accepted)
        costs.append(len(statements))

    assert len(lines) == 3
    assert costs[0] == costs[1]


@pytest.mark.parametrize("name", ["outsider", "officer", "admin", "councillor"])
def test_for_others_there_is_no_hold(world, accepted, name):
    hold_id = place(world, accepted)

    with pytest.raises(NotFoundError):
        ask(world, accepted, by=name)
    with pytest.raises(NotFoundError):
        move(world, hold_id, Act.ASK_LIFT, name)


def test_accepted_evidence_goes_under_retention(locked, opened_there):
    inspection_id, request_id = case_of(locked, opened_there)
    waiting = locked.upload(inspection_id, request_id, content=b"not accepted yet")
    lock(locked)
    assert locked.storage.lock.find_retention(Digest(waiting.sha256)) is None

    locked.read_item(waiting.item_id)
    locked.accept(waiting.deposit_id)
    lock(locked)

    digest = Digest(waiting.sha256)
    retention = locked.storage.lock.find_retention(digest)
    row = locked.get(StoredObject, digest.hex)
    assert retention.mode is LockMode.GOVERNANCE
    assert abs(retention.until - row.retain_until) < timedelta(seconds=1)
    assert row.locked_at is not None
    with pytest.raises(RetainedError):
        locked.storage.erase(digest)
    assert lock(locked) == 0


def test_the_store_holds_what_people_hold_and_lets_go(locked, opened_there):
    inspection_id = accept_one(locked, opened_there)
    hold_id = place(locked, inspection_id)
    assert locked.storage.lock.is_held(DIGEST) is False
    lock(locked)
    assert locked.storage.lock.is_held(DIGEST) is True

    move(locked, hold_id, Act.ASK_LIFT, "lead")
    lock(locked)
    assert locked.storage.lock.is_held(DIGEST) is True
    move(locked, hold_id, Act.LIFT, "issuer")
    lock(locked)

    assert locked.storage.lock.is_held(DIGEST) is False


def test_declaring_a_secret_ends_no_hold(locked, opened_there):
    inspection_id, _ = case_of(locked, opened_there)
    received = locked.take_in(opened_there)
    hold_id = place(locked, inspection_id)
    lock(locked)
    locked.write(
        declare_secret,
        actor=locked.actor("officer"),
        item_id=received.item_id,
        level=Level.SECRET,
    )

    lock(locked)
    assert locked.storage.lock.is_held(DIGEST) is True
    move(locked, hold_id, Act.ASK_LIFT, "lead")
    move(locked, hold_id, Act.LIFT, "issuer")
    lock(locked)
    assert locked.storage.lock.is_held(DIGEST) is False


def test_a_lost_object_stops_no_other_hold_and_is_told(locked, opened_there):
    inspection_id, request_id = case_of(locked, opened_there)
    received = [
        locked.upload(inspection_id, request_id, content=PAYMENTS + end) for end in (b"", b"\n")
    ]
    for one in received:
        locked.read_item(one.item_id)
    locked.hand_in(received[0].deposit_id)
    lost, kept = sorted(one.sha256 for one in received)
    locked.storage.erase(Digest(lost))
    place(locked, inspection_id)
    told = [
        apply_locks(locked.database, locked.storage, policy=POLICY, at=locked.now())
        for _ in range(2)
    ]

    assert [(one.changed, one.lost) for one in told] == [(1, (lost,)), (0, ())]
    assert locked.storage.lock.is_held(Digest(kept)) is True
    overview = get_overview_of(locked)
    assert [(one.sha256, one.outcome) for one in overview.wrong] == [(lost, Fixity.MISSING)]


def get_overview_of(world):
    with world.database.read() as session:
        return get_overview(
            session,
            world.storage,
            actor=world.actor("admin"),
            cycle=timedelta(days=30),
            at=world.now(),
        )


def test_evidence_that_comes_under_a_hold_is_held_as_well(locked, opened_there):
    inspection_id, request_id = case_of(locked, opened_there)
    place(locked, inspection_id)
    received = locked.upload(inspection_id, request_id)
    locked.read_item(received.item_id)
    locked.accept(received.deposit_id)

    lock(locked)

    assert locked.storage.lock.is_held(DIGEST) is True


def test_a_store_without_locks_works_and_notes_the_day(world, accepted):
    place(world, accepted)

    assert lock(world) == 1
    assert lock(world) == 0
    row = world.get(StoredObject, DIGEST.hex)
    assert (row.retain_until is not None, row.locked_at, row.held_at) == (True, None, None)
