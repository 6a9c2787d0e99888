"""Case files of destroyed evidence: bytes are missing where a certificate says so, or never."""

import json
import shutil
import tracemalloc
from pathlib import Path
from uuid import uuid4

import pytest

from evidence.digest import Digest
from evidence.locking import years_after
from evidence.receipt import LARGEST_RECEIPT
from inspection.casefile import export_case, verify_case
from inspection.errors import ConflictError
from inspection.keeping import (
    erase_destroyed,
    load_classes,
    move_destruction,
    propose_destruction,
)
from inspection.tables import Inspection
from inspection.workflow.states import Act, InspectionState
from tests.inspection.casefile.conftest import conclude, keys_of, take_out
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.casefile.test_forged_binding import change_lines, problems
from tests.inspection.test_conclusions import verify_one
from tests.inspection.world import PAYMENTS, START, new_world

LATE = years_after(START, 21)


def destroy(world, inspection_id):
    """Two persons destroy all evidence of an inspection, and it is erased."""
    told = {"classes": load_classes(), "at": LATE}
    with world.database.write() as session:
        destruction_id = propose_destruction(
            session,
            actor=world.actor("member"),
            inspection_id=inspection_id,
            cause="Hết thời hạn.",
            **told,
        )
    with world.database.write() as session:
        move_destruction(
            session,
            actor=world.actor("lead"),
            destruction_id=destruction_id,
            act=Act.CONFIRM,
            version=1,
            **told,
        )
    erase_destroyed(world.database, world.storage, cache=world.folder / "cache", clock=lambda: LATE)
    return destruction_id


@pytest.fixture(scope="session")
def destroyed_once(tmp_path_factory):
    """Two case files of one platform, each with its evidence destroyed."""
    folder = tmp_path_factory.mktemp("destroyed")
    world = new_world(folder)
    bags = []
    for name in ("bag", "other"):
        campaign_id = world.draft()
        world.open(campaign_id)
        inspection_id = verify_one(world, campaign_id)
        if name == "bag":
            conclude(world, inspection_id)
        else:  # what comes of it does not matter: it is closed
            with world.database.write() as session:
                session.get_one(Inspection, inspection_id).state = InspectionState.CANCELLED
        destroy(world, inspection_id)
        bags.append(take_out(world, inspection_id, folder / name))
    assert not world.storage.exists(Digest.of(PAYMENTS))
    yield world, bags
    world.database.close()


@pytest.fixture
def bag(destroyed_once, tmp_path):
    return Path(shutil.copytree(destroyed_once[1][0], tmp_path / "bag"))


@pytest.fixture
def ring(destroyed_once):
    return keys_of(destroyed_once[0]).find_ring()


def certificate_of(bag):
    [path] = (bag / "data/custody/destructions").iterdir()
    return path


def path_of(bag):
    return f"custody/destructions/{certificate_of(bag).name}"


def change_certificate(bag, change):
    path = certificate_of(bag)
    said = json.loads(path.read_text())
    change(said)
    path.write_text(json.dumps(said))
    seal_again(bag)


def drop(bag, *words):
    """Take every entry and line of the journal out that holds all of these words."""
    entries = bag / "data/custody/entries.jsonl"
    dropped = [
        json.loads(json.loads(line)["entry"])["id"]
        for line in entries.read_text().splitlines()
        if all(word in line for word in words)
    ]
    assert dropped
    change_lines(
        entries,
        lambda lines: [one for one in lines if json.loads(one["entry"])["id"] not in dropped],
    )
    change_lines(
        bag / "data/journal.jsonl",
        lambda lines: [one for one in lines if one["leaf_id"] not in dropped],
    )
    seal_again(bag)


def test_a_certificate_stands_in_the_place_of_the_bytes(bag, ring):
    case = json.loads((bag / "data/case.json").read_text())
    report = verify_case(bag, ring=ring)

    assert (report.problems, report.bag.problems, report.warnings) == ((), (), ())
    assert (report.checked["destroyed"], report.checked["receipts"]) == (1, 1)
    [row] = case["destroyed"]
    assert (case["format"], case["items"]) == ("thanhtra.case/2", [])
    assert (row["name"], row["sha256"], row["size_bytes"]) == (
        "bảng kê.csv",
        Digest.of(PAYMENTS).hex,
        len(PAYMENTS),
    )
    assert (row["erasure"], row["destroyed_at"][:10]) == ("erased", f"{LATE:%Y-%m-%d}")
    assert not (bag / "data/evidence").exists()
    crate = (bag / "data/ro-crate-metadata.json").read_text()
    assert path_of(bag) in crate


def test_without_a_key_the_certificate_is_checked_with_those_of_the_disk(bag):
    report = verify_case(bag)

    assert report.is_valid
    assert [one.fault.value for one in report.warnings] == ["no_key"]


def test_file_dropped_and_told_as_destroyed_without_a_certificate(case_file, sealed_once):
    """The file was never destroyed: no entry says so, and no certificate can be shown."""
    destruction_id = str(uuid4())
    shutil.rmtree(case_file / "data/evidence")

    def drop_it(case):
        item = case["items"].pop()
        end = {"destruction_id": destruction_id, "destroyed_at": "", "erasure": "erased"}
        case["destroyed"] = [{**item, **end}]

    change_document(case_file, drop_it)

    assert problems(case_file, keys_of(sealed_once[0]).find_ring()) == [
        ("no_certificate", f"custody/destructions/{destruction_id}.json"),
        ("not_destroyed", "case.json"),
    ]


def test_certificate_removed(bag, ring):
    path = path_of(bag)
    certificate_of(bag).unlink()
    seal_again(bag)

    assert problems(bag, ring) == [("no_certificate", path)]


