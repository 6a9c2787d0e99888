"""Entries from before there were numbers: counted by the first that has one."""

import json

import pytest
from sqlmodel import select

from inspection.casefile import verify_case
from inspection.custody import enter_pending
from inspection.tables import JournalEntry
from tests.inspection.casefile.conftest import conclude, keys_of, take_numbers, take_out
from tests.inspection.casefile.series_forging import (
    ENTRIES,
    FROZEN,
    change_entries,
    counted,
    cut,
    entry_of,
    number_of,
    own,
    reached,
)


@pytest.fixture
def upgraded(world, verified, tmp_path):
    """A case file of an inspection that was under way when entries got numbers."""
    with world.database.write() as session:
        take_numbers(session)
    conclude(world, verified)
    return take_out(world, verified, tmp_path / "bag")


def without_number(bag):
    return [one for one in own(bag) if number_of(one) is None]


def test_entries_from_before_there_were_numbers_are_counted(world, upgraded):
    report = verify_case(upgraded, ring=keys_of(world).find_ring())

    assert report.problems == ()
    numbers = [number_of(one) for one in own(upgraded)]
    older = len(without_number(upgraded))
    assert older > 5
    assert numbers == [None] * older + list(range(older + 1, len(numbers) + 1))
    # Nothing was done with the campaign since: how many entries it had, nobody has said.
    assert [(one.fault, one.found) for one in report.warnings] == [
        ("uncounted", str(len(own(upgraded, whole=True))))
    ]


def test_unnumbered_entries_cut(world, upgraded):
    older = without_number(upgraded)
    [opened] = [one for one in older if one["act"] == "request.open"][:1]
    cut(upgraded, opened)

    assert counted(upgraded, keys_of(world).find_ring()) == [
        ("unnumbered_missing", ENTRIES, str(len(older)), str(len(older) - 1))
    ]


def test_an_unnumbered_entry_of_the_campaign_replaced_by_one_that_waits(world, verified, tmp_path):
    """Nothing with a number follows, but the conclusion has counted them."""
    with world.database.write() as session:
        take_numbers(session)
    enter_pending(world.database, keys_of(world), clock=world.now)
    bag = take_out(world, conclude(world, verified), tmp_path / "bag")
    ring = keys_of(world).find_ring()
    report = verify_case(bag, ring=ring)
    assert (report.problems, report.warnings) == ((), ())
    gone = entry_of(bag, "campaign.add_request")
    ends = len(own(bag, whole=True))
    cut(bag, gone)
    made = {**gone, "facts": {"campaign_id": gone["facts"]["campaign_id"]}}
    line = {"index": None, "proof": [], "entry": json.dumps(made)}
    change_entries(bag, lambda lines: [*lines, line])

    expected = ("campaign_cut_short", FROZEN, str(ends), str(ends - 1))
    assert counted(bag, ring) == [expected]


def test_all_unnumbered_entries_cut(world, upgraded):
    older = without_number(upgraded)
    cut(upgraded, *older)

    expected = ("entry_missing", ENTRIES, f"1–{len(older)}", str(reached(upgraded)))
    assert counted(upgraded, keys_of(world).find_ring()) == [expected]


def test_an_unnumbered_entry_added(world, upgraded):
    """One of the numbered, as if it were older."""
    older = without_number(upgraded)
    taken = entry_of(upgraded, "conclusion.edit")

    def change(lines):
        for line in lines:
            said = json.loads(line["entry"])
            if said["id"] == taken["id"]:
                del said["series"]
            yield {**line, "entry": json.dumps(said)}

    change_entries(upgraded, lambda lines: list(change(lines)))

    assert counted(upgraded, keys_of(world).find_ring()) == [
        ("unnumbered_added", ENTRIES, str(len(older)), str(len(older) + 1)),
        ("entry_missing", ENTRIES, str(number_of(taken)), str(reached(upgraded))),
        ("number_moved", ENTRIES, "", "–"),
    ]


def test_a_case_file_from_before_there_were_numbers(world, verified, tmp_path):
    """Nothing counts, and that is told."""
    conclude(world, verified)
    with world.database.write() as session:
        take_numbers(session)
        last = max(row.id for row in session.exec(select(JournalEntry)))
    assert last
    bag = take_out(world, verified, tmp_path / "bag")
    [export] = [one for one in own(bag) if number_of(one) is not None]
    cut(bag, export)

    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert report.problems == ()
    assert [one.fault for one in report.warnings] == ["uncounted", "uncounted"]
