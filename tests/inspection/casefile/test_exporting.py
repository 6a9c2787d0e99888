"""One inspection out of the platform: whole, checked by others, continued after a break."""

import json
import subprocess
from hashlib import sha256
from urllib.parse import quote
from uuid import uuid4
from zipfile import ZipFile

import bagit
import pytest
from rocrate.rocrate import ROCrate
from sqlmodel import col, select

from evidence.bag import verify_bag
from evidence.custody.tables import CustodyLeaf
from evidence.digest import Digest
from evidence.errors import EvidenceAlteredError
from evidence.screening.values import Level
from inspection import deposits, screening
from inspection.casefile import export_case, stream_case, verify_case
from inspection.errors import NotAllowedError, NotFoundError
from inspection.tables import Conclusion, EvidenceItem, JournalEntry, Screening
from inspection.workflow.states import ScreeningState
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.quarantining import forget, quarantined
from tests.inspection.test_versions import accepted, act, twice
from tests.inspection.world import PAYMENTS, case_of

__all__ = ["twice"]


def document(bag):
    return json.loads((bag / "data" / "case.json").read_text())


def test_the_case_file_holds_everything_under_its_digest(case_file):
    case = document(case_file)
    paths = sorted(
        path.relative_to(case_file / "data").as_posix()
        for path in (case_file / "data").rglob("*")
        if path.is_file() and "pack" not in path.parts
    )

    item = case["items"][0]
    assert (case_file / "data" / item["path"]).read_bytes() == PAYMENTS
    assert item["name"] == "bảng kê.csv"
    assert paths == [
        "case.json",
        "conclusion/conclusion.json",
        "conclusion/conclusion.pdf",
        "custody/checkpoint.txt",
        "custody/entries.jsonl",
        "custody/keys.json",
        f"custody/receipts/{case['deposits'][0]['id']}.json",
        item["path"],
        "journal.jsonl",
        "ro-crate-metadata.json",
        "verdicts/1/facts.parquet",
        "verdicts/1/violations.parquet",
    ]
    assert [len(case[name]) for name in ("deposits", "findings", "answers", "conclusions")] == [
        1,
        1,
        1,
        1,
    ]
    assert {person["full_name"] for person in case["people"]} >= {"Người officer", "Người issuer"}
    assert "password_hash" not in (case_file / "data" / "case.json").read_text()


def test_two_other_programs_take_it(case_file, ring):
    bagit.Bag(str(case_file)).validate()
    crate = ROCrate(case_file / "data")
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", manifest], cwd=case_file, check=True
        )

    report = verify_case(case_file, ring=ring)
    files = {entity.id: entity for entity in crate.get_entities() if entity.type == "File"}
    assert (report.problems, report.bag.problems, report.warnings) == ((), (), ())
    lines = (case_file / "data/journal.jsonl").read_text().splitlines()
    entries = (case_file / "data/custody/entries.jsonl").read_text().splitlines()
    said = [json.loads(json.loads(line)["entry"]) for line in entries]
    without_line = sorted(one["act"] for one in said if "journal_sha256" not in one["facts"])
    assert without_line == ["evidence.use", "request.open"]
    assert report.checked == {
        "entries": len(lines) + len(without_line),
        "receipts": 1,
        "evidence": 1,
        "inputs": 1,
        "packs": 1,
        "verdicts": 2,
        "conclusion": 2,
    }
    # Every payload file but the metadata itself is described, with the digest it has.
    assert {f"data/{one}": entity["sha256"] for one, entity in files.items()} == {
        quote(path): lying.sha256
        for path, lying in report.bag.payload.items()
        if path != "data/ro-crate-metadata.json"
    }


def test_every_reference_of_the_metadata_leads_somewhere(case_file):
    graph = json.loads((case_file / "data" / "ro-crate-metadata.json").read_text())["@graph"]
    known = {entity["@id"] for entity in graph}

    def references(value):
        if isinstance(value, dict):
            yield from [value["@id"]] if set(value) == {"@id"} else references([*value.values()])
        elif isinstance(value, list):
            for one in value:
                yield from references(one)

    assert {ref for ref in references(graph) if not ref.startswith("https://")} - known == set()
    assert len(known) == len(graph)


