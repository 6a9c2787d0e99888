"""What is held back: who learns of it, what names it, how it is released."""

import json

import pytest
from sqlmodel import func, select

from evidence.custody import CustodyAct
from evidence.digest import Digest
from evidence.screening.values import Antivirus, Level, Place, Secrecy
from inspection import deposits, screening
from inspection.errors import ConflictError, NotAllowedError, NotFoundError
from inspection.keeping import known
from inspection.previews import open_file
from inspection.queries.deposits import get_deposit, get_item
from inspection.queries.evaluations import get_evaluation
from inspection.queries.screening import list_quarantined
from inspection.screening import SCREEN_JOB
from inspection.screening.gates import NAMELESS
from inspection.tables import (
    Deposit,
    DepositReceipt,
    Reading,
    Screening,
)
from inspection.workflow.states import ScreeningState
from tests.evidence.screening.documents import letter, pdf
from tests.evidence.screening.hostile import zipped
from tests.evidence.signatures.signing import identity, sign_pdf
from tests.inspection.quarantining import (
    SECRET,
    declare,
    events,
    forget,
    jobs,
    quarantined,
    release,
    state_of,
)
from tests.inspection.test_query_counts import counted
from tests.inspection.world import PAYMENTS, case_of
from tests.servers import EICAR

S = ScreeningState


def test_a_marked_file_is_held_back_unseen_and_nameless(world, opened):
    received = quarantined(world, opened)

    row = world.get(Screening, received.item_id)
    assert (row.secrecy, row.level, row.place) == (Secrecy.MARKED, Level.SECRET, Place.STAMP)
    assert row.antivirus is Antivirus.UNSCANNED
    assert jobs(world, received.item_id) == [SCREEN_JOB]
    page = world.read(get_item, actor=world.actor("officer"), item_id=received.item_id)
    assert (page.item.name, page.is_readable, page.item.screening.secrecy) == (
        NAMELESS,
        False,
        None,
    )
    for name in ("officer", "clerk"):
        with pytest.raises(ConflictError, match="held_back"):
            world.write(
                open_file,
                actor=world.actor(name),
                item_id=received.item_id,
                act=CustodyAct.EVIDENCE_READ,
            )
    with pytest.raises(ConflictError) as refused:
        world.accept(received.deposit_id)
    assert refused.value.facts["file"] == NAMELESS
    assert events(world, received.item_id) == ["evidence.receive", "evidence.quarantine"]


def test_only_the_security_officer_learns_of_it_and_not_what_it_is_called(world, opened):
    received = quarantined(world, opened)

    [line] = world.read(list_quarantined, actor=world.actor("guard"), limit=9, offset=0)
    assert (line.item_id, line.sha256, line.uploader, line.level, line.state) == (
        received.item_id,
        received.sha256,
        "Người officer",
        Level.SECRET,
        S.QUARANTINED,
    )
    assert "bảng kê" not in repr(line)
    for name in ("admin", "lead", "steward", "officer", "councillor"):
        with pytest.raises(NotAllowedError):
            world.read(list_quarantined, actor=world.actor(name), limit=9, offset=0)
        with pytest.raises(NotAllowedError):
            forget(world, received.item_id, by=name)
    with pytest.raises(NotFoundError):
        world.read(get_item, actor=world.actor("guard"), item_id=received.item_id)


def test_a_run_does_not_name_what_is_held_back(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.read_item(received.item_id)
    world.accept(received.deposit_id)
    evaluation_id = world.evaluate(inspection_id)
    declare(world, received.item_id)

    page = world.read(get_evaluation, actor=world.actor("lead"), evaluation_id=evaluation_id)

    assert [one.name for one in page.inputs] == [NAMELESS]


def test_a_statement_does_not_name_what_is_held_back(world, opened):
    received = world.upload(*case_of(world, opened))
    declare(world, received.item_id)
    world.write(
        deposits.submit_deposit,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        version=world.get(Deposit, received.deposit_id).version,
        note="",
    )

    [file] = json.loads(world.get(DepositReceipt, received.deposit_id).statement)["files"]
    assert (file["name"], file["sha256"]) == (NAMELESS, received.sha256)


def test_rows_of_what_is_held_back_leave_the_store_in_no_backup(world, opened):
    received = world.upload(*case_of(world, opened))
    other = world.upload(
        *case_of(world, opened, "neighbour"), by="other", content=PAYMENTS.replace(b"150", b"151")
    )
    for one in (received, other):
        world.read_item(one.item_id)
    reading, others = (world.get(Reading, one.item_id) for one in (received, other))
    declare(world, received.item_id)

    with world.database.read() as session:
        left_out = known.list_quarantined(session)
    assert left_out == {received.sha256, reading.rows_sha256, reading.problems_sha256} - {
        others.rows_sha256,
        others.problems_sha256,
    }
    assert reading.rows_sha256 in left_out


def test_a_released_file_is_looked_at_again_without_its_mark(world, opened):
    received = quarantined(world, opened)
    release(world, received.item_id)

    assert state_of(world, received.item_id) is S.WAITING
    world.screen_item(received.item_id)
    assert state_of(world, received.item_id) is S.UNSCANNED


def test_a_released_file_is_scanned_and_its_signatures_are_checked(
    world, opened, scanner, tmp_path
):
    marked = pdf(letter("MẬT"))
    infected = zipped({"Công văn.docx": SECRET, "Báo cáo.csv": EICAR})
    signed = sign_pdf(marked, identity("Công ty Ví Dụ"), tmp_path)
    found = []
    for content in (infected, signed):
        received = world.upload(*case_of(world, opened), content=content)
        world.screen_item(received.item_id, tools=scanner)
        release(world, received.item_id)
        world.screen_item(received.item_id, tools=scanner)
        page = world.read(get_item, actor=world.actor("officer"), item_id=received.item_id)
        found.append((state_of(world, received.item_id), len(page.signatures)))

    assert found == [(S.INFECTED, 0), (S.CLEAR, 1)]


def test_a_depositor_declares_a_secret_and_it_is_held_back_even_after_it_was_read(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    rows = world.get(Reading, received.item_id).rows_sha256
    values = {"item_id": received.item_id, "level": Level.CONFIDENTIAL}
    with pytest.raises(NotFoundError):
        world.write(screening.declare_secret, actor=world.actor("other"), **values)

    world.write(screening.declare_secret, actor=world.actor("clerk"), **values)

    row = world.get(Screening, received.item_id)
    assert (row.state, row.place) == (S.QUARANTINED, Place.DECLARED)
    page = world.read(get_deposit, actor=world.actor("officer"), deposit_id=received.deposit_id)
    assert [(file.name, file.reading) for file in page.files] == [(NAMELESS, None)]
    forget(world, received.item_id)
    assert world.get(Reading, received.item_id) is None
    assert not world.storage.exists(Digest(rows))


def test_a_file_declared_while_it_is_looked_at_stays_held_back(world, opened):
    received = world.upload(*case_of(world, opened))
    world.write(
        screening.declare_secret,
        actor=world.actor("officer"),
        item_id=received.item_id,
        level=Level.SECRET,
    )
    world.screen_item(received.item_id)

    assert state_of(world, received.item_id) is S.QUARANTINED


def test_three_quarantined_files_take_as_many_queries_as_one(world, opened):
    counts = []
    for _ in range(2):
        quarantined(world, opened)
        with counted(world.database) as queries:
            world.read(list_quarantined, actor=world.actor("guard"), limit=9, offset=0)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    with world.database.read() as session:
        assert session.exec(select(func.count()).select_from(Deposit)).one() == 1
