"""Every act on evidence, and every journal entry, is in the custody log."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, delete, func, select, update

from evidence import key_files
from evidence.custody import CustodyAct, open_checkpoint
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf
from evidence.digest import Digest
from evidence.key_files import KeyFolder
from inspection import custody, deposits
from inspection.custody import enter_pending, keep_newest_head, verify_custody
from inspection.journal import ACTS
from inspection.missing import note_missed
from inspection.sweeping import sweep
from inspection.tables import Deposit, JournalEntry
from inspection.workflow.states import Subject
from inspection.workflow.transitions import TRANSITIONS
from tests.inspection.casefile.conftest import take_numbers
from tests.inspection.world import START, World, case_of

DUE = START + timedelta(days=10)


@pytest.fixture
def keys(world: World) -> KeyFolder:
    key_files.generate(world.folder / "keys", origin="thanhtra.example.vn/custody", at=START)
    return KeyFolder(world.folder / "keys")


def entries(world: World, *acts: CustodyAct) -> list[dict]:
    with world.database.read() as session:
        bodies = session.exec(select(CustodyLeaf.body).order_by(col(CustodyLeaf.number))).all()
    said = [json.loads(body) for body in bodies]
    return [one for one in said if not acts or one["act"] in acts]


def facts(entry: dict) -> dict:
    return {name: value for name, value in entry["facts"].items() if name != "journal_sha256"}


def test_an_opened_campaign_expects_every_request_of_everybody(world: World, opened: UUID) -> None:
    request_id = world.campaign(opened).requests[0].id
    found = entries(world, CustodyAct.REQUEST_OPEN)
    cases = sorted(str(case_of(world, opened, body)[0]) for body in ("commune", "neighbour"))

    assert [facts(one) for one in found] == [
        {
            "campaign_id": str(opened),
            "inspection_id": inspection_id,
            "request_id": str(request_id),
            "due_at": "2026-03-12T02:00:00.000000Z",
        }
        for inspection_id in cases
    ]
    assert {one["by"] for one in found} == {str(world.people["lead"])}


def test_evidence_is_followed_from_its_coming_to_its_use(world: World, opened: UUID) -> None:
    inspection_id, _ = case_of(world, opened)
    received = world.take_in(opened)
    evaluation_id = world.evaluate(inspection_id)
    case = {"campaign_id": str(opened), "inspection_id": str(inspection_id)}
    item, deposit = str(received.item_id), str(received.deposit_id)
    found = {
        act: facts(one)
        for act in CustodyAct
        for one in entries(world, act)
        if act not in {CustodyAct.REQUEST_OPEN, CustodyAct.JOURNAL_ENTRY}
    }

    assert found[CustodyAct.EVIDENCE_RECEIVE] == {
        **case,
        "item_id": item,
        "deposit_id": deposit,
        "sha256": received.sha256,
        "size_bytes": received.size_bytes,
    }
    assert found[CustodyAct.DEPOSIT_CERTIFY].items() >= {**case, "deposit_id": deposit}.items()
    assert found[CustodyAct.DEPOSIT_ACCEPT] == {**case, "deposit_id": deposit}
    assert found[CustodyAct.EVIDENCE_USE] == {
        "item_id": item,
        "evaluation_id": str(evaluation_id),
        "inspection_id": str(inspection_id),
        "pack_digest": world.campaign(opened).pack_digest,
    }


def test_a_returned_deposit_is_entered_without_its_reason(world: World, opened: UUID) -> None:
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    version = world.get(Deposit, received.deposit_id).version
    world.write(
        deposits.submit_deposit,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        version=version,
        note="của ông A",
    )
    world.write(
        deposits.return_deposit,
        actor=world.actor("member"),
        deposit_id=received.deposit_id,
        version=version + 1,
        reason="Thiếu bảng của ông A",
    )

    assert len(entries(world, CustodyAct.DEPOSIT_RETURN)) == 1
    assert "ông A" not in json.dumps(entries(world), ensure_ascii=False)


def test_every_journal_entry_is_in_the_log_and_names_no_person_but_the_actor(
    world: World, opened: UUID
) -> None:
    with world.database.read() as session:
        journal = session.exec(select(JournalEntry)).all()
        leaves = {leaf.id: leaf for leaf in session.exec(select(CustodyLeaf))}
    named = {str(one) for one in world.people.values()}

    assert opened
    assert len(journal) > 20
    assert [row.event for row in journal if row.leaf_id not in leaves] == []
    for leaf in leaves.values():
        said = json.loads(leaf.body)
        assert named & {str(value) for value in said["facts"].values()} == set()


def test_every_act_on_a_deposit_has_its_own_name_in_the_log() -> None:
    acts = {f"deposit.{one.act}" for one in TRANSITIONS if one.subject is Subject.DEPOSIT}

    assert acts - set(ACTS) == set()
    assert {act for act, _ in ACTS.values()} >= {
        act for act in CustodyAct if act.startswith("deposit.")
    }


def test_a_deadline_that_passed_is_entered_once(world: World, opened: UUID) -> None:
    _, request_id = case_of(world, opened)
    world.take_in(opened)  # the commune answers in time, the neighbour does not

    assert world.write(lambda session, at: note_missed(session, at=at)) == 0
    for _ in range(2):
        sweep(
            world.database,
            world.storage,
            at=DUE + timedelta(minutes=1),
            dead_after=timedelta(days=99),
        )
    neighbour, _ = case_of(world, opened, "neighbour")

    assert [(one["by"], facts(one)) for one in entries(world, CustodyAct.DEPOSIT_MISSED)] == [
        (
            None,
            {
                "campaign_id": str(opened),
                "inspection_id": str(neighbour),
                "request_id": str(request_id),
                "due_at": "2026-03-12T02:00:00.000000Z",
            },
        )
    ]


def test_files_that_nobody_certified_are_no_answer(world: World, opened: UUID) -> None:
    inspection_id, request_id = case_of(world, opened)
    world.upload(inspection_id, request_id)
    with world.database.write() as session:
        assert note_missed(session, at=DUE + timedelta(seconds=1)) == 2
    with world.database.write() as session:
        assert note_missed(session, at=DUE + timedelta(days=1)) == 0


def test_pending_entries_are_entered_and_the_head_is_kept(
    world: World, opened: UUID, keys: KeyFolder
) -> None:
    total = len(entries(world))
    head = enter_pending(world.database, keys, clock=world.now)
    stored = keep_newest_head(world.database, world.storage)

    assert opened
    assert head.size == total
    assert enter_pending(world.database, keys, clock=world.now) is None
    note = world.storage.read(Digest(stored)).decode()
    assert open_checkpoint(note, keys.find_ring())[0] == head
    assert keep_newest_head(world.database, world.storage) is None


def test_a_long_queue_is_entered_in_short_transactions(
    world: World, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = len(entries(world))
    monkeypatch.setattr(custody, "BATCH", 1)
    head = enter_pending(world.database, keys, clock=world.now)

    assert head.size == total


def test_without_a_key_entries_wait(world: World) -> None:
    assert enter_pending(world.database, KeyFolder(None), clock=world.now) is None
    with world.database.read() as session:
        assert session.exec(select(func.count()).select_from(CustodyCheckpoint)).one() == 0


def troubles(world: World, keys: KeyFolder) -> list[str]:
    with world.database.read() as session:
        return [one.code for one in verify_custody(session, ring=keys.find_ring()).troubles]


def test_a_journal_that_is_as_it_was_is_intact(world: World, opened: UUID, keys: KeyFolder) -> None:
    enter_pending(world.database, keys, clock=world.now)

    assert opened
    assert troubles(world, keys) == []


@pytest.mark.parametrize(
    ("code", "forge"),
    [
        (
            "journal_rewritten",
            update(JournalEntry).where(col(JournalEntry.id) == 5).values(reason="khác"),
        ),
        (
            "journal_rewritten",
            update(JournalEntry)
            .where(col(JournalEntry.id) == 5)
            .values(at=START - timedelta(days=1)),
        ),
        ("journal_deleted", delete(JournalEntry).where(col(JournalEntry.id) == 5)),
        (
            "journal_unlogged",
            update(JournalEntry).where(col(JournalEntry.id) == 5).values(leaf_id=None),
        ),
    ],
)
def test_a_journal_that_was_altered_is_told(
    world: World, keys: KeyFolder, code: str, forge: object
) -> None:
    enter_pending(world.database, keys, clock=world.now)
    with world.database.write() as session:
        session.exec(forge)

    assert code in troubles(world, keys)


def test_entries_older_than_the_log_are_no_trouble(world: World, keys: KeyFolder) -> None:
    with world.database.write() as session:
        old = select(JournalEntry.leaf_id).where(col(JournalEntry.id) <= 3)
        session.exec(delete(CustodyLeaf).where(col(CustodyLeaf.id).in_(old)))
        session.exec(update(JournalEntry).where(col(JournalEntry.id) <= 3).values(leaf_id=None))
    enter_pending(world.database, keys, clock=world.now)

    assert troubles(world, keys) == []


@pytest.mark.usefixtures("opened")
def test_an_entry_without_a_line_that_was_taken_out_before_it_was_signed_is_told(
    world: World, keys: KeyFolder
) -> None:
    """The first of its inspection, and the only one: nothing in the log but the counter knows."""
    with world.database.write() as session:
        waiting = session.exec(
            select(CustodyLeaf).where(col(CustodyLeaf.act) == CustodyAct.REQUEST_OPEN)
        ).all()
        inspection_id = json.loads(waiting[0].body)["series"]["id"]
        session.delete(waiting[0])
    enter_pending(world.database, keys, clock=world.now)

    with world.database.read() as session:
        report = verify_custody(session, ring=keys.find_ring())
    assert [(one.code, dict(one.facts)) for one in report.troubles] == [
        ("counter", {"series": inspection_id, "expected": 0, "found": 1})
    ]


def test_entries_from_before_there_were_numbers_are_counted(
    world: World, opened: UUID, keys: KeyFolder
) -> None:
    """As the upgrade has counted them, whether or not anything was done since."""
    with world.database.write() as session:
        take_numbers(session)
    enter_pending(world.database, keys, clock=world.now)
    with world.database.read() as session:
        assert verify_custody(session, ring=keys.find_ring()).troubles == []
    world.take_in(opened)
    with world.database.read() as session:
        assert verify_custody(session, ring=keys.find_ring()).troubles == []
