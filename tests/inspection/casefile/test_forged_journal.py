"""Case files whose journal has lines nobody wrote, or true ones in another order."""

import json
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from evidence import key_files
from evidence.custody.tables import CustodyLeaf
from inspection import findings
from inspection.casefile import verify_case
from inspection.journal import digest_of
from inspection.tables import DepositReceipt, Finding, JournalEntry
from inspection.words import digest_of_answer, digest_of_finding
from tests.inspection.casefile.conftest import ORIGIN, keys_of, take_numbers, take_out
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.casefile.test_forged_binding import change_lines, problems
from tests.inspection.casefile.test_forged_words import BEFORE
from tests.inspection.test_findings import draft, evaluated

__all__ = ["evaluated"]


def journal_of(bag):
    return bag / "data/journal.jsonl"


def lines_of(bag):
    return [json.loads(line) for line in journal_of(bag).read_text().splitlines()]


def older(lines, event, **facts):
    """The last line of an event as somebody writes it who has no key: without an entry."""
    line = [one for one in lines if one["event"] == event][-1]
    told = {**json.loads(line["facts"]), **facts}
    return {**line, "leaf_id": None, "id": -1, "facts": json.dumps(told)}


def moved_last(lines, *events):
    return [
        *(line for line in lines if line["event"] not in events),
        *(line for line in lines if line["event"] in events),
    ]


def replace_everything(bag):
    """Conclusion, verdicts, finding and answer with every digest in `case.json`.

    Returns:
        The lines that would say so.
    """
    conclusion, pdf = (
        bag / "data/conclusion/conclusion.json",
        bag / "data/conclusion/conclusion.pdf",
    )
    facts = bag / "data/verdicts/1/facts.parquet"
    conclusion.write_text(conclusion.read_text().replace("nhỏ", "lớn"))
    pdf.write_bytes(b"%PDF-1.7 forged")
    facts.write_bytes(b"PAR1 forged")
    frozen, issued, told = (
        {"frozen_sha256": sha256(conclusion.read_bytes()).hexdigest()},
        {"pdf_sha256": sha256(pdf.read_bytes()).hexdigest()},
        {"facts_sha256": sha256(facts.read_bytes()).hexdigest()},
    )
    case = json.loads((bag / "data/case.json").read_text())
    case["conclusions"][0] |= {**frozen, **issued}
    case["evaluations"][0] |= told
    case["findings"][0] |= {"title": "Giả", "reason": "Giả", "state": "dismissed"}
    case["answers"][0] |= {"text": "Chúng tôi nhận."}
    (bag / "data/case.json").write_text(json.dumps(case))
    finding = {"finding_sha256": digest_of_finding(case["findings"][0])}
    answer = {"answer_sha256": digest_of_answer(case["answers"][0], files=())}
    lines = lines_of(bag)
    decided = older(lines, "finding.verify", **finding, to="dismissed")
    return [
        older(lines, "conclusion.approve", **frozen),
        older(lines, "conclusion.issue", **issued),
        older(lines, "conclusion.publish"),
        older(lines, "evaluation.finish", **told),
        older(lines, "finding.answer", **finding, **answer),
        {**decided, "event": "finding.dismiss", "reason": "Giả"},
    ]


@pytest.mark.parametrize("where", ["first", "last"])
def test_lines_said_to_be_older_than_the_log(case_file, ring, where):
    """The log knows how this inspection began: nothing of it is older."""
    said = replace_everything(case_file)
    # Numbers that go up, as in a journal.
    said = [{**line, "id": number - len(said)} for number, line in enumerate(said)]
    change_lines(
        journal_of(case_file),
        lambda lines: [*said, *lines] if where == "first" else [*lines, *said],
    )
    seal_again(case_file)

    found = problems(case_file, ring)
    assert found.count(("not_older", "journal.jsonl")) == len(said)
    assert {one for one in found if one[0] != "not_older"} == {
        ("state_differs", "case.json"),
        ("conclusion_differs", "conclusion/conclusion.json"),
        ("pdf_differs", "conclusion/conclusion.pdf"),
        ("verdicts_differ", "verdicts/1/facts.parquet"),
        ("words_differ", "case.json"),
    }


