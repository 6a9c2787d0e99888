"""The pages of retention: propose, confirm, and what remains of a destroyed file."""

import json
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlmodel import col, select

from api.cli import main
from evidence.key_files import KeyFolder
from inspection.custody import enter_pending
from inspection.keeping import erase_destroyed, load_classes, move_destruction, propose_destruction
from inspection.screening.gates import NAMELESS
from inspection.tables import Deposit, DestroyedItem, EvidenceItem
from inspection.workflow.states import Act
from tests.api.pages.conftest import entrance, served, told
from tests.inspection.destruction.acts import long_over
from tests.inspection.quarantining import declare


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A story of its own: what others look at is destroyed here."""
    with told(tmp_path_factory.mktemp("story")) as story:
        yield story


@pytest.fixture(scope="module")
def enter(story):
    with served(story) as client:
        yield entrance(client)


@pytest.fixture
def over(story):
    """A cancelled inspection whose evidence was accepted long ago."""
    return long_over(story.world)


def test_two_persons_destroy_and_the_certificate_remains(enter, story, over):
    world, address = story.world, f"/inspections/{over}/destructions"
    assert address in enter("lead").get("/retention").text
    assert address not in enter("lead").get("/retention?page=2").text
    due = enter("lead").get("/api/retention").json()
    assert str(over) in [one["inspection_id"] for one in due]
    last = f"/api/retention?limit=1&offset={len(due) - 1}"
    assert enter("lead").get(last).json() == due[-1:]
    assert enter("lead").get(f"/api/retention?offset={len(due)}").json() == []
    empty = enter("lead").send(address, {"cause": " "})
    proposed = enter("lead").send(address, {"cause": "Hết thời hạn."})
    assert (empty.status_code, proposed.status_code) == (422, 303)
    page = enter("issuer").get(address).text
    [found] = set(re.findall(r"/destructions/([0-9a-f-]{36})/moves", page))
    assert "chưa đối chiếu với văn bản gốc" in page

    own = enter("lead").send(f"/destructions/{found}/moves/confirm", {"version": 1})
    form = enter("issuer").get(f"/destructions/{found}/moves/confirm")
    done = enter("issuer").send(f"/destructions/{found}/moves/confirm", {"version": 1})
    early = enter("lead").get(f"/destructions/{found}/certificate/json")
    assert (own.status_code, form.status_code, done.status_code) == (403, 200, 303)
    # Nobody confirms without having seen when the time was over, and by which norm.
    assert re.search(r"chưa đối chiếu với văn bản gốc.*hết ngày \d\d/\d\d/\d{4}", form.text)
    assert early.status_code == 409
    told = erase_destroyed(
        world.database, world.storage, cache=world.folder / "work" / "cache", clock=world.now
    )
    enter_pending(world.database, KeyFolder(world.folder / "keys"), clock=world.now)

    assert list(told.values()) == [1]
    assert "Đã hủy xong" in enter("lead").get(done.headers["location"]).text
    assert f"/destructions/{found}/certificate" in enter("lead").get(f"/inspections/{over}").text
    assert "Người issuer" in enter("lead").get(f"/destructions/{found}/certificate").text
    assert enter("member").get(f"/destructions/{found}/certificate").status_code == 403
    for kind in ("json", "paper"):
        twice = [enter("lead").get(f"/destructions/{found}/certificate/{kind}") for _ in range(2)]
        assert [one.status_code for one in twice] == [200, 200]
        assert twice[0].content == twice[1].content
    said = enter("lead").get(f"/api/destructions/{found}/certificate").json()
    assert said["files"][0]["custody_index"] is not None
    _item_says_so(enter, world, over)


def test_the_certificate_is_checked_offline_with_its_proof(enter, story, over, tmp_path):
    found = _destroyed(story.world, over)
    lead, address = enter("lead"), f"/destructions/{found}/certificate"

    page = lead.get(address).text
    proof = lead.get(f"{address}/proof")
    same = lead.get(f"/api{address}/proof")
    certificate, ring = tmp_path / "certificate.json", tmp_path / "khoa.json"
    certificate.write_bytes(proof.content)
    ring.write_text(lead.get("/api/custody/keys").text)
    told = json.loads(proof.content)
    links = set(re.findall(r'href="/api/custody/proof\?index=(\d+)&amp;size=(\d+)"', page))

    assert same.content == proof.content
    assert f'href="{address}/proof" download' in page
    assert 'href="/api/custody/checkpoint"' in page
    # The entry of confirming, and that of every file.
    assert len(links) == 1 + len(told["statement"]["files"])
    assert str(told["index"]) in {index for index, _ in links}
    for index, size in links:
        assert lead.get(f"/api/custody/proof?index={index}&size={size}").status_code == 200
    assert _verify(certificate, ring) == (0, "Giấy chứng nhận hủy ĐÚNG.")

    changed = told | {"statement": told["statement"] | {"cause": "Cớ khác."}}
    certificate.write_text(json.dumps(changed))
    assert _verify(certificate, ring)[0] == 1
    # What people read is no proof.
    certificate.write_bytes(lead.get(f"{address}/json").content)
    assert _verify(certificate, ring)[0] == 1
    for kind in ("thanhtra.receipt", "thanhtra.other", None, []):
        certificate.write_text(json.dumps(told | {"kind": kind}))
        assert _verify(certificate, ring)[0] == 1


def test_a_proof_that_names_what_is_held_back_is_not_given_out(enter, story, over):
    world = story.world
    found = _destroyed(world, over)
    with world.database.read() as session:
        item_id = session.exec(
            select(DestroyedItem.item_id).where(col(DestroyedItem.destruction_id) == found)
        ).one()
    before = enter("lead").get(f"/destructions/{found}/certificate/proof").status_code
    declare(world, item_id)

    refused = enter("lead").get(f"/api/destructions/{found}/certificate/proof")

    assert (before, refused.status_code, refused.json()["code"]) == (200, 409, "screening.stated")
    for name in ("member", "officer"):
        assert enter(name).get(f"/destructions/{found}/certificate/proof").status_code == 403


def _verify(certificate, ring):
    done = CliRunner().invoke(
        main, ["verify", "receipt", str(certificate), "--key", str(ring), "--lang", "vi"]
    )
    return done.exit_code, done.output.splitlines()[0]


def test_oversight_reads_certificates_of_public_conclusions_and_no_others(enter, story, over):
    world = story.world
    found = _destroyed(world, story.other_inspection_id)
    hidden = _destroyed(world, over)

    listed = enter("councillor").get("/oversight/destructions")
    shown = enter("councillor").get(f"/published/{story.published_id}").text
    told_others = enter("lead").get(f"/published/{story.published_id}").text
    page = enter("councillor").get(f"/destructions/{found}/certificate")
    secret = [
        enter("councillor").get(f"/destructions/{hidden}/certificate{part}").status_code
        for part in ("", "/json", "/paper", "/proof")
    ]

    assert f"/destructions/{found}/certificate" in listed.text
    assert f"/destructions/{hidden}/certificate" not in listed.text
    second = enter("councillor").get("/oversight/destructions?page=2")
    assert (second.status_code, f"/destructions/{found}/" in second.text) == (200, False)
    assert "/oversight/destructions" in enter("councillor").get("/oversight").text
    assert f"/destructions/{found}/certificate" in shown
    assert f"/destructions/{found}/" not in told_others
    assert (page.status_code, secret) == (200, [404, 404, 404, 404])
    assert enter("lead").get("/oversight/destructions").status_code == 403
    assert enter("officer").get(f"/destructions/{found}/certificate").status_code == 403


def _destroyed(world, inspection_id):
    """The evidence of a published inspection, destroyed when its time is over."""
    late = datetime(2060, 1, 1, tzinfo=UTC)
    with world.database.write() as session:
        found = propose_destruction(
            session,
            actor=world.actor("lead"),
            inspection_id=inspection_id,
            cause="Hết thời hạn.",
            classes=load_classes(),
            at=late,
        )
    with world.database.write() as session:
        move_destruction(
            session,
            actor=world.actor("issuer"),
            destruction_id=found,
            act=Act.CONFIRM,
            version=1,
            classes=load_classes(),
            at=late,
        )
    erase_destroyed(
        world.database, world.storage, cache=world.folder / "work" / "cache", clock=world.now
    )
    enter_pending(world.database, KeyFolder(world.folder / "keys"), clock=world.now)
    return found


def _item_says_so(enter, world, inspection_id: UUID) -> None:
    with world.database.read() as session:
        item_id = session.exec(
            select(EvidenceItem.id)
            .join(Deposit, col(Deposit.id) == col(EvidenceItem.deposit_id))
            .where(col(Deposit.inspection_id) == inspection_id)
        ).one()
    page = enter("lead").get(f"/items/{item_id}")
    assert "Tệp đã bị hủy ngày" in page.text
    assert "Người issuer xác nhận" in page.text
    assert f"/items/{item_id}/content" not in page.text
    assert "Tệp đã bị hủy, kể cả dữ liệu đọc được từ tệp." in page.text
    assert enter("lead").get(f"/items/{item_id}/content").status_code == 409
    assert enter("lead").get(f"/items/{item_id}/preview").status_code == 409


def test_the_same_over_the_api(enter, story):
    lead = enter("lead")
    term = lead.get(f"/api/inspections/{story.inspection_id}/retention").json()
    refused = lead.tell(f"/api/inspections/{story.inspection_id}/destructions", {"cause": "Thử."})

    assert (term["retention_class"]["code"], term["obstacle"]) == (
        "ordinary",
        "retention.not_closed",
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "retention.not_closed")


def test_a_class_is_chosen_in_the_draft(enter):
    page = enter("lead").get("/campaigns/new").text

    assert 'name="retention_class"' in page
    assert "Hồ sơ vụ việc nghiêm trọng (vĩnh viễn, chưa đối chiếu với văn bản gốc)" in page


def test_a_secret_declared_since_is_named_by_no_certificate_anybody_gets(enter, story, over):
    found = _destroyed(story.world, over)
    with story.world.database.read() as session:
        ids = select(DestroyedItem.item_id).where(col(DestroyedItem.destruction_id) == found)
        item = session.exec(select(EvidenceItem).where(col(EvidenceItem.id).in_(ids))).first()
    declare(story.world, item.id)

    addresses = [f"/destructions/{found}/certificate{part}" for part in ("", "/json")]
    for address in [*addresses, f"/api/destructions/{found}/certificate"]:
        answer = enter("lead").get(address)
        assert answer.status_code == 200
        assert item.name not in answer.text
        assert NAMELESS in answer.text
