"""One forgery per way to cheat with the log, each found and told by its name."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete, select, update

from evidence import key_files
from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.merkle import leaf_hash
from evidence.custody.nodes import Growth
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf, CustodyNode
from evidence.custody.troubles import MOST_TROUBLES
from evidence.custody.verifying import verify_log

SIZE = 9
HALF = 5


@pytest.fixture
def signed(log):
    """A log of nine entries with heads at five and nine, and what a witness has kept of it."""
    log.record(HALF)
    log.sequence()
    log.record(SIZE - HALF)
    log.sequence()
    return log


def heads(log) -> list[Checkpoint]:
    with log.database.read() as session:
        notes = session.exec(select(CustodyCheckpoint.note).order_by(col(CustodyCheckpoint.number)))
        return [open_checkpoint(note, log.ring)[0] for note in notes]


def verify(log, *, witnessed=()):
    with log.database.read() as session:
        return verify_log(session, ring=log.ring, witnessed=witnessed)


def troubles(log, *, witnessed=()):
    found = verify(log, witnessed=witnessed).troubles
    return [(one.code, dict(one.facts)) for one in found]


def forge(log, *statements):
    with log.database.write() as session:
        for statement in statements:
            session.exec(statement)


def rewrite_body(log, index: int):
    body = log.leaves()[index].body.replace('"size_bytes":7', '"size_bytes":8')
    return update(CustodyLeaf).where(col(CustodyLeaf.position) == index).values(body=body)


def rebuild_hashes(log) -> Growth:
    """What somebody does who makes the kept hashes fit entries that were forged."""
    growth = Growth()
    for leaf in log.leaves():
        if leaf.position is not None:
            growth.append(leaf_hash(leaf.body.encode()))
    with log.database.write() as session:
        session.exec(delete(CustodyNode))
        growth.write(session)
    return growth


def test_an_honest_log_is_intact(signed):
    signed.record(2)
    report = verify(signed, witnessed=heads(signed))

    assert report.troubles == []
    assert (report.size, report.pending, report.checkpoints) == (SIZE, 2, 2)


def test_an_empty_log_is_intact(log):
    assert troubles(log) == []


def test_log_deleted(signed):
    forge(signed, delete(CustodyLeaf).where(col(CustodyLeaf.position) == 3))

    assert troubles(signed) == [("entry_missing", {"index": 3, "found": 4})]


def test_log_truncated(signed):
    forge(signed, delete(CustodyLeaf).where(col(CustodyLeaf.position) >= 7))

    assert troubles(signed) == [("truncated", {"size": SIZE, "found": 7})]


def test_log_truncated_together_with_its_heads(signed):
    kept_outside = heads(signed)
    forge(
        signed,
        delete(CustodyLeaf).where(col(CustodyLeaf.position) >= HALF),
        delete(CustodyCheckpoint).where(col(CustodyCheckpoint.size) > HALF),
    )
    rebuild_hashes(signed)

    assert troubles(signed) == []  # the database alone cannot tell
    assert troubles(signed, witnessed=kept_outside) == [
        ("truncated_witness", {"size": SIZE, "found": HALF})
    ]


def test_log_rewritten(signed):
    forge(signed, rewrite_body(signed, 6))

    assert troubles(signed) == [
        ("rewritten", {"index": 6}),
        ("root", {"size": SIZE}),
    ]


def test_log_rewritten_together_with_its_hashes(signed):
    forge(signed, rewrite_body(signed, 2))
    rebuild_hashes(signed)

    assert troubles(signed) == [("root", {"size": HALF}), ("root", {"size": SIZE})]


def test_log_reordered(signed):
    leaves = signed.leaves()
    swap = [
        update(CustodyLeaf).where(col(CustodyLeaf.number) == leaf.number).values(position=place)
        for leaf, place in (
            (leaves[1], 100),
            (leaves[2], 1),
            (leaves[1], 2),
        )
    ]
    forge(signed, *swap)

    assert troubles(signed) == [
        ("reordered", {"index": 1, "before": 2}),
        ("reordered", {"index": 2, "before": 1}),
        ("root", {"size": HALF}),
        ("root", {"size": SIZE}),
    ]


def test_log_forked_by_who_holds_the_key(signed):
    kept_outside = heads(signed)
    forge(signed, rewrite_body(signed, 2))
    forge(signed, delete(CustodyCheckpoint))
    growth = rebuild_hashes(signed)
    forged = Checkpoint(origin=signed.ring.origin, size=growth.size, root=growth.root)
    with signed.database.write() as session:
        note = forged.sign(signed.signer)
        session.add(CustodyCheckpoint(size=SIZE, note=note, signed_at=signed.now()))

    assert troubles(signed) == []  # whoever holds the key convinces everybody but a witness
    assert troubles(signed, witnessed=kept_outside) == [
        ("forked", {"size": HALF}),
        ("forked", {"size": SIZE}),
    ]


def test_log_with_an_entry_no_head_covers(signed):
    signed.record()
    forge(
        signed,
        update(CustodyLeaf).where(col(CustodyLeaf.position).is_(None)).values(position=SIZE),
    )
    rebuild_hashes(signed)

    assert troubles(signed) == [("beyond_head", {"size": SIZE + 1, "signed": SIZE})]


def test_head_with_another_size(signed):
    note = heads(signed)[0].sign(signed.signer).replace("\n5\n", "\n6\n")
    forge(
        signed,
        update(CustodyCheckpoint).where(col(CustodyCheckpoint.size) == HALF).values(note=note),
    )

    assert troubles(signed) == [("head", {"number": 1, "why": "custody.signature"})]


def test_head_signed_by_another_key(signed, tmp_path):
    key_files.generate(tmp_path / "other", origin=signed.ring.origin, at=signed.now())
    note = heads(signed)[0].sign(key_files.find_signer(tmp_path / "other"))
    forge(
        signed,
        update(CustodyCheckpoint).where(col(CustodyCheckpoint.size) == HALF).values(note=note),
    )

    assert troubles(signed) == [("head", {"number": 1, "why": "custody.unsigned"})]


def test_heads_that_shrink(signed):
    first, second = heads(signed)
    with signed.database.write() as session:
        for one in (second, first):
            session.add(
                CustodyCheckpoint(
                    size=one.size, note=one.sign(signed.signer), signed_at=signed.now()
                )
            )

    assert troubles(signed) == [("shrunk", {"size": HALF, "before": SIZE})]


def test_head_signed_with_a_key_after_its_retirement(signed):
    old = signed.signer
    key_files.rotate(signed.folder, at=signed.now() - timedelta(hours=1))
    assert [code for code, _ in troubles(signed)] == ["head", "head"]
    assert old.public != signed.signer.public


def test_log_goes_on_under_a_new_key(signed):
    key_files.rotate(signed.folder, at=signed.now())
    signed.record(2)
    signed.sequence()

    assert troubles(signed) == []


def test_log_goes_on_after_a_key_was_lost_to_others(signed):
    key_files.replace_compromised(signed.folder, at=signed.now())
    assert troubles(signed) == [("no_good_head", {"size": SIZE})]
    signed.sequence()

    assert troubles(signed) == []


def test_hash_altered_inside_the_tree(signed):
    place = (col(CustodyNode.level) == 2, col(CustodyNode.position) == 0)
    forge(signed, update(CustodyNode).where(*place).values(hash=b"\0" * 32))

    assert troubles(signed) == [("hash_differs", {"level": 2, "index": 0})]


def test_hash_of_an_entry_deleted(signed):
    place = (col(CustodyNode.level) == 0, col(CustodyNode.position) == 4)
    forge(signed, delete(CustodyNode).where(*place))

    assert troubles(signed) == [("hash_missing", {"level": 0, "index": 4})]


def test_columns_that_say_something_else_than_the_entry(signed):
    forge(
        signed, update(CustodyLeaf).where(col(CustodyLeaf.position) == 4).values(act="evidence.use")
    )

    assert troubles(signed) == [("columns", {"index": 4})]


def test_a_log_that_is_wrong_everywhere_is_told_in_short(log):
    log.record(2 * MOST_TROUBLES)
    log.sequence()
    forge(log, update(CustodyLeaf).values(body="{"))

    found = verify(log).troubles
    assert len(found) == MOST_TROUBLES
    assert {one.code for one in found} == {"unreadable"}
