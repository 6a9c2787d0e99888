import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from sqlmodel import delete, select, update

from evidence import custody, key_files
from evidence.custody.acts import CustodyAct
from evidence.custody.entry import Entry
from evidence.custody.merkle import fold, leaf_hash, node_hash
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf, CustodyNode, CustodySubject
from evidence.custody.verifying import verify_log
from evidence.errors import CustodyAlteredError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def naive_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def test_an_entry_is_the_same_bytes_for_ever():
    entry = Entry(
        id=UUID(int=1),
        act=CustodyAct.EVIDENCE_RECEIVE,
        actor_id=UUID(int=2),
        at=datetime(2026, 3, 1, 19, tzinfo=timezone(timedelta(hours=7))),
        facts={"size_bytes": 7, "item_id": UUID(int=3), "due_at": NOON, "table": None},
    )

    assert entry.to_bytes() == (
        b'{"act":"evidence.receive","at":"2026-03-01T12:00:00.000000Z",'
        b'"by":"00000000-0000-0000-0000-000000000002",'
        b'"facts":{"due_at":"2026-03-01T12:00:00.000000Z",'
        b'"item_id":"00000000-0000-0000-0000-000000000003","size_bytes":7,"table":null},'
        b'"id":"00000000-0000-0000-0000-000000000001","v":1}'
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"note": "Nguyễn Văn A"},
        {"note": "two words"},
        {"note": "x" * 201},
        {"share": 0.5},
        {"ids": ["a"]},
        {"Name": 1},
        {"size_bytes": 2**60},
    ],
)
def test_an_entry_takes_no_sentence_and_no_fraction(log, facts):
    with pytest.raises(ValueError, match=r"not a fact|exceeds"), log.database.write() as session:
        custody.record(session, act="evidence.receive", actor_id=None, at=NOON, facts=facts)

    assert log.leaves() == []


def test_an_act_outside_the_table_is_refused(log):
    with pytest.raises(ValueError, match=r"evidence\.lose"), log.database.write() as session:
        custody.record(session, act="evidence.lose", actor_id=None, at=NOON, facts={})


def test_an_entry_goes_with_the_transaction_of_its_act(log):
    with suppress(KeyError), log.database.write() as session:
        custody.record(session, act="evidence.receive", actor_id=None, at=NOON, facts={})
        raise KeyError

    assert log.leaves() == []


def test_an_entry_is_found_by_everything_it_names(log):
    item_id, deposit_id = uuid4(), uuid4()
    with log.database.write() as session:
        entry_id = custody.record(
            session,
            act="deposit.accept",
            actor_id=uuid4(),
            at=NOON,
            facts={"item_id": item_id, "deposit_id": deposit_id, "files": 2},
        )
    with log.database.read() as session:
        rows = session.exec(select(CustodySubject)).all()

    assert {(row.subject_id, row.leaf_id) for row in rows} == {
        (item_id, entry_id),
        (deposit_id, entry_id),
    }


def test_pending_entries_get_dense_places_in_the_order_of_writing(log):
    ids = log.record(5)
    assert [leaf.position for leaf in log.leaves()] == [None] * 5

    first = log.sequence(limit=3)
    assert [leaf.position for leaf in log.leaves()] == [0, 1, 2, None, None]

    ids += log.record(2)
    second = log.sequence()
    leaves = log.leaves()
    hashes = [leaf_hash(leaf.body.encode()) for leaf in leaves]

    assert [leaf.position for leaf in leaves] == list(range(7))
    assert [leaf.id for leaf in leaves] == ids
    assert (first.size, first.root) == (3, naive_root(hashes[:3]))
    assert (second.size, second.root) == (7, naive_root(hashes))
    assert [json.loads(leaf.body)["id"] for leaf in leaves] == [str(one) for one in ids]


def test_growing_one_by_one_gives_the_root_of_growing_at_once(log):
    for _ in range(20):
        log.record()
        grown = log.sequence()
    hashes = [leaf_hash(leaf.body.encode()) for leaf in log.leaves()]
    with log.database.read() as session:
        nodes = session.exec(select(CustodyNode)).all()

    assert grown.root == naive_root(hashes)
    assert len(nodes) == 20 + 10 + 5 + 2 + 1  # every complete subtree once


def test_a_head_is_a_signed_checkpoint_of_the_ring(log):
    log.record(3)
    checkpoint = log.sequence()
    with log.database.read() as session:
        note = session.exec(select(CustodyCheckpoint.note)).one()

    assert custody.open_checkpoint(note, log.ring) == (checkpoint, log.signer.public)


def test_without_anything_new_nothing_is_signed(log):
    assert log.sequence() is None
    log.record()
    log.sequence()

    assert log.sequence() is None


def test_a_new_key_signs_the_old_tree_at_once(log):
    log.record(3)
    old = log.sequence()
    key_files.rotate(log.folder, at=log.now())
    new = log.sequence()
    with log.database.read() as session:
        notes = session.exec(select(CustodyCheckpoint.note)).all()

    assert new == old
    assert [custody.open_checkpoint(note, log.ring)[1] for note in notes] == list(log.ring.keys)
    assert log.sequence() is None


@pytest.mark.parametrize(
    "forge",
    [
        delete(CustodyLeaf).where(CustodyLeaf.position == 4),
        update(CustodyNode)
        .where(CustodyNode.level == 0, CustodyNode.position == 4)
        .values(hash=fold([])),
        delete(CustodyNode).where(CustodyNode.level == 0, CustodyNode.position == 4),
    ],
)
def test_another_tree_than_the_one_signed_last_is_not_signed(log, forge):
    log.record(5)
    log.sequence()
    with log.database.write() as session:
        session.exec(forge)
    log.record()

    with pytest.raises(CustodyAlteredError):
        log.sequence()


def test_several_sequencers_at_once_make_one_order(log):
    def work(_):
        log.record(3)
        log.sequence(limit=2)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(12)))
    while log.sequence() is not None:
        pass
    leaves = sorted(log.leaves(), key=lambda leaf: leaf.position)
    with log.database.read() as session:
        report = verify_log(session, ring=log.ring)

    assert [leaf.position for leaf in leaves] == list(range(36))
    assert (report.size, report.troubles) == (36, [])
