"""Evidence whose time is over: two persons destroy it, a hold wins, and what is shared survives."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from sqlmodel import col, select

from evidence.custody.tables import CustodyLeaf
from evidence.digest import Digest
from evidence.errors import CustodyPendingError, StorageUnavailableError
from evidence.locking import years_after
from evidence.s3 import S3Storage
from inspection.documents.destruction import render_certificate
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.keeping import (
    apply_locks,
    erase_destroyed,
    find_orphans,
    get_certificate,
    get_term,
    list_due,
    list_finished,
    list_waiting,
    load_classes,
    move_destruction,
    propose_destruction,
    write_certificate,
)
from inspection.keeping.classes import RetentionClasses
from inspection.previews import open_file
from inspection.queries.deposits import get_item
from inspection.tables import (
    Campaign,
    Conclusion,
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
    ConclusionState,
    DestructionState,
    ErasureState,
    InspectionState,
    UploadState,
)
from tests.inspection.places import PLACES, world_at
from tests.inspection.test_holds import POLICY, accept_one, place
from tests.inspection.test_holds import ask as ask_hold
from tests.inspection.test_holds import move as move_hold
from tests.inspection.test_query_counts import counted
from tests.inspection.world import PAYMENTS, START, case_of
from tests.servers import KEEPER_KEY, KEEPER_SECRET, REGION

CLASSES = load_classes()
DIGEST = Digest.of(PAYMENTS)
LATE = years_after(START, 20) + timedelta(days=2)


def close(world, inspection_id, state=InspectionState.CANCELLED):
    with world.database.write() as session:
        session.get(Inspection, inspection_id).state = state


@pytest.fixture(params=PLACES)
def world(request, tmp_path):
    yield from world_at(request, tmp_path)


@pytest.fixture
def accepted(world, opened):
    return accept_one(world, opened)


@pytest.fixture
def over(world, accepted):
    """A closed inspection with one accepted file."""
    close(world, accepted)
    return accepted


def propose(world, inspection_id, *, by="member", cause="Hết thời hạn.", at=LATE, classes=CLASSES):
    with world.database.write() as session:
        return propose_destruction(
            session,
            actor=world.actor(by),
            inspection_id=inspection_id,
            cause=cause,
            classes=classes,
            at=at,
        )


def move(world, destruction_id, act, by="lead", *, reason="Còn cần.", at=LATE):
    with world.database.write() as session:
        move_destruction(
            session,
            actor=world.actor(by),
            destruction_id=destruction_id,
            act=act,
            version=session.get(Destruction, destruction_id).version,
            classes=CLASSES,
            reason=reason,
            at=at,
        )


def confirmed(world, inspection_id):
    destruction_id = propose(world, inspection_id)
    move(world, destruction_id, Act.CONFIRM)
    return destruction_id


def erase(world):
    return erase_destroyed(
        world.database, world.storage, cache=world.folder / "cache", clock=lambda: LATE
    )


def due(world, at=LATE, by="lead"):
    return world.read(list_due, actor=world.actor(by), classes=CLASSES, at=at)


def term(world, inspection_id, at=LATE, classes=CLASSES):
    return world.read(
        get_term, actor=world.actor("lead"), inspection_id=inspection_id, classes=classes, at=at
    )


def item_of(world):
    with world.database.read() as session:
        return session.exec(
            select(EvidenceItem).where(col(EvidenceItem.sha256) == DIGEST.hex)
        ).one()


def leaf_of(world, row):
    with world.database.read() as session:
        return session.exec(select(CustodyLeaf).where(col(CustodyLeaf.id) == row.leaf_id)).one()


def refusal(world, inspection_id, **changes):
    with pytest.raises(ConflictError) as refused:
        propose(world, inspection_id, **changes)
    return refused.value.code


def test_time_begins_with_the_acceptance_where_nothing_was_published(world, over):
    found = term(world, over)

    assert found.retention_class.code == "ordinary"
    assert found.until == years_after(found.since, 20)
    assert [one.inspection_id for one in due(world, at=found.until)] == [over]
    assert due(world, at=found.until - timedelta(seconds=1)) == ()


def test_time_begins_with_publication_and_then_oversight_reads_the_certificate(world, accepted):
    published_at = START + timedelta(days=1)
    close(world, accepted, InspectionState.PUBLISHED)
    with world.database.write() as session:
        session.add(
            Conclusion(
                inspection_id=accepted,
                state=ConclusionState.PUBLISHED,
                author_id=world.people["lead"],
                created_at=START,
                body_id=world.bodies["inspectorate"],
                published_at=published_at,
            )
        )
    assert term(world, accepted).until == years_after(published_at, 20)

    destruction_id = confirmed(world, accepted)
    erase(world)

    assert certificate(world, destruction_id, "councillor")["class"]["years"] == 20
    [line] = world.read(list_finished, actor=world.actor("councillor"))
    assert (line.id, line.files, line.finished_at) == (destruction_id, 1, LATE)
    assert (
        world.read(
            list_finished, actor=world.actor("councillor"), inspection_id=world.people["lead"]
        )
        == ()
    )


def test_too_early_and_not_closed_are_refused(world, accepted):
    assert refusal(world, accepted) == "retention.not_closed"
    close(world, accepted)
    early = term(world, accepted).until - timedelta(seconds=1)
    assert refusal(world, accepted, at=early) == "retention.not_over"


def test_what_the_store_keeps_longer_stays_longer(world, over):
    policy = type(POLICY)(mode=POLICY.mode, years=30)
    apply_locks(world.database, world.storage, policy=policy, at=world.now())

    found = term(world, over)

    assert found.until == years_after(found.since, 30)
    assert refusal(world, over) == "retention.not_over"


@pytest.mark.parametrize(
    ("code", "obstacle"),
    [("serious", "retention.permanent"), ("gone", "retention.class_unknown")],
)
def test_what_is_permanent_or_of_an_unknown_class_is_never_over(
    world, over, opened, code, obstacle
):
    with world.database.write() as session:
        session.get(Campaign, opened).retention_class = code

    assert refusal(world, over) == obstacle


def test_one_person_alone_destroys_nothing(world, over):
    destruction_id = propose(world, over, by="lead")
    for act in (Act.CONFIRM, Act.DECLINE):
        with pytest.raises(NotAllowedError) as refused:
            move(world, destruction_id, act, "lead")
        assert refused.value.code == "destruction.own"
    with pytest.raises(NotAllowedError):
        move(world, destruction_id, Act.CONFIRM, "member")
    assert erase(world) == {}
    assert world.storage.exists(DIGEST)

    move(world, destruction_id, Act.CONFIRM, "issuer")

    assert world.get(Destruction, destruction_id).state is DestructionState.CONFIRMED


def test_there_is_one_proposal_at_a_time_and_it_needs_a_cause(world, over):
    with pytest.raises(InvalidError):
        propose(world, over, cause=" ")
    first = propose(world, over)
    assert refusal(world, over) == "destruction.there_is_one"
    assert due(world) == ()
    move(world, first, Act.DECLINE)

    assert propose(world, over) != first


def test_a_proposal_waits_for_the_others_of_the_team_until_one_has_decided(world, over):
    destruction_id = propose(world, over, by="lead")

    told = {
        name: [
            (one.inspection_id, one.is_own)
            for one in world.read(list_waiting, actor=world.actor(name))
        ]
        for name in ("lead", "issuer", "outsider")
    }
    move(world, destruction_id, Act.DECLINE, "issuer")

    assert told == {"lead": [(over, True)], "issuer": [(over, False)], "outsider": []}
    assert world.read(list_waiting, actor=world.actor("issuer")) == ()
    with pytest.raises(NotAllowedError):
        world.read(list_waiting, actor=world.actor("councillor"))


def test_oversight_is_not_told_what_was_destroyed_before_a_conclusion_is_public(world, over):
    with world.database.write() as session:
        session.add(
            Conclusion(
                inspection_id=over,
                author_id=world.people["lead"],
                created_at=START,
                body_id=world.bodies["inspectorate"],
            )
        )
    confirmed(world, over)
    erase(world)

    assert world.read(list_finished, actor=world.actor("councillor")) == ()
    for name in ("lead", "officer", "admin"):
        with pytest.raises(NotAllowedError):
            world.read(list_finished, actor=world.actor(name))


@pytest.mark.parametrize("name", ["outsider", "officer", "admin", "councillor"])
def test_for_others_there_is_nothing(world, over, name):
    with pytest.raises(NotFoundError):
        propose(world, over, by=name)
    destruction_id = propose(world, over)
    with pytest.raises(NotFoundError):
        move(world, destruction_id, Act.CONFIRM, name)


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


def test_a_hold_wins_before_the_proposal_and_before_the_decision(world, over):
    hold_id = ask_hold(world, over)
    assert refusal(world, over) == "retention.held"
    move_hold(world, hold_id, Act.DECLINE, "issuer")
    destruction_id = propose(world, over)
    place(world, over)

    with pytest.raises(ConflictError) as refused:
        move(world, destruction_id, Act.CONFIRM)

    assert refused.value.code == "retention.held"
    assert due(world) == ()


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


@pytest.fixture
def locked(world, s3):
    """The same world over a bucket with object lock, by credentials that pass no lock by."""
    world.storage = S3Storage(
        endpoint=s3.endpoint,
        access_key=KEEPER_KEY,
        secret_key=KEEPER_SECRET,
        bucket=s3.new_bucket(object_lock=True),
        region=REGION,
        secure=False,
    )
    world.storage.probe()
    return world


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


def certificate(world, destruction_id, by="lead", *, has_log=False):
    return world.read(
        get_certificate, actor=world.actor(by), destruction_id=destruction_id, has_log=has_log
    )


def paper(said):
    into = BytesIO()
    render_certificate(said, into=into)
    return into.getvalue()


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


def test_the_list_costs_the_same_with_one_and_with_three(world):
    costs = []
    for count in (1, 2):
        for _ in range(count):
            campaign_id = world.draft()
            world.open(campaign_id)
            close(world, accept_one(world, campaign_id))
        actor = world.actor("lead")
        with world.database.read() as session, counted(world.database) as statements:
            lines = list_due(session, actor=actor, classes=CLASSES, at=LATE)
        costs.append(len(statements))

    assert len(lines) == 3
    assert costs[0] == costs[1]


def test_classes_of_a_deployment_are_read_from_its_file(tmp_path):
    path = tmp_path / "classes.yaml"
    path.write_text(
        "default: short\nclasses:\n- code: short\n  title: {vi: Ngắn, en: Short}\n"
        "  years: 5\n  basis: Quyết định 1\n  confirmed: true\n"
    )
    found = load_classes(path)
    assert isinstance(found, RetentionClasses)
    assert (found.find("").years, found.find("ordinary")) == (5, None)
    assert found.checked("") == "short"
    with pytest.raises(InvalidError):
        found.checked("ordinary")

    good = path.read_text()
    for bad in (
        "",
        "[",
        good.replace("default: short", "default: long"),
        good.replace("years: 5", "years: 0"),
        good.replace("years: 5", "years: true"),
        good.replace("confirmed: true", "confirmed: perhaps"),
        good.replace("code: short", "code: Short"),
        good.replace("  basis: Quyết định 1\n", ""),
    ):
        path.write_text(bad)
        with pytest.raises(InvalidError):
            load_classes(path)