def test_the_export_is_written_into_the_journal_and_into_the_file(sealed_once, case_file):
    world, _ = sealed_once
    with world.database.read() as session:
        entries = session.exec(
            select(JournalEntry)
            .where(col(JournalEntry.event).startswith("case."))
            .order_by(col(JournalEntry.id))
        ).all()
    written = (case_file / "data/journal.jsonl").read_text()
    lines = [json.loads(line) for line in written.splitlines()]

    assert [entry.event for entry in entries] == ["case.export", "case.seal"]
    tagmanifest = (case_file / "tagmanifest-sha256.txt").read_bytes()
    facts = json.loads(entries[1].facts)
    assert facts["tagmanifest_sha256"] == sha256(tagmanifest).hexdigest()
    assert (lines[-1]["event"], lines[-1]["id"]) == ("case.export", entries[0].id)


def test_the_log_knows_an_export_as_a_download_of_it_all(sealed_once):
    world, _ = sealed_once

    with world.database.read() as session:
        leaves = session.exec(
            select(CustodyLeaf).where(col(CustodyLeaf.act) == "evidence.download")
        ).all()
        inspection_id = session.exec(select(Conclusion.inspection_id)).one()

    [facts] = [json.loads(leaf.body)["facts"] for leaf in leaves]
    assert facts["inspection_id"] == str(inspection_id)


def test_a_broken_off_export_goes_on(world, concluded, tmp_path):
    evidence = world.folder / "store" / Digest.of(PAYMENTS).key
    content = evidence.read_bytes()
    evidence.chmod(0o640)
    evidence.write_bytes(content.replace(b"150", b"151"))
    arguments = {
        "keys": keys_of(world),
        "inspection_id": concluded,
        "folder": tmp_path / "bag",
        "clock": world.now,
    }
    with pytest.raises(EvidenceAlteredError):
        export_case(world.database, world.storage, **arguments)
    assert not verify_bag(tmp_path / "bag").is_valid
    evidence.write_bytes(content)

    export_case(world.database, world.storage, **arguments)

    assert verify_case(tmp_path / "bag").is_valid


def test_what_nobody_handed_in_yet_stays_the_organizations_own(world, opened, tmp_path):
    inspection_id, request_id = case_of(world, opened)
    world.upload(inspection_id, request_id)

    export_case(
        world.database,
        world.storage,
        keys=keys_of(world),
        inspection_id=inspection_id,
        folder=tmp_path / "bag",
        clock=world.now,
    )

    assert (document(tmp_path / "bag")["deposits"], document(tmp_path / "bag")["items"]) == ([], [])
    assert verify_case(tmp_path / "bag").is_valid


def withheld(bag):
    told = [(row["sha256"], row["size_bytes"], row["state"]) for row in document(bag)["withheld"]]
    assert not (bag / "data/evidence").exists()
    return told


def test_what_only_the_first_of_two_certified_is_withheld(world, twice, tmp_path):
    received = world.upload(*twice, content=b"not handed in yet")
    world.screen_item(received.item_id)
    act(world, deposits.certify_deposit, "officer", received.deposit_id, note="Của riêng")

    bag = take_out(world, twice[0], tmp_path / "bag")

    assert withheld(bag) == [(received.sha256, 17, "not handed in")]
    assert document(bag)["deposits"] == []
    assert verify_case(bag, ring=keys_of(world).find_ring()).is_valid


@pytest.mark.parametrize("state", [None, ScreeningState.WAITING, ScreeningState.INFECTED])
def test_what_nobody_looked_at_or_is_infected_is_withheld(world, opened, tmp_path, state):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id, content=b"harmful")
    act(world, deposits.submit_deposit, "officer", received.deposit_id, note="")
    if state is not None:
        with world.database.write() as session:
            session.add(Screening(item_id=received.item_id, state=state, screened_at=world.now()))

    bag = take_out(world, inspection_id, tmp_path / "bag")

    assert withheld(bag) == [(received.sha256, 7, state or "waiting")]


def replaced(world, opened):
    """An accepted answer that took over the file of the one before, which was accepted as well."""
    inspection_id, _, first = accepted(world, opened)
    second = act(world, deposits.begin_version, "officer", first.deposit_id, why="Sửa")
    with world.database.read() as session:
        item_id = session.exec(
            select(EvidenceItem.id).where(col(EvidenceItem.deposit_id) == second)
        ).one()
    world.read_item(item_id)
    world.accept(second)
    return inspection_id


