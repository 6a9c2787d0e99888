"""`thanhtra case` and `thanhtra verify case`, as an operator and a court run them."""

import json
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlmodel import col, select

from evidence.receipt import verify_receipt
from inspection import deposits
from inspection.custody import enter_pending
from inspection.receipts import get_receipt
from inspection.tables import Deposit, EvidenceItem, Inspection, JournalEntry, OutboxEntry
from tests.api.platform import platform_in, run, settings_of
from tests.evidence.bag.making import make_bag
from tests.inspection.casefile.conftest import case_file, keys_of, ring, sealed_once
from tests.inspection.casefile.forging import seal_again
from tests.inspection.test_versions import act
from tests.inspection.world import PAYMENTS, case_of

__all__ = ["case_file", "ring", "sealed_once"]


def test_verify_says_that_a_case_file_is_intact(case_file):
    told = run("verify", "case", case_file)

    assert told.exit_code == 0
    assert told.output.startswith("The case file is intact: ")
    assert "thanh toán năm 2010 – Cơ quan commune" in told.output


def test_verify_takes_the_key_from_elsewhere(case_file, ring, tmp_path):
    (tmp_path / "ring.json").write_text(ring.to_json())

    for key in (str(ring.keys[0]), tmp_path / "ring.json"):
        told = run("verify", "case", case_file, "--key", key)
        assert told.exit_code == 0
        assert "Not proven" not in told.output
    assert "Not proven" in run("verify", "case", case_file).output
    assert run("verify", "case", case_file, "--key", "nothing").exit_code == 2


def test_verify_takes_a_receipt_from_elsewhere(case_file, ring, tmp_path):
    [path] = (case_file / "data/custody/receipts").iterdir()
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(path.read_bytes())
    entries = case_file / "data/custody/entries.jsonl"
    told = run("verify", "case", case_file, "--key", ring.keys[0], "--receipt", receipt)
    assert told.exit_code == 0

    lines = entries.read_text().splitlines(keepends=True)
    [cut] = [one for one in lines if "deposit.certify" in one]
    entries.write_text("".join(one for one in lines if one != cut))
    seal_again(case_file)
    number = json.loads(json.loads(cut)["entry"])["series"]["number"]

    told = run("verify", "case", case_file, "--key", ring.keys[0], "--receipt", receipt)
    assert told.exit_code == 1
    assert f"of this inspection, these are missing: {number}." in told.output
    assert f"  {receipt}: the log knows " in told.output
    said = run("verify", "case", case_file, "--receipt", receipt, "--lang", "vi").output
    assert f"mục của cuộc thanh tra này, thiếu mục {number}." in said


def test_verify_names_the_file_and_the_reason(case_file):
    path = next(path for path in (case_file / "data/evidence").rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes() + b"x")

    told = run("verify", "case", case_file, "--lang", "vi")
    data = json.loads(run("verify", "case", case_file, "--json").output)

    assert told.exit_code == 1
    name = path.relative_to(case_file).as_posix()
    assert told.output.splitlines()[1].startswith(f"  {name}: nội dung đã khác: mã băm ghi ")
    assert data["is_valid"] is False
    assert data["problems"][0]["path"] == name


def test_a_name_cannot_steer_the_terminal(case_file):
    (case_file / "data" / "\x1b[2Jok").write_bytes(b"")

    told = run("verify", "case", case_file)

    assert "\x1b" not in told.output
    assert "data/\\x1b[2Jok" in told.output


@pytest.fixture
def platform(tmp_path):
    with platform_in(tmp_path) as world:
        yield world


def test_export_writes_a_case_file_and_tells_its_digest(platform, tmp_path):
    campaign_id = platform.draft()
    platform.open(campaign_id)
    inspection_id, _ = case_of(platform, campaign_id)
    platform.take_in(campaign_id)

    told = run(
        "case", "export", inspection_id, "--into", tmp_path / "out", env=settings_of(platform)
    )

    assert told.exit_code == 0
    tagmanifest = (tmp_path / "out" / "tagmanifest-sha256.txt").read_bytes()
    assert sha256(tagmanifest).hexdigest() in told.output
    assert run("verify", "case", tmp_path / "out").exit_code == 0


