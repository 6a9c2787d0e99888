from uuid import uuid4

import pytest
from sqlalchemy import event

from evidence import custody
from evidence.custody.merkle import leaf_hash, proves_consistency, proves_inclusion
from evidence.custody.proving import (
    find_head,
    get_entry,
    list_entries,
    prove_consistency,
    prove_inclusion,
)
from evidence.errors import CustodyPendingError, EvidenceNotFoundError

SIZES = (1, 2, 3, 7, 12)


def test_every_proof_out_of_the_database_holds(log):
    roots = {}
    for size in SIZES:
        log.record(size - len(log.leaves()))
        roots[size] = log.sequence().root
    leaves = [leaf_hash(leaf.body.encode()) for leaf in log.leaves()]
    with log.database.read() as session:
        for size in SIZES:
            for index in range(size):
                proof = prove_inclusion(session, index=index, size=size)
                assert proves_inclusion(
                    leaves[index], index=index, size=size, proof=proof, root=roots[size]
                )
            for new in SIZES:
                if new < size:
                    continue
                proof = prove_consistency(session, old=size, new=new)
                assert proves_consistency(
                    old=size, new=new, proof=proof, old_root=roots[size], new_root=roots[new]
                )


def test_nothing_is_proven_that_was_not_signed(log):
    with log.database.read() as session:
        assert find_head(session) is None
        with pytest.raises(CustodyPendingError):
            prove_inclusion(session, index=0, size=1)
    log.record(3)
    log.sequence(limit=2)
    with log.database.read() as session:
        assert find_head(session).checkpoint.size == 2
        with pytest.raises(CustodyPendingError):
            prove_inclusion(session, index=0, size=3)
        with pytest.raises(CustodyPendingError):
            prove_consistency(session, old=1, new=3)
        for index in (-1, 2):
            with pytest.raises(EvidenceNotFoundError):
                prove_inclusion(session, index=index, size=2)
        with pytest.raises(EvidenceNotFoundError):
            prove_consistency(session, old=-1, new=2)


def test_entries_are_found_by_what_they_name(log):
    item_id, other_id = uuid4(), uuid4()
    with log.database.write() as session:
        ids = [
            custody.record(session, act=act, actor_id=None, at=log.now(), facts={"item_id": one})
            for act, one in (
                ("evidence.receive", item_id),
                ("evidence.receive", other_id),
                ("evidence.read", item_id),
            )
        ]
    log.sequence(limit=2)
    with log.database.read() as session:
        found = list_entries(session, subject_ids=frozenset({item_id}))
        first = get_entry(session, entry_id=ids[0])
        with pytest.raises(EvidenceNotFoundError):
            get_entry(session, entry_id=uuid4())

    assert [(one.id, one.index, one.said["act"]) for one in found] == [
        (ids[0], 0, "evidence.receive"),
        (ids[2], None, "evidence.read"),
    ]
    assert first == found[0]


def test_a_proof_reads_hashes_by_their_key_and_never_the_whole_table(log):
    log.record(300)
    log.sequence()
    if log.database.engine.dialect.name != "sqlite":
        return
    asked = []

    def note(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    event.listen(log.database.engine, "before_cursor_execute", note)
    with log.database.read() as session:
        prove_inclusion(session, index=150, size=300)
    event.remove(log.database.engine, "before_cursor_execute", note)
    plans = []
    with log.database.engine.connect() as connection:
        for statement, parameters in asked:
            if "FROM custodynode" in statement:
                found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans += [row[3] for row in found]

    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
