"""Counting entries that belong together: dense, whatever fails or comes at once."""

import json
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, delete, select, update

from evidence import custody
from evidence.custody.acts import CustodyAct
from evidence.custody.entry import Counted, Entry, canonical, counted_of
from evidence.custody.series import count_series
from evidence.custody.tables import CustodyLeaf, CustodySeries
from evidence.custody.verifying import verify_log

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SERIES = [UUID(int=number) for number in (7, 8, 9)]


def record(session, series_id):
    custody.record(
        session,
        act="evidence.read",
        actor_id=None,
        at=NOON,
        facts={"item_id": uuid4()},
        series_id=series_id,
    )


def record_one(log, series_id):
    with log.database.write() as session:
        record(session, series_id)


def numbers(log):
    """The numbers of every series, in the order of writing."""
    found = defaultdict(list)
    for leaf in log.leaves():
        counted = counted_of(json.loads(leaf.body))
        if counted is not None:
            found[counted.series_id].append(counted.number)
    return dict(found)


def troubles(log, owner_of=None):
    with log.database.read() as session:
        report = verify_log(session, ring=log.ring, owner_of=owner_of)
    return [(one.code.value, dict(one.facts)) for one in report.troubles]


def test_an_entry_says_where_it_counts_in_its_bytes():
    entry = Entry(
        id=UUID(int=1),
        act=CustodyAct.EVIDENCE_READ,
        actor_id=None,
        at=NOON,
        facts={},
        counted=Counted(series_id=UUID(int=7), number=17),
    )

    assert entry.to_bytes() == (
        b'{"act":"evidence.read","at":"2026-03-01T12:00:00.000000Z","by":null,"facts":{},'
        b'"id":"00000000-0000-0000-0000-000000000001",'
        b'"series":{"id":"00000000-0000-0000-0000-000000000007","number":17},"v":2}'
    )
    assert counted_of(json.loads(entry.to_bytes())) == entry.counted


@pytest.mark.parametrize(
    "series",
    [
        None,
        {"id": str(UUID(int=7))},
        {"id": str(UUID(int=7)), "number": 0},
        {"id": str(UUID(int=7)), "number": True},
        {"id": str(UUID(int=7)), "number": "1"},
        {"id": UUID(int=7).hex, "number": 1},
        {"id": 7, "number": 1},
    ],
)
def test_another_way_of_saying_so_is_none(series):
    with pytest.raises((ValueError, KeyError, TypeError)):
        counted_of({"series": series})


# One act: in which series, and whether it fails after it was entered.
_ACTS = st.lists(
    st.tuples(st.sampled_from([None, *SERIES]), st.booleans()), min_size=1, max_size=12
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(transactions=st.lists(st.tuples(_ACTS, st.booleans()), max_size=6))
def test_numbers_are_dense_whatever_fails(log, transactions):
    """An act that fails, alone or with all of its transaction, leaves no hole."""
    for acts, fails in transactions:
        with suppress(KeyError), log.database.write() as session:
            for series_id, fails_alone in acts:
                with suppress(IndexError), session.begin_nested():
                    record(session, series_id)
                    if fails_alone:
                        raise IndexError
            if fails:
                raise KeyError
    log.sequence()

    found = numbers(log)
    with log.database.read() as session:
        counts = {one: count_series(session, series_id=one) for one in SERIES}
    assert found == {one: list(range(1, n + 1)) for one, n in counts.items() if n}
    assert troubles(log) == []


def test_many_writers_at_once_take_every_number_once(log):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: record_one(log, SERIES[n % 2]), range(40)))
    log.sequence()

    dense = list(range(1, 21))
    assert numbers(log) == {SERIES[0]: dense, SERIES[1]: dense}
    assert troubles(log) == []


def test_an_act_that_failed_gives_its_number_back(log):
    record_one(log, SERIES[0])
    with suppress(KeyError), log.database.write() as session:
        record(session, SERIES[0])
        raise KeyError
    record_one(log, SERIES[0])

    assert numbers(log) == {SERIES[0]: [1, 2]}


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        ("evidence.imagine", {}),
        (CustodyAct.EVIDENCE_READ.value, {"name": "Một câu có khoảng trắng"}),
    ],
)
def test_what_is_refused_takes_no_number(log, act, facts):
    with log.database.write() as session:
        with pytest.raises(ValueError, match=r"not a fact|not a valid"):
            custody.record(
                session, act=act, actor_id=None, at=NOON, facts=facts, series_id=SERIES[0]
            )
        assert count_series(session, series_id=SERIES[0]) == 0