def test_export_leaves_other_folders_alone(platform, tmp_path):
    campaign_id = platform.draft()
    platform.open(campaign_id)
    inspection_id, _ = case_of(platform, campaign_id)

    told = run("case", "export", inspection_id, "--into", tmp_path, env=settings_of(platform))

    assert told.exit_code == 2
    assert "holds something else" in told.stderr


def test_export_of_nothing_is_refused(platform, tmp_path):
    told = run("case", "export", uuid4(), "--into", tmp_path / "x", env=settings_of(platform))

    assert told.exit_code == 2


@pytest.fixture
def asked(platform):
    """An inspection under way, its request, and the settings."""
    campaign_id = platform.draft()
    platform.open(campaign_id)
    return case_of(platform, campaign_id)


def take(platform, asked, bag, *, by="officer"):
    inspection_id, request_id = asked
    where = ("--inspection", inspection_id, "--request", request_id)
    return run("case", "import", bag, *where, "--by", by, env=settings_of(platform))


def rows(platform, table):
    with platform.database.read() as session:
        return session.exec(select(table)).all()


FILES = {"quý 1/Bảng kê.csv": PAYMENTS, "quý 2/Bảng kê.csv": PAYMENTS + b"1,2010-01-01,X,1\n"}


def test_import_gives_the_same_record_as_the_web(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)

    told = take(platform, asked, tmp_path / "disk")

    items = {item.sha256: item for item in rows(platform, EvidenceItem)}
    over_the_web = platform.upload(*asked, content=b"x")
    web = platform.get(EvidenceItem, over_the_web.item_id)
    assert told.exit_code == 0
    assert set(items) == {sha256(content).hexdigest() for content in FILES.values()}
    for item in items.values():
        assert (item.name, item.media_type, item.received_by, item.deposit_id) == (
            "Bảng kê.csv",
            "text/csv",
            web.received_by,
            web.deposit_id,
        )
    assert len(rows(platform, Deposit)) == 1
    # Each waits to be read, and was entered into the journal, as after an upload.
    asked_for = [entry.subject_id for entry in rows(platform, OutboxEntry)]
    assert {item.id for item in items.values()} <= set(asked_for)
    events = [entry.event for entry in rows(platform, JournalEntry)]
    assert events.count("evidence.receive") == 3
    assert events.count("deposit.import") == 1


def test_import_again_takes_nothing_twice(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)
    take(platform, asked, tmp_path / "disk")

    told = take(platform, asked, tmp_path / "disk")

    assert told.exit_code == 0
    assert len(rows(platform, EvidenceItem)) == 2


def test_import_after_a_return_begins_the_next_version(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)
    take(platform, asked, tmp_path / "disk")
    [first] = rows(platform, Deposit)
    act(platform, deposits.submit_deposit, "officer", first.id, note="")
    again = take(platform, asked, tmp_path / "disk")
    act(platform, deposits.return_deposit, "member", first.id, reason="Thiếu")

    told = take(platform, asked, tmp_path / "disk")

    assert (again.exit_code, told.exit_code) == (2, 0)
    found = {deposit.id: deposit.number for deposit in rows(platform, Deposit)}
    assert sorted(found.values()) == [1, 2]
    numbers = sorted(found[item.deposit_id] for item in rows(platform, EvidenceItem))
    assert numbers == [1, 1, 2, 2]