def test_row_removed_with_its_certificate(bag, ring):
    """That the log knows of a destruction excuses nobody from telling of it."""
    certificate_of(bag).unlink()
    change_document(bag, lambda case: case["destroyed"].clear())

    assert ("left_out", "case.json") in problems(bag, ring)


def test_certificate_of_another_destruction(destroyed_once, bag, ring):
    """A true one of the same platform, over the same bytes, under the name of this one."""
    shutil.copy(certificate_of(destroyed_once[1][1]), certificate_of(bag))
    seal_again(bag)

    assert problems(bag, ring) == [("certificate_differs", path_of(bag))]


def test_certificate_of_another_inspection_brought_along_with_its_row(destroyed_once, bag, ring):
    other = certificate_of(destroyed_once[1][1])
    certificate_of(bag).unlink()
    shutil.copy(other, bag / "data/custody/destructions" / other.name)

    def point(case):
        case["destroyed"][0]["destruction_id"] = other.stem

    change_document(bag, point)

    assert problems(bag, ring) == [
        ("not_destroyed", "case.json"),
        ("certificate_differs", path_of(bag)),
    ]


@pytest.mark.parametrize(
    "member", ["id", "name", "sha256", "size_bytes"], ids=lambda member: f"another-{member}"
)
def test_certificate_of_another_file(bag, ring, member):
    """One word of the statement changed: the entry in the log binds every one of them."""

    def change(said):
        said["statement"]["files"][0][member] = {
            "id": str(uuid4()),
            "name": "khác.csv",
            "sha256": "0" * 64,
            "size_bytes": 1,
        }[member]

    change_certificate(bag, change)

    assert problems(bag, ring) == [("certificate_fails", path_of(bag))]


@pytest.mark.parametrize("member", ["name", "size_bytes"])
def test_row_changed_beside_a_true_certificate(bag, ring, member):
    other = {"name": "khác.csv", "size_bytes": 1}[member]
    change_document(bag, lambda case: case["destroyed"][0].update({member: other}))

    assert ("certificate_differs", path_of(bag)) in problems(bag, ring)


def test_certificate_with_a_bad_signature(bag, ring):
    def sign(said):
        head, signature = said["checkpoint"].rsplit(" ", 1)
        said["checkpoint"] = f"{head} {signature[:-8]}{'AAAAAA=='}\n"

    change_certificate(bag, sign)

    assert problems(bag, ring) == [("certificate_fails", path_of(bag))]


def test_certificate_that_is_a_receipt(bag, ring):
    """A true document of the platform, and of another kind."""
    [receipt] = (bag / "data/custody/receipts").iterdir()
    shutil.copy(receipt, certificate_of(bag))
    seal_again(bag)

    assert problems(bag, ring) == [("certificate_fails", path_of(bag))]
    change_certificate(bag, lambda said: said.update(kind="thanhtra.destruction"))
    assert problems(bag, ring) == [("certificate_fails", path_of(bag))]


def test_entry_of_the_destruction_absent(bag, ring):
    drop(bag, "evidence.destroy")

    assert problems(bag, ring) == [
        ("not_destroyed", "case.json"),
        ("entry_missing", "custody/entries.jsonl"),
    ]


def test_entry_of_the_decision_absent(bag, ring):
    drop(bag, "destruction.confirm")

    assert problems(bag, ring) == [
        ("step_missing", "journal.jsonl"),
        ("certificate_differs", path_of(bag)),
        ("entry_missing", "custody/entries.jsonl"),
    ]


def test_time_of_the_destruction_changed(bag, ring):
    change_document(
        bag, lambda case: case["destroyed"][0].update(destroyed_at=f"{START.isoformat()}")
    )

    assert problems(bag, ring) == [("not_destroyed", "case.json")]


def test_all_of_the_log_removed(bag):
    """Without a log nothing says that anything was destroyed: not even without a key."""
    shutil.rmtree(bag / "data/custody")
    seal_again(bag)

    assert ("no_log", "custody/checkpoint.txt") in problems(bag, None)


def test_the_word_of_an_older_format_is_not_taken(bag, ring):
    """Files of format 1 knew no destroyed evidence."""
    change_document(bag, lambda case: case.update(format="thanhtra.case/1"))

    found = problems(bag, ring)
    assert ("left_out", "case.json") in found
    assert ("unlisted", path_of(bag)) in found


def test_a_case_file_of_format_1_is_read_as_before(case_file, sealed_once):
    def older(case):
        del case["destroyed"]
        case["format"] = "thanhtra.case/1"

    change_document(case_file, older)

    report = verify_case(case_file, ring=keys_of(sealed_once[0]).find_ring())
    assert (report.problems, report.warnings) == ((), ())


def test_where_no_log_can_say_so_nothing_is_exported(world, concluded, tmp_path):
    destroy(world, concluded)

    class NoKeys:
        def find_ring(self):
            return None

        def find_signer(self):
            return None

    with pytest.raises(ConflictError) as refused:
        export_case(
            world.database,
            world.storage,
            keys=NoKeys(),
            inspection_id=concluded,
            folder=tmp_path / "bag",
            clock=world.now,
        )

    assert refused.value.code == "casefile.destroyed"


def test_a_giant_certificate_is_not_read(bag, ring):
    path = certificate_of(bag)
    with path.open("r+b") as file:
        file.truncate(LARGEST_RECEIPT + 1)
    seal_again(bag)

    tracemalloc.start()
    found = verify_case(bag, ring=ring).problems
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [(one.fault.value, one.found) for one in found] == [
        ("certificate_fails", "custody.receipt_too_large")
    ]
    assert peak < LARGEST_RECEIPT // 2
