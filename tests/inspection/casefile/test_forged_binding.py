"""Case files whose documents are changed where the log, left as it is, says otherwise."""

import json
import shutil
from hashlib import sha256
from uuid import uuid4

import pytest

from inspection.casefile import verify_case
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.test_conclusions import verify_one


def problems(bag, ring):
    report = verify_case(bag, ring=ring)
    assert report.bag.problems == ()
    return [
        (problem.fault.value, problem.path.removeprefix("data/")) for problem in report.problems
    ]


def receipt_of(bag):
    [path] = (bag / "data/custody/receipts").iterdir()
    return path


def change_lines(path, change):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(line) + "\n" for line in change(lines)))


def test_conclusion_and_its_pdf_replaced_with_their_digests(case_file, ring):
    frozen = case_file / "data/conclusion/conclusion.json"
    frozen.write_text(frozen.read_text().replace("nhỏ", "lớn"))
    pdf = case_file / "data/conclusion/conclusion.pdf"
    pdf.write_bytes(b"%PDF-1.7 forged")

    def agree(case):
        case["conclusions"][0] |= {
            "frozen_sha256": sha256(frozen.read_bytes()).hexdigest(),
            "pdf_sha256": sha256(pdf.read_bytes()).hexdigest(),
        }

    change_document(case_file, agree)

    assert problems(case_file, ring) == [
        ("conclusion_differs", "conclusion/conclusion.json"),
        ("pdf_differs", "conclusion/conclusion.pdf"),
    ]


def test_evidence_replaced_under_another_id(case_file, ring):
    """The real one is not here, and the one that is never came."""
    case = json.loads((case_file / "data/case.json").read_text())
    old, new = case["items"][0]["id"], str(uuid4())
    path = case_file / "data/case.json"
    path.write_text(path.read_text().replace(old, new))
    seal_again(case_file)

    assert problems(case_file, ring) == [("not_logged", "case.json"), ("left_out", "case.json")]


def test_evidence_planted_as_of_another_organization(case_file, ring):
    content = b"planted"
    (case_file / "data/evidence/planted.csv").write_bytes(content)

    def add(case):
        case["items"].append(
            {
                **case["items"][0],
                "id": str(uuid4()),
                "deposit_id": str(uuid4()),
                "path": "evidence/planted.csv",
                "sha256": sha256(content).hexdigest(),
                "size_bytes": len(content),
            }
        )

    change_document(case_file, add)

    assert problems(case_file, ring) == [("not_logged", "case.json")]


def test_receipt_removed(case_file, ring):
    path = receipt_of(case_file)
    path.unlink()
    seal_again(case_file)

    assert problems(case_file, ring) == [("left_out", f"custody/receipts/{path.name}")]


def test_file_renamed(case_file, ring):
    """The receipt tells what it was called when it was handed in."""
    change_document(case_file, lambda case: case["items"][0].update(name="khác.csv"))

    receipt = receipt_of(case_file).name
    assert problems(case_file, ring) == [("receipt_differs", f"custody/receipts/{receipt}")]


def test_campaign_said_to_be_closed(case_file, ring):
    change_document(case_file, lambda case: case["campaign"][0].update(state="closed"))

    assert problems(case_file, ring) == [("state_differs", "case.json")]


def test_receipt_of_another_deposit(world, concluded, tmp_path):
    """A true one of the same platform, in the place of another."""
    bag = take_out(world, concluded, tmp_path / "bag")
    campaign_id = world.draft()
    world.open(campaign_id)
    other = take_out(world, verify_one(world, campaign_id), tmp_path / "other")
    path = receipt_of(bag)
    shutil.copy(receipt_of(other), path)
    seal_again(bag)

    # It names other files than lie here; and it is not the one that was bound.
    found = problems(bag, keys_of(world).find_ring())
    assert found == [("receipt_differs", f"custody/receipts/{path.name}")] * 2


@pytest.mark.parametrize("state", ["submitted", "returned", "superseded"])
def test_state_of_a_deposit_changed(case_file, ring, state):
    change_document(case_file, lambda case: case["deposits"][0].update(state=state))

    assert problems(case_file, ring) == [("state_differs", "case.json")]


@pytest.mark.parametrize("name", ["findings", "conclusions", "inspection"])
def test_state_of_something_else_changed(case_file, ring, name):
    change_document(case_file, lambda case: case[name][0].update(state="answered"))

    assert problems(case_file, ring) == [("state_differs", "case.json")]


@pytest.mark.parametrize("name", ["deposits", "findings"])
def test_record_removed(case_file, ring, name):
    change_document(case_file, lambda case: case[name].clear())

    assert ("left_out", "case.json") in problems(case_file, ring)


def test_rules_of_another_pack(case_file, ring):
    """Another pack, whole and fitting its runs: the journal says which one was frozen."""
    manifest = case_file / "data/pack/manifest-sha256.txt"
    rule = next((case_file / "data/pack/rules").iterdir())
    old, old_digest = sha256(rule.read_bytes()).hexdigest(), sha256(manifest.read_bytes())
    rule.write_bytes(rule.read_bytes() + b"\n")
    manifest.write_text(manifest.read_text().replace(old, sha256(rule.read_bytes()).hexdigest()))
    path = case_file / "data/case.json"
    new_digest = sha256(manifest.read_bytes()).hexdigest()
    path.write_text(path.read_text().replace(old_digest.hexdigest(), new_digest))
    seal_again(case_file)

    assert problems(case_file, ring) == [("pack_differs", "case.json")]


def test_approval_left_out_with_its_entry(case_file, ring):
    """The conclusion has no approval to stand on, and is issued from where nothing has led."""
    journal = case_file / "data/journal.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    [leaf_id] = [line["leaf_id"] for line in lines if line["event"] == "conclusion.approve"]
    change_lines(journal, lambda lines: [one for one in lines if one["leaf_id"] != leaf_id])
    change_lines(
        case_file / "data/custody/entries.jsonl",
        lambda lines: [one for one in lines if leaf_id not in one["entry"]],
    )
    seal_again(case_file)

    assert problems(case_file, ring) == [
        ("step_missing", "journal.jsonl"),
        ("conclusion_differs", "conclusion/conclusion.json"),
        ("entry_missing", "custody/entries.jsonl"),
    ]


def test_approval_forged_as_an_entry_that_waits(case_file, ring):
    """An entry without a place in the log binds nothing."""
    journal = case_file / "data/journal.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    [leaf_id] = [line["leaf_id"] for line in lines if line["event"] == "conclusion.approve"]

    def wait(lines):
        for line in lines:
            waits = leaf_id in line["entry"]
            yield {**line, "index": None, "proof": []} if waits else line

    change_lines(case_file / "data/custody/entries.jsonl", wait)
    seal_again(case_file)

    # Entries get their places in the order they were written: none waits before others.
    assert problems(case_file, ring) == [
        ("order_differs", "journal.jsonl"),
        ("step_missing", "journal.jsonl"),
        ("conclusion_differs", "conclusion/conclusion.json"),
        ("number_moved", "custody/entries.jsonl"),
    ]


def test_inspection_of_another_name(case_file, ring):
    """True entries and lines of one inspection prove nothing of another."""
    change_document(case_file, lambda case: case["inspection"][0].update(id=str(uuid4())))

    assert ("other_case", "custody/entries.jsonl") in problems(case_file, ring)
