"""Case files forged together with their log: the signature that came another way tells."""

import json
from hashlib import sha256

import pytest

from evidence import key_files
from evidence.key_files import KeyFolder
from evidence.keys import KeyRing
from inspection.casefile import export_case, verify_case
from tests.inspection.casefile.conftest import ORIGIN
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.world import START


def problems(bag, ring):
    report = verify_case(bag, ring=ring)
    assert report.bag.problems == ()
    return [
        (problem.fault.value, problem.path.removeprefix("data/")) for problem in report.problems
    ]


def change_lines(path, change):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_case_file_is_borne_out_by_its_log(case_file, ring):
    report = verify_case(case_file, ring=ring)

    assert (report.problems, report.warnings) == ((), ())
    assert report.checked["entries"] > 10


def test_without_a_key_it_says_what_is_not_proven(case_file):
    report = verify_case(case_file)

    assert report.is_valid
    assert [warning.fault.value for warning in report.warnings] == ["no_key"]


def test_key_of_somebody_else(case_file, tmp_path):
    other = key_files.generate(tmp_path / "other", origin=ORIGIN, at=START)

    assert problems(case_file, KeyRing.parse(str(other))) == [
        ("head_fails", "custody/checkpoint.txt")
    ]


def test_head_rewritten(case_file, ring):
    path = case_file / "data/custody/checkpoint.txt"
    lines = path.read_text().split("\n")
    lines[1] = str(int(lines[1]) + 1)
    path.write_text("\n".join(lines))
    seal_again(case_file)

    assert problems(case_file, ring) == [("head_fails", "custody/checkpoint.txt")]


def test_entry_rewritten(case_file, ring):
    path = case_file / "data/custody/entries.jsonl"

    def rewrite(lines):
        lines[3]["entry"] = lines[3]["entry"].replace('"v":2', '"v":3')

    change_lines(path, rewrite)
    seal_again(case_file)

    assert problems(case_file, ring) == [("proof_fails", "custody/entries.jsonl")]


def test_entry_moved(case_file, ring):
    def move(lines):
        lines[3]["index"], lines[4]["index"] = lines[4]["index"], lines[3]["index"]

    change_lines(case_file / "data/custody/entries.jsonl", move)
    seal_again(case_file)

    assert problems(case_file, ring) == [
        *[("proof_fails", "custody/entries.jsonl")] * 2,
        ("order_differs", "journal.jsonl"),
        ("number_moved", "custody/entries.jsonl"),
    ]


def test_evidence_changed_everywhere_but_in_the_log(case_file, ring):
    """Bytes, record, conclusion, its digest, receipt gone: the entry of receiving remains."""
    old_path = next(path for path in (case_file / "data/evidence").rglob("*") if path.is_file())
    old = sha256(old_path.read_bytes()).hexdigest()
    content = old_path.read_bytes().replace(b"150", b"151")
    new = sha256(content).hexdigest()
    old_path.write_bytes(content)
    frozen = case_file / "data/conclusion/conclusion.json"
    frozen.write_text(frozen.read_text().replace(old, new))
    [receipt] = (case_file / "data/custody/receipts").iterdir()
    receipt.unlink()

    def agree(case):
        case["items"][0]["sha256"] = new
        case["conclusions"][0]["frozen_sha256"] = sha256(frozen.read_bytes()).hexdigest()

    change_document(case_file, agree)

    assert problems(case_file, ring) == [
        ("log_differs", "case.json"),
        ("left_out", f"custody/receipts/{receipt.name}"),
        ("conclusion_differs", "conclusion/conclusion.json"),
    ]


def test_evidence_added_as_if_accepted(case_file, ring):
    content = b"planted"
    (case_file / "data/evidence/planted.csv").write_bytes(content)

    def add(case):
        item = {
            **case["items"][0],
            "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "path": "evidence/planted.csv",
            "sha256": sha256(content).hexdigest(),
            "size_bytes": len(content),
        }
        case["items"].append(item)

    change_document(case_file, add)

    assert [fault for fault, _ in problems(case_file, ring)] == ["not_logged", "receipt_differs"]


@pytest.mark.parametrize("field", ["reason", "facts", "at", "by", "event"])
def test_journal_rewritten(case_file, ring, field):
    other = {
        "reason": "khác",
        "facts": "{}",
        "at": "2026-03-01T00:00:00Z",
        "by": None,
        "event": "x.y",
    }

    def rewrite(lines):
        index = next(i for i, line in enumerate(lines) if line["event"] == "deposit.accept")
        lines[index][field] = other[field]

    change_lines(case_file / "data/journal.jsonl", rewrite)
    seal_again(case_file)

    # What the line said of the state is gone with its facts.
    more = [("state_differs", "case.json")] if field == "facts" else []
    assert problems(case_file, ring) == [("journal_differs", "journal.jsonl"), *more]


def test_line_of_the_journal_removed(case_file, ring):
    change_lines(case_file / "data/journal.jsonl", lambda lines: lines.pop(5))
    seal_again(case_file)

    assert problems(case_file, ring) == [("journal_differs", "journal.jsonl")]


def test_no_line_of_the_journal_is_one(case_file, ring):
    with (case_file / "data/journal.jsonl").open("a") as file:
        file.write("x")
    seal_again(case_file)

    assert problems(case_file, ring) == [("bad_document", "journal.jsonl")]


def test_line_of_the_journal_added(case_file, ring):
    def add(lines):
        lines.append({**lines[-1], "id": lines[-1]["id"] + 1, "leaf_id": None})

    change_lines(case_file / "data/journal.jsonl", add)
    seal_again(case_file)

    assert problems(case_file, ring) == [("not_older", "journal.jsonl")]


def test_receipt_rewritten(case_file, ring):
    path = next((case_file / "data/custody/receipts").iterdir())
    path.write_text(path.read_text().replace("Cơ quan commune", "Cơ quan khác"))
    seal_again(case_file)

    assert problems(case_file, ring) == [("receipt_fails", f"custody/receipts/{path.name}")]


def test_log_taken_out_is_said_loudly(case_file, ring):
    for path in sorted((case_file / "data/custody").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    seal_again(case_file)

    assert problems(case_file, ring) == [("no_log", "custody/checkpoint.txt")]
    # The conclusion counts its entries: without the key, too, there must be one.
    assert problems(case_file, None) == [("no_log", "custody/checkpoint.txt")]


@pytest.mark.parametrize("name", ["entries.jsonl", "keys.json"])
def test_documents_of_the_log_that_are_none(case_file, name):
    (case_file / "data/custody" / name).write_text('{"index": []}\n')
    seal_again(case_file)

    assert problems(case_file, None) == [("bad_document", f"custody/{name}")]


def test_the_last_proofs_made_unprovable_are_told(case_file, ring):
    """As where an entry waited for its place at the time of the export."""

    def unprove(lines):
        lines[-1] |= {"index": None, "proof": []}

    change_lines(case_file / "data/custody/entries.jsonl", unprove)
    seal_again(case_file)

    report = verify_case(case_file, ring=ring)

    assert report.problems == ()
    assert [(one.fault.value, one.found) for one in report.warnings] == [("pending", "1")]


def test_a_platform_without_keys_exports_without_a_log(world, concluded, tmp_path):

    export_case(
        world.database,
        world.storage,
        keys=KeyFolder(None),
        inspection_id=concluded,
        folder=tmp_path / "bag",
        clock=world.now,
    )

    report = verify_case(tmp_path / "bag")
    assert report.is_valid
    assert [warning.fault.value for warning in report.warnings] == ["no_log"]