def test_a_file_taken_over_into_a_newer_version_is_borne_out(world, opened, tmp_path):
    bag = take_out(world, replaced(world, opened), tmp_path / "bag")

    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert (report.problems, report.warnings, report.checked["evidence"]) == ((), (), 2)


def test_detours_are_borne_out(world, twice, tmp_path):
    """Taken out, certified, opened again, certified by both, returned, and begun anew."""
    inspection_id, request_id = twice
    wrong = world.upload(inspection_id, request_id, content=b"wrong")
    world.upload(inspection_id, request_id, content=b"right")
    deposit_id = wrong.deposit_id
    world.write(
        deposits.remove_file,
        actor=world.actor("clerk"),
        deposit_id=deposit_id,
        item_id=wrong.item_id,
    )
    act(world, deposits.certify_deposit, "officer", deposit_id, note="")
    act(world, deposits.reopen_deposit, "deputy", deposit_id, reason="Thiếu")
    act(world, deposits.certify_deposit, "officer", deposit_id, note="")
    act(world, deposits.submit_deposit, "deputy", deposit_id, note="")
    act(world, deposits.return_deposit, "lead", deposit_id, reason="Thiếu")
    world.upload(inspection_id, request_id, content=b"more")

    bag = take_out(world, inspection_id, tmp_path / "bag")

    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert report.problems == ()
    assert [row["state"] for row in document(bag)["withheld"]] == ["waiting", "not handed in"]
    assert [row["state"] for row in document(bag)["deposits"]] == ["returned"]


def test_lead_and_overseer_get_the_same_as_an_archive(world, concluded, tmp_path):
    for name in ("lead", "issuer", "councillor"):
        file_name, chunks = stream_case(
            world.database,
            world.storage,
            keys=keys_of(world),
            actor=world.actor(name),
            inspection_id=concluded,
            clock=world.now,
        )
        (tmp_path / name).mkdir()
        archive = tmp_path / name / file_name
        archive.write_bytes(b"".join(chunks))
        with ZipFile(archive) as opened:
            opened.extractall(tmp_path / name)
        assert verify_case(archive.with_suffix("")).is_valid


def test_others_get_nothing(world, concluded):
    def ask(name, inspection_id=concluded):
        stream_case(
            world.database,
            world.storage,
            keys=keys_of(world),
            actor=world.actor(name),
            inspection_id=inspection_id,
            clock=world.now,
        )

    with pytest.raises(NotAllowedError):
        ask("member")
    for name in ("outsider", "officer", "other", "admin", "steward"):
        with pytest.raises(NotFoundError):
            ask(name)
    with pytest.raises(NotFoundError):
        ask("lead", uuid4())


def test_an_overseer_waits_for_publication(world, verified):
    with pytest.raises(NotFoundError):
        stream_case(
            world.database,
            world.storage,
            keys=keys_of(world),
            actor=world.actor("councillor"),
            inspection_id=verified,
            clock=world.now,
        )


def test_a_possible_state_secret_is_withheld_and_told(world, opened, tmp_path):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.read_item(received.item_id)
    secret = world.upload(inspection_id, request_id, content=b"a secret")
    world.write(
        screening.declare_secret,
        actor=world.actor("officer"),
        item_id=secret.item_id,
        level=next(iter(Level)),
    )
    act(world, deposits.submit_deposit, "officer", received.deposit_id, note="")
    act(world, deposits.return_deposit, "lead", received.deposit_id, reason="Thiếu")

    bag = take_out(world, inspection_id, tmp_path / "bag")

    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert report.is_valid
    assert [(one.fault.value, one.expected) for one in report.warnings] == [
        ("withheld", secret.sha256)
    ]
    assert [item["id"] for item in document(bag)["items"]] == [str(received.item_id)]
    for path in bag.rglob("*"):
        assert path.is_dir() or b"a secret" not in path.read_bytes()


def test_a_secret_removed_before_certification_is_no_part_of_the_case_file(world, opened, tmp_path):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.read_item(received.item_id)
    secret = quarantined(world, opened)
    forget(world, secret.item_id)
    world.accept(received.deposit_id)

    bag = take_out(world, inspection_id, tmp_path / "bag")

    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert (report.problems, report.warnings) == ((), ())
    assert [item["id"] for item in document(bag)["items"]] == [str(received.item_id)]
    assert document(bag)["withheld"] == []
