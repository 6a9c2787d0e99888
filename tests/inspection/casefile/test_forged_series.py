"""Case files from which entries were left out: each says its number, so each leaves a hole."""

import json
import shutil
from hashlib import sha256

import pytest
from sqlmodel import col, select

from evidence.custody import CustodyAct
from evidence.custody.tables import CustodyLeaf
from inspection.casefile import verify_case
from inspection.custody import enter_pending, note_reading
from inspection.receipts import get_receipt
from inspection.tables import Deposit, Inspection, JournalEntry
from tests.inspection.casefile.conftest import conclude, keys_of, take_numbers, take_out
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.casefile.test_forged_binding import change_lines, problems
from tests.inspection.test_conclusions import verify_one

ENTRIES = "custody/entries.jsonl"
FROZEN = "conclusion/conclusion.json"
COUNTED = frozenset(
    {
        *("entry_missing", "campaign_entry_missing", "cut_short", "campaign_cut_short"),
        *("unnumbered_missing", "unnumbered_added", "numbered_twice", "number_moved"),
    }
)


def entries_of(bag):
    path = bag / "data" / ENTRIES
    return [json.loads(json.loads(line)["entry"]) for line in path.read_text().splitlines()]


def lines_of(bag):
    path = bag / "data/journal.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def number_of(said):
    return said.get("series", {}).get("number")


def own(bag, *, whole=False):
    """The entries of the inspection, or those of its campaign as a whole."""
    return [one for one in entries_of(bag) if ("inspection_id" in one["facts"]) is not whole]


def entry_of(bag, event):
    """The last entry of an event of the journal."""
    [*_, leaf_id] = [line["leaf_id"] for line in lines_of(bag) if line["event"] == event]
    [said] = [one for one in entries_of(bag) if one["id"] == leaf_id]
    return said


def cut(bag, *gone):
    """Take entries out, each with its line of the journal."""
    ids = {one["id"] for one in gone}
    assert ids
    change_lines(
        bag / "data" / ENTRIES,
        lambda lines: [one for one in lines if json.loads(one["entry"])["id"] not in ids],
    )
    change_lines(
        bag / "data/journal.jsonl",
        lambda lines: [one for one in lines if one["leaf_id"] not in ids],
    )
    seal_again(bag)


def change_entries(bag, change):
    change_lines(bag / "data" / ENTRIES, change)
    seal_again(bag)


def counted(bag, ring, *receipts):
    """What the count of entries says: fault, path, expected and found."""
    report = verify_case(bag, ring=ring, receipts=receipts)
    return [
        (one.fault.value, one.path.removeprefix("data/"), one.expected, one.found)
        for one in report.problems
        if one.fault.value in COUNTED
    ]


def reached(bag, *, whole=False):
    return max(number_of(one) or 0 for one in own(bag, whole=whole))


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


def test_the_end_cut_before_the_conclusion(case_file, ring):
    """The conclusion knows how many there were."""
    approval = number_of(entry_of(case_file, "conclusion.approve"))
    cut(case_file, *(one for one in own(case_file) if number_of(one) >= approval - 2))

    expected = ("cut_short", FROZEN, str(approval - 1), str(approval - 3))
    assert counted(case_file, ring) == [expected]


def test_the_end_cut_behind_the_conclusion_is_all_that_stays_hidden(case_file, ring):
    approval = number_of(entry_of(case_file, "conclusion.approve"))
    cut(case_file, *(one for one in own(case_file) if number_of(one) >= approval))

    assert counted(case_file, ring) == []


def leave_no_entry(bag):
    """Tell the whole case as older than the log: no entry, no receipt, lines without an entry."""
    (bag / "data" / ENTRIES).write_text("")
    shutil.rmtree(bag / "data/custody/receipts")

    def forget(lines):
        return [{**one, "leaf_id": None} for one in lines]

    change_lines(bag / "data/journal.jsonl", forget)
    seal_again(bag)


def test_all_entries_cut(case_file, ring):
    approval = number_of(entry_of(case_file, "conclusion.approve"))
    campaign = reached(case_file, whole=True)
    leave_no_entry(case_file)

    assert counted(case_file, ring) == [
        ("cut_short", FROZEN, str(approval - 1), "0"),
        ("campaign_cut_short", FROZEN, str(campaign), "0"),
    ]


def receipt_of(world, inspection_id, path):
    """The receipt as the organization keeps it."""
    with world.database.read() as session:
        deposit = session.exec(select(Deposit).where(Deposit.inspection_id == inspection_id)).one()
        receipt = get_receipt(
            session,
            actor=world.actor("officer"),
            deposit_id=deposit.id,
            ring=keys_of(world).find_ring(),
        )
    path.write_bytes(receipt.to_json())
    return path


