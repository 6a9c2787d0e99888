"""Case files from which entries were left out: each says its number, so each leaves a hole."""

import json

import pytest
from sqlmodel import col, select

from evidence.custody import CustodyAct
from evidence.custody.tables import CustodyLeaf
from inspection.custody import note_reading
from inspection.tables import Deposit
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.casefile.series_forging import (
    ENTRIES,
    FROZEN,
    change_entries,
    counted,
    cut,
    entries_of,
    entry_of,
    lines_of,
    number_of,
    own,
    reached,
    tell_undone,
)
from tests.inspection.casefile.test_forged_binding import problems
from tests.inspection.test_conclusions import verify_one


def test_an_export_takes_along_exactly_the_two_series(sealed_once, case_file):
    world, _ = sealed_once
    [line] = [one for one in lines_of(case_file) if one["event"] == "case.export"]
    case = json.loads((case_file / "data/case.json").read_text())
    wanted = {case["inspection"][0]["id"], case["campaign"][0]["id"]}
    with world.database.read() as session:
        leaves = session.exec(select(CustodyLeaf).order_by(col(CustodyLeaf.number))).all()
    said = [json.loads(leaf.body) for leaf in leaves]
    [last] = [place for place, one in enumerate(said) if one["id"] == line["leaf_id"]]
    expected = [one["id"] for one in said[: last + 1] if one.get("series", {}).get("id") in wanted]

    assert sorted(one["id"] for one in entries_of(case_file)) == sorted(expected)
    for whole in (False, True):
        found = [number_of(one) for one in own(case_file, whole=whole)]
        assert found == list(range(1, len(found) + 1))


def test_every_entry_of_a_case_counts_in_it(sealed_once):
    """Also those without a line in the journal; accounts and the like count in nothing."""
    world, _ = sealed_once
    with world.database.read() as session:
        bodies = session.exec(select(CustodyLeaf.body)).all()
    for said in map(json.loads, bodies):
        facts = said["facts"]
        owner = facts.get("inspection_id") or facts.get("campaign_id")
        assert said.get("series", {}).get("id") == owner


def test_the_conclusion_says_how_many_there_were(case_file):
    frozen = json.loads((case_file / "data" / FROZEN).read_text())
    approval = entry_of(case_file, "conclusion.approve")

    assert frozen["document"]["log"] == {
        "entries": number_of(approval) - 1,
        "campaign_entries": reached(case_file, whole=True),
    }


def test_an_entry_in_the_middle_cut(case_file, ring):
    """One without a line: nothing else in the case file tells of it."""
    [first, *_] = [one for one in entries_of(case_file) if one["act"] == "request.open"]
    cut(case_file, first)

    assert problems(case_file, ring) == [("entry_missing", ENTRIES)]
    expected = ("entry_missing", ENTRIES, str(number_of(first)), str(reached(case_file)))
    assert counted(case_file, ring) == [expected]


def test_a_reading_cut(world, opened, tmp_path):
    inspection_id = verify_one(world, opened)
    with world.database.read() as session:
        deposit = session.exec(select(Deposit).where(Deposit.inspection_id == inspection_id)).one()
    for act in (CustodyAct.EVIDENCE_READ, CustodyAct.EVIDENCE_DOWNLOAD):
        world.write(
            note_reading,
            act=act,
            actor=world.actor("member"),
            item_id=deposit.id,
            inspection_id=inspection_id,
        )
    bag = take_out(world, inspection_id, tmp_path / "bag")
    ring = keys_of(world).find_ring()
    assert problems(bag, ring) == []
    [read] = [one for one in entries_of(bag) if one["act"] == "evidence.read"]
    cut(bag, read)

    expected = ("entry_missing", ENTRIES, str(number_of(read)), str(reached(bag)))
    assert counted(bag, ring) == [expected]
    assert problems(bag, ring) == [("entry_missing", ENTRIES)]


def test_an_edit_cut_with_its_line(case_file, ring):
    cut(case_file, entry_of(case_file, "conclusion.edit"))

    assert problems(case_file, ring) == [("entry_missing", ENTRIES)]


def test_an_edit_of_the_campaign_cut_with_its_line(world, opened, tmp_path):
    bag = take_out(world, verify_one(world, opened), tmp_path / "bag")
    cut(bag, entry_of(bag, "campaign.create"))

    expected = ("campaign_entry_missing", ENTRIES, "1", str(reached(bag, whole=True)))
    assert counted(bag, keys_of(world).find_ring()) == [expected]


def test_several_cut_are_told_as_runs(case_file, ring):
    gone = {2, 4, 5, 6}
    cut(case_file, *(one for one in own(case_file) if number_of(one) in gone))

    expected = ("entry_missing", ENTRIES, "2, 4–6", str(reached(case_file)))
    assert counted(case_file, ring) == [expected]