def test_those_from_before_there_were_numbers_are_counted(log):
    with log.database.write() as session:
        session.add(CustodySeries(id=SERIES[0], reached=16))
    record_one(log, SERIES[0])
    log.sequence()

    assert numbers(log) == {SERIES[0]: [17]}
    assert troubles(log) == []


@pytest.mark.parametrize("waits", [False, True])
def test_a_hole_in_the_log_itself_is_named(log, waits):
    """Made before the head was signed: the hashes are all right."""
    for _ in range(3):
        record_one(log, SERIES[0])
    second = log.leaves()[1]
    with log.database.write() as session:
        leaf = session.get_one(CustodyLeaf, second.number)
        said = json.loads(leaf.body)
        said["series"]["number"] = 5
        leaf.body = canonical(said).decode()
        session.add(leaf)
    if not waits:
        log.sequence()

    expected = [(2, 5, 1), (6, 3, 2)]
    assert [one for one in troubles(log) if one[0] == "number"] == [
        (
            "number",
            {
                "index": "–" if waits else index,
                "series": str(SERIES[0]),
                "expected": number,
                "found": found,
            },
        )
        for number, found, index in expected
    ]


def of_first(facts):
    """As if entries without a number were all of the first series."""
    return SERIES[0] if facts else None


def drop(log, *numbers):
    """As somebody does who can write to the database, before a head is signed over them."""
    with log.database.write() as session:
        session.exec(delete(CustodyLeaf).where(col(CustodyLeaf.number).in_(numbers)))


def test_the_first_entry_of_a_series_taken_out(log):
    for _ in range(3):
        record_one(log, SERIES[0])
    drop(log, 1)

    facts = {"index": "–", "series": str(SERIES[0]), "expected": 1, "found": 2}
    assert troubles(log, of_first) == [("number", facts)]


def test_all_entries_of_a_series_taken_out(log):
    record_one(log, SERIES[0])
    record_one(log, SERIES[1])
    drop(log, 1)

    facts = {"series": str(SERIES[0]), "expected": 0, "found": 1}
    assert troubles(log, of_first) == [("counter", facts)]


def test_those_without_a_number_are_as_many_as_the_first_number_says(log):
    for _ in range(2):
        record_one(log, None)
    with log.database.write() as session:
        session.add(CustodySeries(id=SERIES[0], reached=2))
    assert troubles(log, of_first) == []
    record_one(log, SERIES[0])
    assert troubles(log, of_first) == []
    record_one(log, None)

    facts = {"index": "–", "series": str(SERIES[0]), "expected": 4, "found": "–"}
    assert troubles(log, of_first) == [("number", facts)]


def test_one_without_a_number_taken_out(log):
    for _ in range(2):
        record_one(log, None)
    with log.database.write() as session:
        session.add(CustodySeries(id=SERIES[0], reached=2))
    drop(log, 1)

    facts = {"series": str(SERIES[0]), "expected": 1, "found": 2}
    assert troubles(log, of_first) == [("counter", facts)]


@pytest.mark.parametrize("series", [{"id": 5, "number": 1}, [], 7])
def test_a_number_nobody_gave_is_no_crash(log, series):
    record_one(log, SERIES[0])
    with log.database.write() as session:
        leaf = session.exec(select(CustodyLeaf)).one()
        leaf.body = canonical({**json.loads(leaf.body), "series": series}).decode()
        session.add(leaf)

    assert troubles(log) == [("unreadable", {"index": None})]


@pytest.mark.parametrize("reached", [1, 3])
def test_a_counter_that_stands_elsewhere_is_named(log, reached):
    record_one(log, SERIES[0])
    log.sequence()
    record_one(log, SERIES[0])
    with log.database.write() as session:
        session.exec(
            update(CustodySeries).where(col(CustodySeries.id) == SERIES[0]).values(reached=reached)
        )

    facts = {"series": str(SERIES[0]), "expected": 2, "found": reached}
    assert troubles(log) == [("counter", facts)]


def test_a_series_has_one_row(log):
    for series_id in SERIES * 3:
        record_one(log, series_id)

    with log.database.read() as session:
        rows = session.exec(select(CustodySeries)).all()
    assert Counter({row.id: row.reached for row in rows}) == dict.fromkeys(SERIES, 3)
