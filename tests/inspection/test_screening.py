"""Between receipt and use: what passes, what is held back, and who may do what about it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, func, select

from evidence.custody import CustodyAct
from evidence.custody.proving import list_entries
from evidence.digest import Digest
from evidence.errors import EvidenceNotFoundError
from evidence.limits import Limits
from evidence.screening.antivirus import Scanner
from evidence.screening.values import Antivirus, Level, Place, Secrecy
from evidence.signatures.values import Doubt, Integrity
from inspection import deposits, screening
from inspection.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from inspection.keeping import known
from inspection.keeping.known import list_evidence_of
from inspection.previews import forget_copies, open_file, preview_file
from inspection.queries.deposits import get_deposit, get_item
from inspection.queries.evaluations import get_evaluation
from inspection.queries.screening import list_quarantined
from inspection.screening import READ_JOB, SCREEN_JOB, Tools
from inspection.screening.gates import NAMELESS
from inspection.sweeping import sweep
from inspection.tables import (
    Deposit,
    DepositReceipt,
    EvidenceItem,
    JournalEntry,
    OutboxEntry,
    Reading,
    Screening,
)
from inspection.violations import fetch_cached
from inspection.workflow.states import Act, DepositState, ScreeningState
from tests.evidence.screening.documents import docx, letter, pdf
from tests.evidence.screening.hostile import HOSTILE, zipped
from tests.evidence.signatures.signing import identity, sign_pdf
from tests.inspection.test_conclusions import answer, draft, send
from tests.inspection.test_holds import move, place
from tests.inspection.test_query_counts import counted
from tests.inspection.world import PAYMENTS, START, case_of
from tests.servers import EICAR

S = ScreeningState
SECRET = docx(["Số: 12", "TỐI MẬT"])


@pytest.fixture
def scanner(clamd):
    return Tools(scanner=Scanner(address=clamd.address))


def state_of(world, item_id):
    row = world.get(Screening, item_id)
    return None if row is None else row.state


def jobs(world, item_id):
    with world.database.read() as session:
        return list(
            session.exec(
                select(OutboxEntry.job)
                .where(col(OutboxEntry.subject_id) == item_id)
                .order_by(col(OutboxEntry.created_at))
            )
        )


def events(world, item_id):
    with world.database.read() as session:
        return list(
            session.exec(
                select(JournalEntry.event)
                .where(col(JournalEntry.subject_id) == item_id)
                .order_by(col(JournalEntry.id))
            )
        )


def looks(world, item_id):
    """Who was shown the file, or took it: those acts in the custody log."""
    with world.database.read() as session:
        said = [one.said for one in list_entries(session, subject_ids=frozenset({item_id}))]
    return [one["act"] for one in said if one["act"] in {"evidence.read", "evidence.download"}]


def quarantined(world, opened, *, by="officer"):
    received = world.upload(*case_of(world, opened), content=SECRET, by=by)
    world.screen_item(received.item_id)
    assert state_of(world, received.item_id) is S.QUARANTINED
    return received


def forget(world, item_id, *, by="guard", reason="Biên bản số 3", version=None):
    return screening.forget_quarantined(
        world.database,
        world.storage,
        actor=world.actor(by),
        item_id=item_id,
        version=world.get(Screening, item_id).version if version is None else version,
        reason=reason,
        at=world.now(),
    )


def withdraw(world, received, *, item_id=None):
    world.write(
        deposits.remove_file,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        item_id=item_id or received.item_id,
    )


def declare(world, item_id, *, by="officer", level=Level.SECRET):
    world.write(screening.declare_secret, actor=world.actor(by), item_id=item_id, level=level)


def release(world, item_id):
    world.write(
        screening.release_quarantined,
        actor=world.actor("guard"),
        item_id=item_id,
        version=world.get(Screening, item_id).version,
        reason="Mẫu văn bản để trống",
    )


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


def test_a_removed_secret_leaves_hash_time_and_uploader(world, opened):
    received = quarantined(world, opened)
    twin = world.upload(*case_of(world, opened, "neighbour"), content=SECRET, by="other")

    assert forget(world, received.item_id) == (received.sha256,)

    with pytest.raises(EvidenceNotFoundError):
        world.storage.read(Digest(received.sha256))
    for item_id, uploader in ((received.item_id, "officer"), (twin.item_id, "other")):
        item = world.get(EvidenceItem, item_id)
        assert state_of(world, item_id) is S.REMOVED
        assert (item.name, item.sha256, item.received_by) == (
            NAMELESS,
            received.sha256,
            world.people[uploader],
        )
        assert events(world, item_id)[-1] == "evidence.remove"
    world.screen_item(twin.item_id)
    assert state_of(world, twin.item_id) is S.REMOVED


def test_a_secret_withdrawn_before_it_was_looked_at_waits_for_the_officer(world, opened):
    received = world.upload(*case_of(world, opened), content=SECRET)
    withdraw(world, received)
    world.screen_item(received.item_id)

    lines = world.read(list_quarantined, actor=world.actor("guard"), limit=9, offset=0)
    assert [(line.item_id, line.state) for line in lines] == [(received.item_id, S.QUARANTINED)]
    forget(world, received.item_id)
    assert state_of(world, received.item_id) is S.REMOVED
    assert not world.storage.exists(Digest(received.sha256))


def test_a_withdrawn_table_is_looked_at_and_not_read(world, opened):
    received = world.upload(*case_of(world, opened))
    withdraw(world, received)
    world.screen_item(received.item_id)

    assert state_of(world, received.item_id) is S.UNSCANNED
    assert jobs(world, received.item_id) == [SCREEN_JOB]


def test_what_is_held_back_cannot_be_withdrawn(world, opened):
    received = quarantined(world, opened)

    with pytest.raises(ConflictError, match="held_back") as refused:
        withdraw(world, received)

    assert refused.value.facts["file"] == NAMELESS
    assert world.get(EvidenceItem, received.item_id).deposit_id == received.deposit_id


def test_a_removal_needs_a_reason_and_the_present_version(world, opened):
    received = quarantined(world, opened)

    with pytest.raises(InvalidError):
        forget(world, received.item_id, reason="  ")
    with pytest.raises(ConflictError):
        forget(world, received.item_id, version=99)
    assert world.storage.exists(Digest(received.sha256))
    forget(world, received.item_id)
    with pytest.raises(ConflictError, match="decided_already"):
        forget(world, received.item_id)


def before_erasing(world, act):
    """Have something happen when the store is first told to erase."""
    erase = world.storage.erase

    def acting(digest):
        world.storage.erase = erase
        act()
        erase(digest)

    world.storage.erase = acting


def test_a_twin_cannot_become_evidence_while_a_secret_is_removed(world, opened):
    twin = world.upload(*case_of(world, opened, "neighbour"), by="other")
    world.read_item(twin.item_id)
    world.write(
        deposits.submit_deposit,
        actor=world.actor("other"),
        deposit_id=twin.deposit_id,
        version=world.get(Deposit, twin.deposit_id).version,
        note="",
    )
    received = world.upload(*case_of(world, opened))
    declare(world, received.item_id)
    refused = []

    def use_it():
        for attempt in (
            lambda: world.write(
                deposits.accept_deposit,
                actor=world.actor("member"),
                deposit_id=twin.deposit_id,
                version=world.get(Deposit, twin.deposit_id).version,
            ),
            lambda: world.upload(*case_of(world, opened)),
        ):
            with pytest.raises(ConflictError) as caught:
                attempt()
            refused.append(caught.value.code)

    before_erasing(world, use_it)
    forget(world, received.item_id)

    assert refused == ["screening.held_back", "screening.removed_before"]
    assert state_of(world, twin.item_id) is S.REMOVED


def test_a_removal_that_broke_off_is_done_again(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    rows = world.get(Reading, received.item_id).rows_sha256
    declare(world, received.item_id)

    def crash():
        raise KeyboardInterrupt

    before_erasing(world, crash)
    with pytest.raises(KeyboardInterrupt):
        forget(world, received.item_id)
    assert state_of(world, received.item_id) is S.REMOVING
    with pytest.raises(ConflictError, match="decided_already"):
        release(world, received.item_id)
    [line] = world.read(list_quarantined, actor=world.actor("guard"), limit=9, offset=0)
    assert line.state is S.REMOVING
    forget(world, received.item_id)

    assert state_of(world, received.item_id) is S.REMOVED
    assert not world.storage.exists(Digest(received.sha256))
    assert not world.storage.exists(Digest(rows))


def test_bytes_removed_as_a_secret_are_not_taken_again(world, opened):
    received = quarantined(world, opened)
    forget(world, received.item_id)

    with pytest.raises(ConflictError, match="removed_before"):
        world.upload(*case_of(world, opened, "neighbour"), content=SECRET, by="other")

    assert not world.storage.exists(Digest(received.sha256))


def test_what_reading_a_secret_gave_stays_where_other_files_gave_it_too(world, opened):
    received = world.upload(*case_of(world, opened))
    other = world.upload(
        *case_of(world, opened, "neighbour"), by="other", content=PAYMENTS.replace(b"150", b"151")
    )
    for one in (received, other):
        world.read_item(one.item_id)
    declare(world, received.item_id)

    forget(world, received.item_id)

    reading = world.get(Reading, other.item_id)
    for digest in (reading.rows_sha256, reading.problems_sha256):
        assert world.storage.exists(Digest(digest))


def test_copies_of_rows_and_pages_go_with_a_secret(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    rows = world.get(Reading, received.item_id).rows_sha256
    cache = world.folder / "cache"
    fetch_cached(world.storage, cache, rows)
    show(world, received)
    declare(world, received.item_id)

    forget_copies(cache, digests=forget(world, received.item_id))

    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_a_preview_made_while_the_file_is_shut_does_not_stay(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    fetch = world.storage.fetch

    def fetching(digest, into):
        fetch(digest, into)
        declare(world, received.item_id)

    world.storage.fetch = fetching
    with pytest.raises(ConflictError, match="held_back"):
        show(world, received)

    assert [path for path in world.folder.glob("cache/**/*") if path.is_file()] == []


def show(world, received):
    return preview_file(
        world.database,
        world.storage,
        world.folder / "cache",
        actor=world.actor("officer"),
        item_id=received.item_id,
        page=1,
    )


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


def test_what_was_never_held_back_cannot_be_removed(world, opened):
    received = world.upload(*case_of(world, opened))
    world.screen_item(received.item_id)

    with pytest.raises(NotFoundError):
        forget(world, received.item_id)


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


def test_accepted_evidence_is_held_back_and_not_removed(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.read_item(received.item_id)
    world.accept(received.deposit_id)
    declare(world, received.item_id)

    assert state_of(world, received.item_id) is S.QUARANTINED
    assert refusal(world, received) == "screening.accepted_already"


def test_evidence_that_was_replaced_is_not_removed(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    world.accept(received.deposit_id)
    newer = world.write(
        deposits.begin_version,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        version=world.get(Deposit, received.deposit_id).version,
        why="Sửa",
    )
    with world.database.read() as session:
        copy = session.exec(select(EvidenceItem).where(EvidenceItem.deposit_id == newer)).one()
    withdraw(world, copy, item_id=copy.id)
    other = world.upload(*case_of(world, opened), content=PAYMENTS.replace(b"150", b"151"))
    world.read_item(other.item_id)
    world.accept(newer)
    declare(world, received.item_id)

    assert world.get(Deposit, received.deposit_id).state is DepositState.SUPERSEDED
    assert refusal(world, received) == "screening.accepted_already"


def test_what_a_run_has_read_is_not_removed(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.read_item(received.item_id)
    world.accept(received.deposit_id)
    world.evaluate(inspection_id)
    declare(world, received.item_id)

    assert refusal(world, received) == "screening.evaluated"


def test_a_file_of_an_answer_handed_in_is_not_removed_and_is_held(world, opened):
    inspection_id, request_id = case_of(world, opened)
    table = world.upload(inspection_id, request_id)
    world.read_item(table.item_id)
    world.accept(table.deposit_id)
    finding_id = draft(world, opened, world.evaluate(inspection_id))
    send(world, finding_id)
    received = deposits.receive_answer_file(
        world.database,
        world.storage,
        actor=world.actor("clerk"),
        finding_id=finding_id,
        name="trả lời.txt",
        chunks=[b"answer"],
        limits=Limits(),
        incoming_id=uuid4(),
        clock=world.now,
    )
    with world.database.read() as session:
        assert received.sha256 not in list_evidence_of(session, [inspection_id])
    answer(world, finding_id)
    declare(world, received.item_id)

    assert refusal(world, received) == "screening.answered"
    with world.database.read() as session:
        assert received.sha256 in list_evidence_of(session, [inspection_id])


def test_what_lies_under_a_hold_is_not_removed(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.write(
        deposits.submit_deposit,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        version=world.get(Deposit, received.deposit_id).version,
        note="",
    )
    hold_id = place(world, inspection_id)
    declare(world, received.item_id)

    assert refusal(world, received) == "screening.under_hold"
    move(world, hold_id, Act.ASK_LIFT, "lead")
    assert refusal(world, received) == "screening.under_hold"
    move(world, hold_id, Act.LIFT, "issuer")
    forget(world, received.item_id)


def refusal(world, received):
    """Why a file cannot be removed; its bytes stay."""
    with pytest.raises(ConflictError) as refused:
        forget(world, received.item_id)
    assert state_of(world, received.item_id) is S.QUARANTINED
    assert world.storage.exists(Digest(received.sha256))
    return refused.value.code


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


def test_a_scanner_that_comes_later_looks_at_everything_again(world, opened, scanner):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    world.accept(received.deposit_id)
    inspection_id, _ = case_of(world, opened)

    screening.rescan_unscanned(world.database)

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