def test_two_organizations_may_bring_the_same_disk(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)
    take(platform, asked, tmp_path / "disk")
    [deposit] = rows(platform, Deposit)
    campaign_id = platform.get(Inspection, asked[0]).campaign_id
    neighbour = case_of(platform, campaign_id, "neighbour")

    told = take(platform, neighbour, tmp_path / "disk", by="other")

    assert told.exit_code == 0
    cases = {one.inspection_id for one in rows(platform, Deposit)}
    assert cases == {deposit.inspection_id, neighbour[0]}
    assert len(rows(platform, EvidenceItem)) == 4


def test_what_was_taken_out_does_not_count_as_brought(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)
    take(platform, asked, tmp_path / "disk")
    item = rows(platform, EvidenceItem)[0]
    platform.write(
        deposits.remove_file,
        actor=platform.actor("officer"),
        deposit_id=item.deposit_id,
        item_id=item.id,
    )

    told = take(platform, asked, tmp_path / "disk")

    assert told.exit_code == 2
    assert "taken out of this answer" in told.stderr
    events = [entry.event for entry in rows(platform, JournalEntry)]
    assert events.count("deposit.import") == 1


def test_a_corrupted_bag_is_refused_with_its_files_and_nothing_is_taken(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)
    (tmp_path / "disk/data/quý 2/Bảng kê.csv").write_bytes(PAYMENTS)
    (tmp_path / "disk/data/more").write_bytes(b"")

    told = take(platform, asked, tmp_path / "disk")

    lines = told.output.splitlines()
    assert told.exit_code == 1
    assert lines[0] == "The bag is not intact (3 problems); nothing was taken."
    assert [line.split(": ")[0].strip() for line in lines[1:]] == [
        "data/more",
        "data/quý 2/Bảng kê.csv",
        "bag-info.txt",
    ]
    assert rows(platform, EvidenceItem) == []
    assert rows(platform, Deposit) == []


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"empty.csv": b"", "full.csv": b"x"}, "data/empty.csv has 0 bytes"),
        ({"ro-crate-metadata.json": b"{}"}, "holds no file"),
    ],
)
def test_a_bag_that_cannot_be_taken_whole_is_not_taken(platform, asked, tmp_path, files, says):
    make_bag(tmp_path / "disk", files)

    told = take(platform, asked, tmp_path / "disk")

    assert told.exit_code == 2
    assert says in told.stderr
    assert rows(platform, EvidenceItem) == []


@pytest.mark.parametrize("by", ["other", "lead", "nobody", "admin"])
def test_only_people_of_the_organization_bring_its_deposits(platform, asked, tmp_path, by):
    make_bag(tmp_path / "disk", FILES)

    assert take(platform, asked, tmp_path / "disk", by=by).exit_code == 2
    assert rows(platform, EvidenceItem) == []


def test_import_is_written_down_once_it_is_whole(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)
    take(platform, asked, tmp_path / "disk")

    with platform.database.read() as session:
        entry = session.exec(
            select(JournalEntry).where(col(JournalEntry.event) == "deposit.import")
        ).one()

    assert json.loads(entry.facts) == {"files": 2, "size_bytes": 2 * len(PAYMENTS) + 17}


def test_the_receipt_is_the_same_as_over_the_web(platform, asked, tmp_path):
    make_bag(tmp_path / "disk", FILES)
    take(platform, asked, tmp_path / "disk")
    for item in rows(platform, EvidenceItem):
        platform.read_item(item.id)
    [deposit] = rows(platform, Deposit)
    platform.accept(deposit.id)
    keys = keys_of(platform)
    enter_pending(platform.database, keys, clock=platform.now)

    receipt = platform.read(
        get_receipt,
        actor=platform.actor("officer"),
        deposit_id=deposit.id,
        ring=keys.find_ring(),
    )

    verified = verify_receipt(receipt.to_json(), keys.find_ring())
    assert sorted((file.name, file.size_bytes, file.sha256) for file in verified.files) == sorted(
        ("Bảng kê.csv", len(content), sha256(content).hexdigest()) for content in FILES.values()
    )