def test_evidence_planted_with_an_older_line_of_receiving(case_file, ring):
    content, item_id = b"planted", str(uuid4())
    (case_file / "data/evidence/planted.csv").write_bytes(content)
    change_lines(
        journal_of(case_file),
        lambda lines: [{**older(lines, "evidence.receive"), "subject_id": item_id}, *lines],
    )

    def add(case):
        case["items"].append(
            {
                **case["items"][0],
                "id": item_id,
                "deposit_id": None,
                "path": "evidence/planted.csv",
                "sha256": sha256(content).hexdigest(),
                "size_bytes": len(content),
            }
        )

    change_document(case_file, add)

    assert problems(case_file, ring) == [
        ("not_older", "journal.jsonl"),
        ("not_logged", "case.json"),
    ]


@pytest.mark.parametrize(
    ("event", "name", "state"),
    [
        ("finding.send", "findings", "sent"),
        ("conclusion.approve", "conclusions", "approved"),
        ("inspection.conclude", "inspection", "concluded"),
        ("deposit.submit", "deposits", "submitted"),
    ],
)
def test_an_act_moved_last_undoes_no_other(case_file, ring, event, name, state):
    change_lines(journal_of(case_file), lambda lines: moved_last(lines, event))
    change_document(case_file, lambda case: case[name][0].update(state=state))

    assert problems(case_file, ring) == [
        ("order_differs", "journal.jsonl"),
        ("state_differs", "case.json"),
    ]


def test_a_journal_in_another_order_is_named(case_file, ring):
    """With numbers that fit: they are no part of what is hashed."""

    def reverse(lines):
        numbers = [line["id"] for line in lines]
        return [{**line, "id": n} for line, n in zip(reversed(lines), numbers, strict=True)]

    change_lines(journal_of(case_file), reverse)
    seal_again(case_file)

    assert problems(case_file, ring) == [("order_differs", "journal.jsonl")]


def test_numbers_in_another_order_are_named(case_file, ring):
    def swap(lines):
        lines[3]["id"], lines[4]["id"] = lines[4]["id"], lines[3]["id"]
        return lines

    change_lines(journal_of(case_file), swap)
    seal_again(case_file)

    assert problems(case_file, ring) == [("order_differs", "journal.jsonl")]


def test_older_words_of_an_edited_finding(world, opened, evaluated, tmp_path):
    """The line of drafting it, moved behind that of editing it."""
    finding_id = draft(world, opened, evaluated)
    old = world.get(Finding, finding_id)
    world.write(
        findings.edit_finding,
        actor=world.actor("member"),
        finding_id=finding_id,
        version=1,
        title="Khác",
        question=old.question,
        matter_id=old.matter_id,
    )
    bag = take_out(world, old.inspection_id, tmp_path / "bag")
    ring = keys_of(world).find_ring()
    assert problems(bag, ring) == []

    change_lines(journal_of(bag), lambda lines: moved_last(lines, "finding.draft"))
    change_document(bag, lambda case: case["findings"][0].update(title=old.title))

    assert problems(bag, ring) == [
        ("order_differs", "journal.jsonl"),
        ("words_differ", "case.json"),
    ]


@pytest.mark.parametrize("write", [str.upper, "urn:uuid:{}".format, "{{{}}}".format])
def test_subject_written_in_another_way(case_file, ring, write):
    """The hash is over the identifier, however it is written: it must be written in one way."""

    def change(lines):
        for line in lines:
            if line["event"] == "finding.verify":
                line["subject_id"] = write(line["subject_id"])
        return lines

    change_lines(journal_of(case_file), change)
    change_document(case_file, lambda case: case["findings"][0].update(state="answered", reason=""))

    assert problems(case_file, ring) == [("bad_document", "journal.jsonl")]


@pytest.mark.parametrize("where", ["first", "last"])
def test_a_line_rewritten_with_an_entry_that_waits_beside_the_true_one(case_file, ring, where):
    """Under the id of the true entry, which lies in the log."""
    lines = lines_of(case_file)
    [row] = [line for line in lines if line["event"] == "finding.verify"]
    row["reason"] = "Giả"
    line = JournalEntry(
        **{name: row[name] for name in ("event", "reason", "facts")},
        **{name: UUID(row[name]) for name in ("subject_id", "campaign_id", "inspection_id", "by")},
        at=datetime.fromisoformat(row["at"]),
    )

    def forge(entries):
        [true] = [one for one in entries if row["leaf_id"] in one["entry"]]
        said = json.loads(true["entry"])
        said["facts"]["journal_sha256"] = digest_of(line)
        forged = {"index": None, "proof": [], "entry": json.dumps(said)}
        return [forged, *entries] if where == "first" else [*entries, forged]

    change_lines(case_file / "data/custody/entries.jsonl", forge)
    change_lines(journal_of(case_file), lambda _: lines)
    change_document(case_file, lambda case: case["findings"][0].update(reason="Giả"))

    found = problems(case_file, ring)
    assert ("proof_fails", "custody/entries.jsonl") in found
    assert ("journal_differs", "journal.jsonl") in found


