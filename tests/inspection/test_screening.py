"""Between receipt and use: what passes, and who may do what about it."""

from datetime import timedelta

import pytest

from evidence.custody import CustodyAct
from evidence.screening.antivirus import Scanner
from evidence.signatures.values import Doubt, Integrity
from inspection import screening
from inspection.errors import ConflictError, NotFoundError
from inspection.previews import open_file
from inspection.queries.deposits import get_item
from inspection.screening import READ_JOB, SCREEN_JOB, Tools
from inspection.sweeping import sweep
from inspection.tables import (
    Screening,
)
from inspection.workflow.states import ScreeningState
from tests.evidence.screening.documents import letter, pdf
from tests.evidence.screening.hostile import HOSTILE, zipped
from tests.evidence.signatures.signing import identity, sign_pdf
from tests.inspection.quarantining import events, jobs, looks, state_of
from tests.inspection.world import PAYMENTS, START, case_of
from tests.servers import EICAR

S = ScreeningState


def test_a_file_is_looked_at_before_it_is_read(world, opened):
    received = world.upload(*case_of(world, opened))

    assert jobs(world, received.item_id) == [SCREEN_JOB]
    world.screen_item(received.item_id)
    world.screen_item(received.item_id)
    assert jobs(world, received.item_id) == [SCREEN_JOB, READ_JOB]
    assert events(world, received.item_id) == ["evidence.receive", "evidence.screen"]


def test_without_a_scanner_a_file_is_unscanned_and_with_one_it_is_clear(world, opened, scanner):
    first = world.upload(*case_of(world, opened))
    second = world.upload(*case_of(world, opened), content=PAYMENTS + b"\n")
    world.screen_item(first.item_id)
    world.screen_item(second.item_id, tools=scanner)

    assert state_of(world, first.item_id) is S.UNSCANNED
    assert state_of(world, second.item_id) is S.CLEAR
    assert world.get(Screening, second.item_id).antivirus_engine.startswith("ClamAV")


def test_an_infected_file_feeds_no_rule_and_opens_for_its_sender_alone(world, opened, scanner):
    content = zipped({"Báo cáo.csv": EICAR})
    received = world.upload(*case_of(world, opened), content=content)
    world.screen_item(received.item_id, tools=scanner)

    assert state_of(world, received.item_id) is S.INFECTED
    assert jobs(world, received.item_id) == [SCREEN_JOB]
    with pytest.raises(ConflictError, match="infected"):
        world.accept(received.deposit_id)
    values = {"item_id": received.item_id, "act": CustodyAct.EVIDENCE_DOWNLOAD}
    with pytest.raises(ConflictError, match="infected"):
        world.write(open_file, actor=world.actor("member"), **values)
    world.write(open_file, actor=world.actor("officer"), **values)
    assert looks(world, received.item_id) == ["evidence.download"]


def test_a_scanner_that_does_not_answer_is_an_error_and_can_be_asked_again(
    world, opened, scanner, tmp_path
):
    received = world.upload(*case_of(world, opened))
    deaf = Tools(scanner=Scanner(address=f"unix:{tmp_path}/nobody", seconds=1))
    world.screen_item(received.item_id, tools=deaf)

    assert state_of(world, received.item_id) is S.ERROR
    with pytest.raises(ConflictError, match="not_scanned"):
        world.accept(received.deposit_id)
    world.write(screening.screen_again, actor=world.actor("officer"), item_id=received.item_id)
    assert state_of(world, received.item_id) is S.WAITING
    world.screen_item(received.item_id, tools=scanner)
    assert state_of(world, received.item_id) is S.CLEAR
    with pytest.raises(ConflictError, match=r"screening\.done"):
        world.write(screening.screen_again, actor=world.actor("officer"), item_id=received.item_id)


def test_a_hostile_file_is_refused_with_its_reason_and_not_read(world, opened, tmp_path):
    make, reason = HOSTILE["billion-laughs.xml"]
    make(tmp_path / "laughs.xml")
    received = world.upload(*case_of(world, opened), content=(tmp_path / "laughs.xml").read_bytes())
    world.screen_item(received.item_id)

    page = world.read(get_item, actor=world.actor("officer"), item_id=received.item_id)
    assert (page.item.screening.state, page.item.screening.refusal_code) == (S.REFUSED, reason)
    assert jobs(world, received.item_id) == [SCREEN_JOB]
    with pytest.raises(ConflictError, match="not_openable"):
        world.accept(received.deposit_id)


def test_a_scanner_that_comes_later_looks_at_everything_again(world, opened, scanner):
    received = world.take_in(opened)
    inspection_id, _ = case_of(world, opened)

    screening.rescan_unscanned(world.database, clock=world.now)

    with pytest.raises(ConflictError, match="not_screened"):
        world.evaluate(inspection_id)
    sweep(
        world.database,
        world.storage,
        at=START + timedelta(days=1),
        dead_after=timedelta(minutes=1),
    )
    assert jobs(world, received.item_id)[-1] == SCREEN_JOB
    world.screen_item(received.item_id, tools=scanner)
    assert state_of(world, received.item_id) is S.CLEAR
    world.evaluate(inspection_id)


def test_screening_that_kills_its_process_ends_after_three_attempts(world, opened):
    received = world.upload(*case_of(world, opened))
    for number in range(1, 5):
        sweep(
            world.database,
            world.storage,
            at=START + timedelta(days=1, hours=number),
            dead_after=timedelta(minutes=1),
        )

    row = world.get(Screening, received.item_id)
    assert (row.state, row.refusal_code) == (S.REFUSED, "screening.died")


def test_signatures_are_kept_with_signer_time_coverage_and_verdict(world, opened, tmp_path):
    authority = identity("Tổ chức chứng thực Ví Dụ")
    content = sign_pdf(pdf(letter()), identity("Công ty Ví Dụ", issuer=authority), tmp_path)
    (tmp_path / "anchors.pem").write_bytes(authority.pem)
    for tools, verdict, doubt in (
        (Tools(), Integrity.UNDETERMINED, Doubt.NO_ANCHOR),
        (Tools(anchors=tmp_path / "anchors.pem"), Integrity.INTACT, None),
    ):
        received = world.upload(*case_of(world, opened), content=content)
        world.screen_item(received.item_id, tools=tools)
        page = world.read(get_item, actor=world.actor("officer"), item_id=received.item_id)
        [one] = page.signatures
        assert (one.signer, one.verdict, one.doubt) == ("Công ty Ví Dụ", verdict, doubt)
        assert one.signed_at is not None
        assert not one.is_timestamped


def test_every_look_and_every_download_is_written_down(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    for act in (CustodyAct.EVIDENCE_READ, CustodyAct.EVIDENCE_DOWNLOAD):
        world.write(open_file, actor=world.actor("officer"), item_id=received.item_id, act=act)

    assert looks(world, received.item_id) == ["evidence.read", "evidence.download"]


def test_looking_at_a_file_that_is_nobodys_business_writes_nothing(world, opened):
    received = world.upload(*case_of(world, opened))
    with pytest.raises(NotFoundError):
        world.write(
            open_file,
            actor=world.actor("other"),
            item_id=received.item_id,
            act=CustodyAct.EVIDENCE_READ,
        )

    assert looks(world, received.item_id) == []
