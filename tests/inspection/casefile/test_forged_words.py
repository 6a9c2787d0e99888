"""Case files whose verdicts or words were changed together with every digest beside the log."""

import json
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlmodel import col, select

from evidence.custody.entry import canonical
from evidence.custody.tables import CustodyLeaf
from inspection.casefile import verify_case
from inspection.journal import digest_of
from inspection.tables import JournalEntry
from inspection.words import digest_of_answer, digest_of_finding
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.casefile.test_forged_binding import problems


def change_row(bag, name, **changes):
    change_document(bag, lambda case: case[name][0].update(changes))


def journalled(bag):
    lines = (bag / "data/journal.jsonl").read_text().splitlines()
    return {row["event"]: json.loads(row["facts"]) for row in map(json.loads, lines)}


def test_the_journal_holds_the_digests_of_verdicts_and_words(case_file):
    case = json.loads((case_file / "data/case.json").read_text())
    facts = journalled(case_file)
    [run], [finding], [answer] = case["evaluations"], case["findings"], case["answers"]

    assert facts["evaluation.finish"] == {
        "from": "running",
        "to": "done",
        "violations_sha256": run["violations_sha256"],
        "facts_sha256": run["facts_sha256"],
    }
    for event in ("finding.draft", "finding.send", "finding.answer", "finding.verify"):
        assert facts[event]["finding_sha256"] == digest_of_finding(finding)
    assert facts["finding.answer"]["answer_id"] == answer["id"]
    assert facts["finding.answer"]["answer_sha256"] == digest_of_answer(answer, files=())


def test_no_digest_is_of_a_text_alone(case_file):
    """Equal words in two records have two digests: the identifier of each is random."""
    case = json.loads((case_file / "data/case.json").read_text())
    [finding], [answer] = case["findings"], case["answers"]
    other = {"id": str(uuid4())}

    assert digest_of_finding(finding | other) != digest_of_finding(finding)
    assert digest_of_answer(answer | other, files=()) != digest_of_answer(answer, files=())
    for line in (case_file / "data/custody/entries.jsonl").read_text().splitlines():
        said = json.loads(json.loads(line)["entry"])
        assert "finding_sha256" not in said["facts"]
        assert "answer_sha256" not in said["facts"]


@pytest.mark.parametrize("what", ["violations", "facts"])
def test_verdicts_replaced_with_the_digest_of_their_run(case_file, ring, what):
    path = case_file / f"data/verdicts/1/{what}.parquet"
    path.write_bytes(b"PAR1 forged")
    change_row(case_file, "evaluations", **{f"{what}_sha256": sha256(b"PAR1 forged").hexdigest()})

    assert ("verdicts_differ", f"verdicts/1/{what}.parquet") in problems(case_file, ring)


def test_verdicts_removed_with_the_digest_of_their_run(case_file, ring):
    (case_file / "data/verdicts/1/facts.parquet").unlink()
    change_row(case_file, "evaluations", facts_sha256=None)

    assert problems(case_file, ring) == [("verdicts_differ", "verdicts/1/facts.parquet")]


def test_run_under_another_name(case_file, ring):
    path = case_file / "data/case.json"
    old = json.loads(path.read_text())["evaluations"][0]["id"]
    path.write_text(path.read_text().replace(old, str(uuid4())))
    seal_again(case_file)

    found = problems(case_file, ring)
    assert ("left_out", "case.json") in found
    assert ("verdicts_differ", "verdicts/1/violations.parquet") in found


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("findings", {"title": "Khác"}),
        ("findings", {"question": "Khác"}),
        ("findings", {"amount": 1}),
        ("findings", {"unit_count": 99}),
        ("findings", {"excluded_keys": ["1"]}),
        ("findings", {"reason": "Khác"}),
        ("answers", {"text": "Chúng tôi không trả."}),
        ("answers", {"submitted_by": str(uuid4())}),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_words_changed(case_file, ring, name, changes):
    change_row(case_file, name, **changes)

    assert problems(case_file, ring) == [("words_differ", "case.json")]


def test_answer_removed(case_file, ring):
    change_document(case_file, lambda case: case["answers"].clear())

    assert problems(case_file, ring) == [("left_out", "case.json")]


@pytest.mark.parametrize("name", ["findings", "answers"])
def test_record_nobody_made_added(case_file, ring, name):
    def add(case):
        case[name].append({**case[name][0], "id": str(uuid4()), "state": "candidate"})

    change_document(case_file, add)

    assert ("words_differ", "case.json") in problems(case_file, ring)


def test_file_of_an_answer_laid_to_another(case_file, ring):
    """A file said to go with an answer that named none."""

    def lay(case):
        case["items"][0]["answer_id"] = case["answers"][0]["id"]

    change_document(case_file, lay)

    assert ("words_differ", "case.json") in problems(case_file, ring)


def test_digest_taken_out_of_the_journal(case_file, ring):
    """The line is in the log: without its digest it is another line."""
    path = case_file / "data/journal.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        if row["event"] == "evaluation.finish":
            row["facts"] = json.dumps({"from": "running", "to": "done"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    seal_again(case_file)

    assert ("journal_differs", "journal.jsonl") in problems(case_file, ring)


BEFORE = {
    *("violations_sha256", "facts_sha256"),
    *("finding_sha256", "answer_sha256", "answer_id"),
}


def test_what_was_journalled_before_there_were_digests_is_told(world, verified, tmp_path):
    """As an older platform wrote it: such lines have no digest, and prove no words."""
    with world.database.write() as session:
        for row in session.exec(select(JournalEntry)):
            facts = {k: v for k, v in json.loads(row.facts).items() if k not in BEFORE}
            row.facts = json.dumps(facts, ensure_ascii=False, sort_keys=True)
            leaf = session.exec(select(CustodyLeaf).where(col(CustodyLeaf.id) == row.leaf_id)).one()
            said = json.loads(leaf.body)
            said["facts"]["journal_sha256"] = digest_of(row)
            leaf.body = canonical(said).decode()
            session.add_all((row, leaf))

    bag = take_out(world, verified, tmp_path / "bag")

    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert report.problems == ()
    assert [one.fault.value for one in report.warnings] == ["older"] * 4
