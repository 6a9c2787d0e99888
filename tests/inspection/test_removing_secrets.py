"""A removed secret leaves hash, time and uploader, and nothing else anywhere."""

import pytest
from sqlmodel import select

from evidence.digest import Digest
from evidence.errors import EvidenceNotFoundError
from inspection import deposits
from inspection.errors import ConflictError, InvalidError
from inspection.previews import forget_copies, preview_file
from inspection.queries.deposits import get_item
from inspection.queries.screening import list_quarantined
from inspection.screening import SCREEN_JOB
from inspection.screening.gates import NAMELESS
from inspection.tables import (
    Deposit,
    EvidenceItem,
    Reading,
    SignatureCheck,
)
from inspection.violations import fetch_cached
from inspection.workflow.states import ScreeningState
from tests.evidence.screening.documents import letter, pdf
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
    withdraw,
)
from tests.inspection.world import PAYMENTS, case_of

S = ScreeningState


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

    assert refused.value.facts["file"] == ""
    assert world.get(EvidenceItem, received.item_id).deposit_id == received.deposit_id
    forget(world, received.item_id)
    for act in (lambda: withdraw(world, received), lambda: declare(world, received.item_id)):
        with pytest.raises(ConflictError) as gone:
            act()
        assert (gone.value.code, gone.value.facts["file"]) == ("screening.removed", "")


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


def show(world, received):
    return preview_file(
        world.database,
        world.storage,
        world.folder / "cache",
        actor=world.actor("officer"),
        item_id=received.item_id,
        page=1,
    )


def test_copies_of_rows_and_pages_go_with_a_secret(world, opened):
    received = world.upload(*case_of(world, opened))
    world.read_item(received.item_id)
    rows = world.get(Reading, received.item_id).rows_sha256
    cache = world.folder / "cache"
    fetch_cached(world.storage, cache, rows)
    show(world, received)
    declare(world, received.item_id)

    for sha256 in forget(world, received.item_id):
        forget_copies(cache, sha256=sha256)

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


@pytest.mark.parametrize("act", [lambda _world, _item_id: None, forget])
def test_who_signed_a_secret_is_part_of_the_secret(world, opened, tmp_path, act):
    content = sign_pdf(pdf(letter()), identity("Cơ quan Mật"), tmp_path)
    received = world.upload(*case_of(world, opened), content=content)
    world.screen_item(received.item_id)
    world.hand_in(received.deposit_id)
    declare(world, received.item_id)
    act(world, received.item_id)

    pages = [
        world.read(get_item, actor=world.actor(name), item_id=received.item_id)
        for name in ("officer", "lead")
    ]

    assert [page.signatures for page in pages] == [(), ()]
    with world.database.read() as session:
        kept = session.exec(select(SignatureCheck.signer)).all()
    assert kept == ([] if act is forget else ["Cơ quan Mật"])
