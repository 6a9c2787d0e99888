"""The proofs of a case file cost as many queries for three of a thing as for one."""

from inspection import deposits
from inspection.casefile.log import list_custody_files
from inspection.casefile.rows import list_case_rows, list_journal_rows
from inspection.custody import enter_pending
from inspection.tables import Inspection
from tests.inspection.casefile.conftest import keys_of
from tests.inspection.test_query_counts import counted
from tests.inspection.test_versions import act
from tests.inspection.world import case_of


def queries(world, inspection_id):
    """Statements, and the receipts they gave."""
    keys = keys_of(world)
    enter_pending(world.database, keys, clock=world.now)
    with world.database.read() as session:
        inspection = session.get_one(Inspection, inspection_id)
        rows = list_case_rows(session, inspection=inspection)
        journal = list_journal_rows(session, inspection=inspection)
        with counted(world.database) as statements:
            files = list(
                list_custody_files(
                    session,
                    ring=keys.find_ring(),
                    inspection_id=inspection_id,
                    journal=journal,
                    deposits=rows["deposits"],
                    destroyed=rows["destroyed"],
                    nameless=frozenset(),
                )
            )
    return len(statements), sum("receipts/" in file.path for file in files)


def test_receipts_of_many_deposits_are_fetched_together(world, opened):
    inspection_id, request_id = case_of(world, opened)
    counts = []
    for number in range(3):
        received = world.upload(inspection_id, request_id, content=b"%d" % number)
        act(world, deposits.submit_deposit, "officer", received.deposit_id, note="")
        act(world, deposits.return_deposit, "lead", received.deposit_id, reason="Thiếu")
        counts.append(queries(world, inspection_id))

    assert [receipts for _, receipts in counts] == [1, 2, 3]
    assert len({statements for statements, _ in counts}) == 1