@pytest.fixture
def receipt(case_file, tmp_path):
    [path] = (case_file / "data/custody/receipts").iterdir()
    return shutil.copy(path, tmp_path / "receipt.json")


def test_all_entries_cut_and_the_conclusion_changed_accordingly(case_file, ring, receipt):
    """What the organization has kept remains."""
    number = number_of(json.loads(receipt.read_text())["entry"])
    leave_no_entry(case_file)
    frozen = case_file / "data" / FROZEN
    said = json.loads(frozen.read_text())
    said["document"]["log"] = None
    frozen.write_text(json.dumps(said))
    digest = sha256(frozen.read_bytes()).hexdigest()
    change_document(case_file, lambda case: case["conclusions"][0].update(frozen_sha256=digest))
    assert counted(case_file, ring) == []

    assert counted(case_file, ring, receipt) == [("cut_short", str(receipt), str(number), "0")]
    report = verify_case(case_file, ring=ring, receipts=[receipt])
    assert ("left_out", str(receipt)) in [(one.fault, one.path) for one in report.problems]


def test_no_log_although_a_receipt_was_kept(case_file, receipt):
    shutil.rmtree(case_file / "data/custody")
    (case_file / "data" / FROZEN).unlink()
    seal_again(case_file)

    for receipts, found in (([], []), ([receipt], ["no_log"])):
        report = verify_case(case_file, receipts=receipts)
        assert [one.fault for one in report.problems if one.fault == "no_log"] == found


def test_a_receipt_in_the_case_file_demands_all_up_to_its_own(case_file, ring, receipt):
    number = number_of(json.loads(receipt.read_text())["entry"])
    (case_file / "data" / FROZEN).unlink()
    cut(case_file, *(one for one in own(case_file) if number_of(one) >= number))

    path = f"custody/receipts/{entry_id(receipt)}.json"
    assert counted(case_file, ring) == [("cut_short", path, str(number), str(number - 1))]


def entry_id(receipt):
    return json.loads(receipt.read_text())["statement"]["deposit_id"]


def test_a_true_receipt_that_was_kept_is_here(case_file, ring, receipt):
    report = verify_case(case_file, ring=ring, receipts=[receipt])

    assert (report.problems, report.warnings) == ((), ())
    assert report.checked["receipts"] == 2


def test_a_receipt_that_does_not_hold_is_none(case_file, ring, receipt):
    receipt.write_text(receipt.read_text().replace("commune", "other"))

    report = verify_case(case_file, ring=ring, receipts=[receipt])
    assert [(one.fault, one.path) for one in report.problems] == [("receipt_fails", str(receipt))]


def test_an_older_case_file_beside_a_newer_receipt(world, opened, tmp_path):
    """True in all it says: what came later is told by the receipt alone."""
    with world.database.read() as session:
        inspection_id = session.exec(
            select(Inspection.id).where(
                Inspection.campaign_id == opened,
                Inspection.organization_id == world.bodies["commune"],
            )
        ).one()
    bag = take_out(world, inspection_id, tmp_path / "bag")
    ring = keys_of(world).find_ring()
    assert problems(bag, ring) == []
    ends = reached(bag)
    assert verify_one(world, opened) == inspection_id
    take_out(world, inspection_id, tmp_path / "newer")
    receipt = receipt_of(world, inspection_id, tmp_path / "receipt.json")
    number = number_of(json.loads(receipt.read_text())["entry"])

    assert counted(bag, ring, receipt) == [("cut_short", str(receipt), str(number), str(ends))]


def test_a_receipt_of_another_inspection(case_file, ring, receipt):
    """It says nothing of this one."""
    change_document(
        case_file,
        lambda case: case["inspection"][0].update(id="3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    )

    report = verify_case(case_file, ring=ring, receipts=[receipt])
    assert ("other_case", str(receipt)) in [(one.fault, one.path) for one in report.problems]


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


def tell_undone(bag, **changes):
    """No conclusion any more, and what was opened is told as not yet opened."""

    def change(case):
        case["campaign"][0].update(state="draft", pack_digest=None, **changes)
        case["inspection"][0].update(state="prepared")

    change_document(bag, change)


def test_all_entries_of_the_campaign_cut(world, opened, tmp_path):
    """Where the opening of the inspection is counted, its campaign was opened as well."""
    bag = take_out(world, verify_one(world, opened), tmp_path / "bag")
    cut(bag, *own(bag, whole=True))
    tell_undone(bag)

    assert problems(bag, keys_of(world).find_ring()) == [("campaign_cut_short", ENTRIES)]


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
