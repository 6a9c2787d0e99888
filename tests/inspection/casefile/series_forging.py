"""Cutting and changing numbered entries, as a forger without the key could."""

import json

from inspection.casefile import verify_case
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.casefile.test_forged_binding import change_lines

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


def tell_undone(bag, **changes):
    """No conclusion any more, and what was opened is told as not yet opened."""

    def change(case):
        case["campaign"][0].update(state="draft", pack_digest=None, **changes)
        case["inspection"][0].update(state="prepared")

    change_document(bag, change)
