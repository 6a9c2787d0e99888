"""What was destroyed: bytes go, what is shared survives, a certificate remains."""

import json

import pytest
from sqlmodel import col, select

from evidence.custody.tables import CustodyLeaf
from evidence.errors import CustodyPendingError, StorageUnavailableError
from inspection.errors import ConflictError, NotAllowedError, NotFoundError
from inspection.keeping import (
    apply_locks,
    find_orphans,
    write_certificate,
)
from inspection.previews import open_file
from inspection.queries.deposits import get_item
from inspection.tables import (
    DestroyedItem,
    Destruction,
    Evaluation,
    EvaluationInput,
    EvidenceItem,
    Inspection,
    JournalEntry,
    LegalHold,
    Upload,
)
from inspection.workflow.states import (
    Act,
    DestructionState,
    ErasureState,
    UploadState,
)
from tests.inspection.destruction.acts import (
    DIGEST,
    LATE,
    certificate,
    close,
    confirmed,
    erase,
    item_of,
    leaf_of,
    paper,
    refusal,
)
from tests.inspection.test_holds import POLICY, accept_one, place
from tests.inspection.test_holds import move as move_hold
from tests.inspection.world import PAYMENTS, START, case_of


def test_bytes_go_and_rows_names_and_hashes_stay(world, over):
    item = item_of(world)
    confirmed(world, over)
    with world.database.read() as session, pytest.raises(ConflictError) as refused:
        open_file(
            session,
            actor=world.actor("lead"),
            item_id=item.id,
            act="evidence.download",
            at=LATE,
        )
    assert refused.value.code == "evidence.destroyed"

    assert erase(world) == {ErasureState.ERASED: 1}

    assert not world.storage.exists(DIGEST)
    page = world.read(get_item, actor=world.actor("lead"), item_id=item.id)
    assert (page.item.name, page.item.sha256) == (item.name, DIGEST.hex)
    assert (page.destroyed.by, page.destroyed.at, page.is_readable) == ("Người lead", LATE, False)
    own = world.read(get_item, actor=world.actor("officer"), item_id=item.id)
    assert own.destroyed.by == ""
    orphans = find_orphans(world.database, world.storage)
    assert (orphans.unknown, orphans.lost) == ((), ())
    assert erase(world) == {}


def test_every_piece_has_its_entry_in_the_log_of_the_same_transaction(world, over):
    destruction_id = confirmed(world, over)
    item = item_of(world)

    row = world.get(DestroyedItem, item.id)
    leaf = json.loads(leaf_of(world, row).body)

    assert (leaf["act"], leaf["by"]) == ("evidence.destroy", str(world.people["lead"]))
    assert leaf["facts"]["item_id"] == str(item.id)
    assert leaf["facts"]["destruction_id"] == str(destruction_id)
    with world.database.read() as session:
        events = session.exec(
            select(JournalEntry.event).where(col(JournalEntry.inspection_id) == over)
        ).all()
    assert events[-3:] == ["destruction.propose", "destruction.confirm", "evidence.destroy"]


def test_a_hold_that_comes_after_the_decision_keeps_the_bytes_until_it_is_lifted(world, over):
    destruction_id = confirmed(world, over)
    hold_id = place(world, over)

    assert erase(world) == {ErasureState.HELD: 1}
    assert world.storage.exists(DIGEST)
    assert world.get(Destruction, destruction_id).state is DestructionState.CONFIRMED
    assert find_orphans(world.database, world.storage).unknown == ()

    move_hold(world, hold_id, Act.ASK_LIFT, "lead")
    move_hold(world, hold_id, Act.LIFT, "issuer")
    assert erase(world) == {ErasureState.ERASED: 1}
    assert world.get(LegalHold, hold_id) is not None


def test_a_lock_of_the_real_store_wins_and_is_asked_again(locked):
    campaign_id = locked.draft()
    locked.open(campaign_id)
    inspection_id = accept_one(locked, campaign_id)
    apply_locks(locked.database, locked.storage, policy=POLICY, at=locked.now())
    close(locked, inspection_id)
    # By our clock the time is over; by the clock of the store it is not.
    destruction_id = confirmed(locked, inspection_id)

    assert erase(locked) == {ErasureState.LOCKED: 1}
    assert erase(locked) == {ErasureState.LOCKED: 1}

    assert locked.get(Destruction, destruction_id).state is DestructionState.CONFIRMED
    assert b"".join(locked.storage.open(DIGEST)) == PAYMENTS
    apply_locks(locked.database, locked.storage, policy=POLICY, at=LATE)