def test_an_entry_that_waits_before_others(case_file, ring):
    """Entries get their places in the order they were written."""

    def unprove(lines):
        lines[3] |= {"index": None, "proof": []}
        return lines

    change_lines(case_file / "data/custody/entries.jsonl", unprove)
    seal_again(case_file)

    assert problems(case_file, ring) == [
        ("order_differs", "journal.jsonl"),
        ("number_moved", "custody/entries.jsonl"),
    ]


@pytest.fixture
def half_logged(world, concluded, tmp_path):
    """A case file of an inspection that was under way when the platform got its log."""
    with world.database.write() as session:
        rows = session.exec(select(JournalEntry).order_by(col(JournalEntry.id))).all()
        [first] = [row.id for row in rows if row.event == "finding.send"]
        older = [row for row in rows if row.id < first]
        logged = {row.leaf_id for row in rows if row.id >= first}
        for row in older:
            facts = {k: v for k, v in json.loads(row.facts).items() if k not in BEFORE}
            row.leaf_id, row.facts = None, json.dumps(facts)
            session.add(row)
        for leaf in session.exec(select(CustodyLeaf).where(col(CustodyLeaf.id).not_in(logged))):
            session.delete(leaf)
        session.flush()
        take_numbers(session)
        for receipt in session.exec(select(DepositReceipt)):
            session.delete(receipt)
        at = max(row.at for row in older)
    key_files.generate(world.folder / "keys", origin=ORIGIN, at=at.replace(second=30))
    return take_out(world, concluded, tmp_path / "bag")


def test_what_is_older_than_the_log_is_told(world, half_logged):
    report = verify_case(half_logged, ring=keys_of(world).find_ring())

    assert report.problems == ()
    # Of the campaign as a whole nothing is in the log, so nothing of it is counted.
    assert {one.fault.value for one in report.warnings} == {"older", "not_logged", "uncounted"}


def first_lines(lines, *said):
    """Lines put before all others, with numbers that go up."""
    return [*({**one, "id": n - len(said)} for n, one in enumerate(said)), *lines]


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        ({"event": "conclusion.approve"}, "step_missing"),  # nothing led to where it goes on from
        ({"subject_id": str(uuid4()), "at": "2099-01-01T00:00:00Z"}, "not_older"),  # than the keys
    ],
)
def test_an_older_line_that_cannot_be(world, half_logged, says, fault):
    def forge(lines):
        [true] = [line for line in lines if line["event"] == "finding.verify"]
        forged = {**true, "leaf_id": None, "at": lines[0]["at"], **says}
        return first_lines(lines, forged)

    change_lines(journal_of(half_logged), forge)
    seal_again(half_logged)

    assert (fault, "journal.jsonl") in problems(half_logged, keys_of(world).find_ring())


def test_an_older_line_of_what_was_made_only_later(world, half_logged):
    """The log knows when the conclusion was begun."""

    def forge(lines):
        return first_lines(lines, {**older(lines, "conclusion.approve"), "at": lines[0]["at"]})

    change_lines(journal_of(half_logged), forge)
    seal_again(half_logged)

    assert ("not_older", "journal.jsonl") in problems(half_logged, keys_of(world).find_ring())


def test_an_older_line_never_counts_against_one_in_the_log(world, half_logged):
    """Wherever it stands in the file."""

    def forge(lines):
        [true] = [line for line in lines if line["event"] == "finding.verify"]
        return [*lines, {**true, "leaf_id": None, "reason": "Giả", "at": lines[0]["at"]}]

    change_lines(journal_of(half_logged), forge)
    change_document(half_logged, lambda case: case["findings"][0].update(reason="Giả"))

    assert problems(half_logged, keys_of(world).find_ring()) == [
        ("not_older", "journal.jsonl"),
        ("words_differ", "case.json"),
    ]
