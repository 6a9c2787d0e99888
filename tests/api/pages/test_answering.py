"""The organization's side of an answer: what is taken out, certified, and replaced."""

from uuid import uuid4

import pytest

from evidence.limits import Limits
from inspection import deposits
from inspection.queries.deposits import get_deposit
from inspection.screening.gates import NAMELESS
from inspection.tables import Conclusion, Deposit
from inspection.workflow.states import ConclusionState
from tests.evidence.screening.documents import docx
from tests.inspection.quarantining import forget
from tests.inspection.world import START, case_of

LIMITS = Limits(file_bytes=1 << 20)


@pytest.fixture(scope="module")
def documents(story):
    """A request for documents of another campaign: nobody else looks at it."""
    world = story.world
    campaign_id = world.draft()
    world.ask(campaign_id, title="Phiếu chi")
    world.open(campaign_id)
    inspection_id, _ = case_of(world, campaign_id)
    return inspection_id, world.campaign(campaign_id).requests[-1].id


def put(story, documents, name, *, content=None):
    return deposits.receive_file(
        story.world.database,
        story.world.storage,
        actor=story.world.actor("officer"),
        inspection_id=documents[0],
        request_id=documents[1],
        name=name,
        chunks=[content or name.encode()],
        limits=LIMITS,
        incoming_id=uuid4(),
        clock=story.world.now,
    )


def names(story, deposit_id):
    page = story.world.read(get_deposit, actor=story.world.actor("officer"), deposit_id=deposit_id)
    return [file.name for file in page.files]


def version_of(story, deposit_id):
    return story.world.get(Deposit, deposit_id).version


def address(documents):
    return f"/portal/inspections/{documents[0]}/requests/{documents[1]}"


def test_a_file_is_taken_out_only_after_a_question_that_names_it(enter, story, documents):
    kept, wrong = (put(story, documents, name) for name in ("giữ.txt", "nhầm.txt"))
    officer, here = enter("officer"), f"/deposits/{kept.deposit_id}/files/{wrong.item_id}/remove"

    page = officer.get(address(documents)).text
    asked = officer.get(here)
    before = names(story, kept.deposit_id)
    elsewhere = officer.get(f"/deposits/{kept.deposit_id}/files/{uuid4()}/remove")
    removed = officer.send(here, {})

    assert f'href="{here}" data-dialog' in page
    assert f'formaction="{here}"' not in page
    assert (asked.status_code, "nhầm.txt" in asked.text) == (200, True)
    assert before == ["giữ.txt", "nhầm.txt"]
    assert elsewhere.status_code == 404
    assert (removed.status_code, names(story, kept.deposit_id)) == (303, ["giữ.txt"])


def test_what_is_certified_is_listed_whole_and_a_replacement_says_so(enter, story, documents):
    deposit_id = put(story, documents, "giữ.txt").deposit_id
    officer, form = enter("officer"), f"/deposits/{deposit_id}/moves/submit"

    first = officer.get(form).text
    officer.send(
        form, {"version": story.world.get(Deposit, deposit_id).version, "certified": "yes"}
    )
    shown = officer.get(f"/deposits/{deposit_id}?done=deposit.submit").text
    officer.send(
        f"/deposits/{deposit_id}/new-version",
        {"version": version_of(story, deposit_id), "why": "Thiếu một trang."},
    )
    new = [
        line for line in officer.get(address(documents)).text.split('"') if "/moves/submit" in line
    ]
    second = officer.get(new[0]).text

    assert '<details class="disclosure certified" open>' in first
    assert "Bạn xác nhận" in first
    assert "Đoàn thanh tra sẽ trả lại" not in first
    assert "Bản số 2 thay bản trước" not in first
    assert f'href="/deposits/{deposit_id}/new-version"' in shown
    # Where the message sends to, the button stands.
    assert "nút “Giấy biên nhận” đầu trang" in shown
    assert f'href="/deposits/{deposit_id}/receipt">Giấy biên nhận' in shown.split("</h1>")[1]
    assert shown.index("/receipt") < shown.index("Việc tiếp theo")
    assert "Bản số 2 thay bản trước" in second
    assert "Thiếu một trang." in second
    assert (
        f'href="/deposits/{deposit_id}/new-version"'
        not in officer.get(f"/deposits/{deposit_id}").text
    )


