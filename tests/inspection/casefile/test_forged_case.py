"""Case files forged by somebody who seals them again: each refused with its reason."""

import json
from hashlib import sha256

import pytest

from inspection.casefile import verify_case
from tests.inspection.casefile.forging import change_document, seal_again


def problems(bag):
    report = verify_case(bag)
    assert report.bag.problems == ()
    assert not report.is_valid
    return [(problem.fault.value, problem.path) for problem in report.problems]


def evidence(bag):
    return next(path for path in (bag / "data/evidence").rglob("*") if path.is_file())


def named(bag, path):
    return path.relative_to(bag).as_posix()


def test_sealing_again_alone_changes_nothing(case_file):
    seal_again(case_file)

    assert verify_case(case_file).is_valid


def test_evidence_changed(case_file):
    path = evidence(case_file)
    path.write_bytes(path.read_bytes().replace(b"150", b"151"))
    seal_again(case_file)

    assert problems(case_file) == [("evidence_differs", named(case_file, path))]


def test_evidence_removed(case_file):
    path = evidence(case_file)
    path.unlink()
    seal_again(case_file)

    assert problems(case_file) == [("not_in_bag", named(case_file, path))]


def test_evidence_removed_with_its_record(case_file):
    path = evidence(case_file)
    path.unlink()
    change_document(case_file, lambda case: case["items"].clear())

    assert [fault for fault, _ in problems(case_file)] == [
        "input_missing",
        "input_missing",
        "receipt_differs",
        "left_out",
    ]


def test_evidence_changed_with_its_record(case_file):
    path = evidence(case_file)
    content = path.read_bytes().replace(b"150", b"151")
    path.write_bytes(content)

    def agree(case):
        case["items"][0]["sha256"] = sha256(content).hexdigest()

    change_document(case_file, agree)

    # The conclusion, frozen at approval, still cites what was received; log and receipt say it.
    assert [fault for fault, _ in problems(case_file)] == [
        "input_missing",
        "log_differs",
        "receipt_differs",
    ]


def test_file_added(case_file):
    (case_file / "data/evidence/more.csv").write_bytes(b"x")
    seal_again(case_file)

    assert problems(case_file) == [("unlisted", "data/evidence/more.csv")]


def test_file_added_beside_the_payload(case_file):
    (case_file / "ORDER.txt").write_bytes(b"x")

    assert problems(case_file) == [("unlisted", "ORDER.txt")]


def test_rule_changed(case_file):
    path = next((case_file / "data/pack/rules").iterdir())
    path.write_bytes(path.read_bytes() + b"\n")
    seal_again(case_file)

    assert problems(case_file) == [("pack_differs", named(case_file, path))]


def test_rule_changed_with_the_manifest_of_the_pack(case_file):
    path = next((case_file / "data/pack/rules").iterdir())
    old = sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + b"\n")
    manifest = case_file / "data/pack/manifest-sha256.txt"
    new = sha256(path.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(old, new))
    seal_again(case_file)

    assert problems(case_file) == [("pack_differs", "data/pack/manifest-sha256.txt")]


@pytest.mark.parametrize("what", ["violations", "facts"])
def test_verdicts_changed(case_file, what):
    path = case_file / f"data/verdicts/1/{what}.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    seal_again(case_file)

    assert problems(case_file) == [("verdicts_differ", named(case_file, path))]


def test_conclusion_changed(case_file):
    path = case_file / "data/conclusion/conclusion.json"
    path.write_text(path.read_text().replace("nhỏ", "lớn"))
    seal_again(case_file)

    assert problems(case_file) == [("conclusion_differs", "data/conclusion/conclusion.json")]


def test_pdf_changed(case_file):
    path = case_file / "data/conclusion/conclusion.pdf"
    path.write_bytes(path.read_bytes() + b"\n")
    seal_again(case_file)

    assert problems(case_file) == [("pdf_differs", "data/conclusion/conclusion.pdf")]


def test_pdf_removed(case_file):
    (case_file / "data/conclusion/conclusion.pdf").unlink()
    seal_again(case_file)

    assert problems(case_file) == [("pdf_differs", "data/conclusion/conclusion.pdf")]


def test_any_bag_is_no_case_file(case_file):
    (case_file / "data/case.json").unlink()
    seal_again(case_file)

    assert problems(case_file) == [("not_a_case", "data/case.json")]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"format": "other"}', b"[" * 100_000, b'{"format": "thanhtra.case/1"}'],
)
def test_document_that_is_none(case_file, content):
    (case_file / "data/case.json").write_bytes(content)
    seal_again(case_file)

    assert set(problems(case_file)) == {("bad_document", "data/case.json")}


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case.update(items=[{"id": [], "path": {}, "sha256": []}]),
        lambda case: case.update(items="x"),
        lambda case: case.update(evaluations=[[]]),
        lambda case: case.update(conclusions=[{"frozen_sha256": {}}]),
    ],
)
def test_document_of_strange_values(case_file, change):
    change_document(case_file, change)

    assert problems(case_file)


@pytest.mark.parametrize("name", ["case.json", "journal.jsonl", "conclusion/conclusion.json"])
def test_two_members_of_one_name(case_file, name):
    """One reader would see the first, another the last."""
    path = case_file / "data" / name
    path.write_text('{"facts":"{}","findings":[],"document":{},' + path.read_text().lstrip()[1:])
    seal_again(case_file)

    assert ("bad_document", f"data/{name}") in problems(case_file)


def test_frozen_text_of_strange_values(case_file):
    (case_file / "data/conclusion/conclusion.json").write_text(json.dumps({"document": []}))
    seal_again(case_file)

    assert problems(case_file) == [
        ("conclusion_differs", "data/conclusion/conclusion.json"),
        ("bad_document", "data/conclusion/conclusion.json"),
    ]


def test_evidence_is_never_parsed(case_file):
    """A case file whose evidence would break every reader is read to its end."""
    path = evidence(case_file)
    path.write_bytes(b"PK\x03\x04" + b"\0" * 1000)
    seal_again(case_file)

    assert problems(case_file) == [("evidence_differs", named(case_file, path))]