def test_an_entry_twice(case_file, ring):
    change_entries(case_file, lambda lines: [*lines[:5], lines[4], *lines[5:]])

    assert problems(case_file, ring) == [("proof_fails", ENTRIES), ("numbered_twice", ENTRIES)]


def shifted(lines, inspection_id, number):
    """Every number of the inspection from there on is one less."""
    for line in lines:
        said = json.loads(line["entry"])
        if said["series"]["id"] == inspection_id and number_of(said) > number:
            said["series"]["number"] -= 1
        yield {**line, "entry": json.dumps(said, separators=(",", ":"))}


def test_numbers_shifted_to_close_a_hole(case_file, ring):
    """They are part of what is signed."""
    gone = entry_of(case_file, "conclusion.edit")
    later = [one for one in own(case_file) if number_of(one) > number_of(gone)]
    cut(case_file, gone)
    change_entries(
        case_file, lambda lines: list(shifted(lines, gone["series"]["id"], number_of(gone)))
    )

    assert counted(case_file, ring) == []
    assert problems(case_file, ring) == [("proof_fails", ENTRIES)] * len(later)


def test_numbers_exchanged(case_file, ring):
    first, second = own(case_file)[3:5]

    def exchange(lines):
        for line in lines:
            said = json.loads(line["entry"])
            if said["id"] in {first["id"], second["id"]}:
                said["series"]["number"] = number_of(second if said["id"] == first["id"] else first)
            yield {**line, "entry": json.dumps(said, separators=(",", ":"))}

    change_entries(case_file, lambda lines: list(exchange(lines)))

    assert problems(case_file, ring) == [
        *[("proof_fails", ENTRIES)] * 2,
        ("number_moved", ENTRIES),
    ]


def test_a_hole_filled_with_an_entry_that_waits(case_file, ring):
    """Nobody can prove it, and it cannot wait before those that have their place."""
    gone = next(one for one in entries_of(case_file) if one["act"] == "request.open")
    cut(case_file, gone)
    made = {**gone, "act": "evidence.read"}
    line = {"index": None, "proof": [], "entry": json.dumps(made)}
    change_entries(case_file, lambda lines: [*lines, line])

    assert problems(case_file, ring) == [("number_moved", ENTRIES)]


def test_the_end_of_the_campaign_filled_with_an_entry_that_waits(case_file, ring):
    """The conclusion knows of it, and whatever stood before the conclusion has its place."""
    ends = reached(case_file, whole=True)
    [gone] = [one for one in own(case_file, whole=True) if number_of(one) == ends]
    cut(case_file, gone)
    made = {**gone, "facts": {"campaign_id": gone["facts"]["campaign_id"]}}
    line = {"index": None, "proof": [], "entry": json.dumps(made)}
    change_entries(case_file, lambda lines: [*lines, line])

    expected = ("campaign_cut_short", FROZEN, str(ends), str(ends - 1))
    assert counted(case_file, ring) == [expected]


def test_another_campaign_in_the_place_of_its_own(world, opened, tmp_path):
    bag = take_out(world, verify_one(world, opened), tmp_path / "bag")
    cut(bag, *own(bag, whole=True))
    named = [one for one in own(bag) if "campaign_id" in one["facts"]]
    tell_undone(bag, id="3fa85f64-5717-4562-b3fc-2c963f66afa6")

    assert problems(bag, keys_of(world).find_ring()) == [
        *[("other_case", ENTRIES)] * len(named),
        ("campaign_cut_short", ENTRIES),
    ]


@pytest.mark.parametrize("number", [10**18, -1, 1.5, None])
def test_numbers_nobody_gave(case_file, ring, number):
    def change(lines):
        said = json.loads(lines[-1]["entry"])
        said["series"]["number"] = number
        return [*lines[:-1], {**lines[-1], "entry": json.dumps(said)}]

    change_entries(case_file, change)

    fault = "bad_document" if number != 10**18 else "entry_missing"
    assert (fault, ENTRIES) in problems(case_file, ring)


def test_an_entry_counted_elsewhere(case_file, ring):
    """As if it were of the campaign: its facts say where it belongs."""
    campaign = own(case_file, whole=True)[-1]

    def change(lines):
        said = json.loads(lines[-1]["entry"])
        said["series"] = {"id": campaign["series"]["id"], "number": number_of(campaign) + 1}
        return [*lines[:-1], {**lines[-1], "entry": json.dumps(said, separators=(",", ":"))}]

    change_entries(case_file, change)

    assert problems(case_file, ring)[:2] == [("proof_fails", ENTRIES), ("other_case", ENTRIES)]