def test_a_replacement_says_what_it_carries_over_and_what_not(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    case = case_of(world, campaign_id)
    kept, held, gone = (
        world.upload(*case, content=content)
        for content in (b"a,b\n3,4\n", docx(["Sổ", "MẬT"]), docx(["Sổ khác", "MẬT"]))
    )
    for one in (held, gone):
        world.screen_item(one.item_id)
    deposit_id = kept.deposit_id
    hand_in = {"deposit_id": deposit_id, "version": version_of(story, deposit_id), "note": ""}
    world.write(deposits.submit_deposit, actor=world.actor("officer"), **hand_in)
    forget(world, gone.item_id)
    officer, form = enter("officer"), f"/deposits/{deposit_id}/new-version"

    asked = officer.get(form).text
    begun = officer.send(form, {"version": version_of(story, deposit_id), "why": "Sửa"})
    page = officer.get(address(case)).text

    assert "Bản mới bắt đầu với 1 tệp của bản này" in asked
    assert "2 trong 3 tệp của bản này không được mang sang bản mới" in asked
    assert "1 tệp đang được giữ lại" in asked
    assert "1 tệp đã bị xóa" in asked
    assert NAMELESS not in asked
    assert (begun.status_code, page.count('<li class="stack-tight">')) == (303, 1)


def test_an_answer_goes_on_without_a_secret_that_was_removed(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    case = case_of(world, campaign_id)
    kept = world.upload(*case)
    gone = world.upload(*case, content=docx(["Sổ tay", "MẬT"]))
    world.screen_item(gone.item_id)
    forget(world, gone.item_id, reason="Biên bản số 7")
    officer, deposit_id = enter("officer"), kept.deposit_id

    page = officer.get(address(case)).text
    told = officer.get(f"/api/deposits/{deposit_id}").json()
    certified = officer.get(f"/deposits/{deposit_id}/moves/submit").text
    file = officer.get(f"/items/{gone.item_id}")
    officer.send(
        f"/deposits/{deposit_id}/moves/submit",
        {"version": version_of(story, deposit_id), "certified": "yes"},
    )
    receipt = officer.get(f"/deposits/{deposit_id}/receipt").text

    assert "1 tệp đã bị xóa vì là bí mật nhà nước" in page
    assert "Biên bản số 7" in page
    assert page.count(gone.sha256) == 1
    assert f'/files/{gone.item_id}/remove"' not in page
    assert [(one["id"], one["state"], one["reason"]) for one in told["taken_out"]] == [
        (str(gone.item_id), "removed", "Biên bản số 7")
    ]
    assert [one["id"] for one in told["files"]] == [str(kept.item_id)]
    assert (gone.sha256 in certified, kept.sha256 in certified) == (False, True)
    assert "bị giữ lại" not in certified
    assert (file.status_code, "Cán bộ bảo mật đã xóa tệp" in file.text) == (200, True)
    assert (gone.sha256 in receipt, kept.sha256 in receipt) == (False, True)


def test_a_replacement_waits_while_the_conclusion_is_considered(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    case = case_of(world, campaign_id)
    deposit_id = world.upload(*case).deposit_id
    hand_in = {"deposit_id": deposit_id, "version": version_of(story, deposit_id), "note": ""}
    world.write(deposits.submit_deposit, actor=world.actor("officer"), **hand_in)
    officer, form = enter("officer"), f"/deposits/{deposit_id}/new-version"
    pages = (address(case), f"/deposits/{deposit_id}")
    offered = [form in officer.get(page).text for page in pages]
    with world.database.write() as session:
        session.add(
            Conclusion(
                inspection_id=case[0],
                state=ConclusionState.SUBMITTED,
                author_id=world.people["lead"],
                body_id=world.bodies["inspectorate"],
                created_at=START,
            )
        )

    shown = [officer.get(page).text for page in pages]
    asked = officer.get(form)

    waits = "<strong>Nộp bản thay thế</strong>: chưa được, vì hồ sơ đang được xem xét"
    assert offered == [True, True]
    assert [(form in page, waits in page) for page in shown] == [(False, True)] * 2
    assert waits not in enter("member").get(pages[1]).text
    assert (asked.status_code, "đang được xem xét để kết luận" in asked.text) == (409, True)


def test_why_it_was_returned_stays_in_sight_until_it_is_handed_in_again(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    case = case_of(world, campaign_id)
    first = world.upload(*case).deposit_id
    hand_in = {"deposit_id": first, "version": version_of(story, first), "note": ""}
    world.write(deposits.submit_deposit, actor=world.actor("officer"), **hand_in)
    give_back = {"deposit_id": first, "version": version_of(story, first), "reason": "Thiếu quý II"}
    world.write(deposits.return_deposit, actor=world.actor("member"), **give_back)
    officer = enter("officer")

    returned = officer.get(address(case)).text
    second = world.upload(*case, content=b"a,b\n1,2\n").deposit_id
    mending = officer.get(address(case)).text
    hand_in = {"deposit_id": second, "version": version_of(story, second), "note": ""}
    world.write(deposits.submit_deposit, actor=world.actor("officer"), **hand_in)
    handed_in = officer.get(address(case)).text

    assert second != first
    assert [page.count("Thiếu quý II") for page in (returned, mending, handed_in)] == [1, 1, 0]
    assert "đã trả lại bản số 1; bản này cần khắc phục" in mending
    assert "một lần nộp mới sẽ được mở" in returned
    assert "một lần nộp mới sẽ được mở" not in mending


def test_the_team_is_offered_no_replacement(enter, story):
    assert "/new-version" not in enter("lead").get(f"/deposits/{story.deposit_id}").text
    assert "/new-version" in enter("officer").get(f"/deposits/{story.deposit_id}").text


def test_a_program_is_called_one_before_it_is_certified(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    case = case_of(world, campaign_id)
    received = world.upload(*case, content=b"#!/bin/sh\necho a\n")
    world.screen_item(received.item_id)
    officer = enter("officer")

    told = "là chương trình chạy được"
    pages = (
        address(case),
        f"/items/{received.item_id}",
        f"/deposits/{received.deposit_id}/moves/submit",
    )
    assert [told in officer.get(page).text for page in pages] == [True, True, True]
    assert told not in officer.get(f"/items/{story.item_id}").text
    take_out, replace_it, give_back = "hãy bỏ tệp", "hãy nộp bản thay thế", "hãy trả lại hồ sơ"
    listed, item = f"/deposits/{received.deposit_id}", f"/items/{received.item_id}"

    def advised(name):
        pages = [enter(name).get(page).text for page in (listed, item)]
        return [[one for one in (take_out, replace_it, give_back) if one in page] for page in pages]

    assert advised("officer") == [[take_out]] * 2
    hand_in = {"deposit_id": received.deposit_id, "note": ""}
    hand_in["version"] = version_of(story, received.deposit_id)
    world.write(deposits.submit_deposit, actor=world.actor("officer"), **hand_in)
    assert advised("officer") == [[replace_it]] * 2
    assert advised("member") == [[give_back]] * 2


def test_files_of_the_same_contents_are_marked(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    case = case_of(world, campaign_id)
    for content in (b"a,b\n7,1\n", b"a,b\n7,2\n"):
        world.upload(*case, content=content)
    officer = enter("officer")

    before = officer.get(address(case)).text.count(">Trùng nội dung<")
    put(story, case, "một tên khác.csv", content=b"a,b\n7,1\n")

    assert (before, officer.get(address(case)).text.count(">Trùng nội dung<")) == (0, 2)


def test_a_certification_leaves_out_what_is_held_back(enter, story):
    world = story.world
    campaign_id = world.draft()
    world.open(campaign_id)
    case = case_of(world, campaign_id)
    kept, held = (world.upload(*case, content=one) for one in (b"a,b\n5,6\n", docx(["Thư", "MẬT"])))
    form = f"/deposits/{kept.deposit_id}/moves/submit"
    officer = enter("officer")

    before = officer.get(form).text
    world.screen_item(held.item_id)
    after = officer.get(form).text

    assert "trừ các tệp bị giữ lại" not in before
    assert "trừ các tệp bị giữ lại hoặc đã xóa nêu trên, không chứa bí mật nhà nước" in after