def test_evidence_another_inspection_has_used_waits_for_that_one(world, opened):
    here = accept_one(world, opened)
    there, _ = case_of(world, opened, "neighbour")
    with world.database.write() as session:
        run = Evaluation(
            inspection_id=there,
            number=1,
            pack_digest="0" * 64,
            as_of=START.date(),
            requested_by=world.people["lead"],
            requested_at=START,
        )
        session.add(run)
        session.flush()
        item = session.exec(select(EvidenceItem.id)).one()
        session.add(EvaluationInput(evaluation_id=run.id, item_id=item, table_name="payments"))
    close(world, here)

    assert refusal(world, here) == "retention.used_elsewhere"


def test_copies_made_for_showing_go_as_well(world, over):
    cache = world.folder / "cache"
    previews = cache / "previews" / DIGEST.hex / "1"
    previews.mkdir(parents=True)
    (cache / f"{DIGEST.hex}.parquet").write_bytes(b"x")
    confirmed(world, over)

    erase(world)

    assert not previews.exists()
    assert list(cache.glob("*.parquet")) == []


def test_bytes_on_their_way_in_again_are_waited_for(world, over):
    there, request_id = case_of(world, world.get(Inspection, over).campaign_id, "neighbour")
    confirmed(world, over)
    with world.database.write() as session:
        upload = Upload(
            inspection_id=there,
            request_id=request_id,
            name="x.csv",
            size_bytes=len(PAYMENTS),
            sha256=DIGEST.hex,
            part_bytes=1 << 20,
            created_by=world.people["other"],
            created_at=LATE,
            touched_at=LATE,
            expires_at=LATE,
        )
        session.add(upload)
    assert erase(world) == {ErasureState.WAITING: 1}
    with world.database.write() as session:
        session.exec(select(Upload)).one().state = UploadState.REFUSED

    assert erase(world) == {ErasureState.ERASED: 1}


def test_the_same_bytes_in_living_evidence_survive_and_go_with_it(world, opened):
    here = accept_one(world, opened)
    there, request_id = case_of(world, opened, "neighbour")
    same = world.upload(there, request_id, by="other")
    world.read_item(same.item_id)
    close(world, here)
    first = confirmed(world, here)

    assert erase(world) == {ErasureState.SHARED: 1}
    assert world.get(Destruction, first).state is DestructionState.DONE
    assert b"".join(world.storage.open(DIGEST)) == PAYMENTS
    orphans = find_orphans(world.database, world.storage)
    assert (orphans.unknown, orphans.lost) == ((), ())

    close(world, there)
    confirmed(world, there)
    assert erase(world) == {ErasureState.ERASED: 1}
    assert not world.storage.exists(DIGEST)


def test_a_crash_between_record_and_erasure_is_made_good(world, over, monkeypatch):
    destruction_id = confirmed(world, over)

    def die(_digest):
        raise StorageUnavailableError("evidence.storage_unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(world.storage, "erase", die)
        with pytest.raises(StorageUnavailableError):
            erase(world)
    assert world.get(Destruction, destruction_id).state is DestructionState.CONFIRMED
    assert world.storage.exists(DIGEST)

    # Another crash: the bytes are gone, and nobody wrote it down.
    world.storage.erase(DIGEST)
    assert erase(world) == {ErasureState.ERASED: 1}
    assert world.get(Destruction, destruction_id).state is DestructionState.DONE


def test_the_certificate_says_all_and_is_the_same_twice(world, over):
    destruction_id = confirmed(world, over)
    with pytest.raises(ConflictError):
        certificate(world, destruction_id)
    erase(world)
    item = item_of(world)
    with pytest.raises(CustodyPendingError):
        certificate(world, destruction_id, has_log=True)

    said, again = certificate(world, destruction_id), certificate(world, destruction_id, "issuer")

    assert write_certificate(said) == write_certificate(again)
    assert paper(said) == paper(again)
    assert paper(said).startswith(b"%PDF")
    assert (said["proposed_by"]["name"], said["confirmed_by"]["name"]) == (
        "Người member",
        "Người lead",
    )
    assert (said["class"]["code"], said["class"]["confirmed"]) == ("ordinary", False)
    [file] = said["files"]
    assert (file["sha256"], file["size_bytes"], file["outcome"]) == (
        DIGEST.hex,
        len(PAYMENTS),
        "erased",
    )
    assert file["entry_id"] == str(world.get(DestroyedItem, item.id).leaf_id)
    with pytest.raises(NotAllowedError):
        certificate(world, destruction_id, "member")
    for name in ("outsider", "officer", "councillor"):
        with pytest.raises(NotFoundError):
            certificate(world, destruction_id, name)


def test_the_certificate_names_the_place_in_the_log(world, over):
    destruction_id = confirmed(world, over)
    erase(world)
    row = world.get(DestroyedItem, item_of(world).id)
    with world.database.write() as session:
        session.exec(
            select(CustodyLeaf).where(col(CustodyLeaf.id) == row.leaf_id)
        ).one().position = 41

    [file] = certificate(world, destruction_id, has_log=True)["files"]

    assert file["custody_index"] == 41
