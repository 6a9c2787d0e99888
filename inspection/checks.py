"""From evidence to violations: the one place where the two libraries meet.

Both functions are the inside of a background job: they open only short transactions, may be killed
at any point and run again, and their result is recorded once.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from evidence.digest import Digest
from evidence.storage import Storage
from inspection import evaluations
from inspection.database import Database
from inspection.errors import ConflictError, NotFoundError
from inspection.evaluations import Claim
from inspection.inputs import list_inputs, open_tables
from inspection.money import to_minor
from inspection.opening import load_kept_pack
from inspection.progress import say_progress
from inspection.screening.gates import GOING, state_of
from inspection.tables import (
    Campaign,
    Deposit,
    EvidenceItem,
    EvidenceRequest,
    Inspection,
    Reading,
    RuleTally,
    Screening,
)
from rules.evaluation import ENGINE_VERSION, Tally, judge
from rules.pack import Pack
from rules.reading import read_file

BEAT_SECONDS: Final = 5.0

Clock = Callable[[], datetime]


def read_item(
    database: Database, storage: Storage, *, item_id: UUID, clock: Clock, workspace: Path
) -> None:
    """Read one received file under the contract of its request, and record what came of it.

    A file that cannot be read is a result, not a failure: it is recorded with its reason.
    """
    with database.read() as session:
        if session.get(Reading, item_id) is not None:
            return
        item = session.get(EvidenceItem, item_id)
        if item is None:
            raise NotFoundError
        table_name, pack_digest = _contract_of(session, item)
    contract = load_kept_pack(storage, digest=pack_digest).contracts[table_name]
    reading = Reading(item_id=item_id, table_name=table_name, read_at=clock())
    try:
        source = workspace / "source"
        storage.fetch(Digest(item.sha256), source)
        result = read_file(source, digest=item.sha256, contract=contract, into=workspace)
        reading.rows_in_file = result.rows_in_file
        reading.rows_read = result.rows_read
        reading.rows_refused = result.rows_refused
        reading.problems = result.problems
        reading.rows_sha256 = storage.put_file(workspace / "rows.parquet").hex
        reading.problems_sha256 = storage.put_file(workspace / "problems.parquet").hex
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does ends as its reading
        code, facts = evaluations.error_of(error)
        reading.error_code, reading.error_facts = code, _json(facts)
    record_reading(database, reading)


def record_reading(database: Database, reading: Reading) -> None:
    """Keep the first reading of a file; a second one would say the same.

    Of a file that was removed while it was read, nothing is kept.
    """
    with database.write() as session:
        is_going = state_of(session.get(Screening, reading.item_id)) in GOING
        if not is_going and session.get(Reading, reading.item_id) is None:
            session.add(reading)
            session.flush()


def run_evaluation(
    database: Database, storage: Storage, *, evaluation_id: UUID, clock: Clock, workspace: Path
) -> None:
    """Judge the frozen inputs by the frozen pack, and record all results or the failure."""
    with database.write() as session:
        claim = evaluations.start(session, evaluation_id=evaluation_id, at=clock())
    if claim is None:
        return
    count = _Count()
    try:
        with _beating(database, claim.evaluation_id, count, clock):
            _judge_and_record(database, storage, claim, count, clock=clock, workspace=workspace)
    except ConflictError:
        # Another attempt has taken over, and will end the run; this one leaves no trace.
        return
    except Exception as error:
        code, facts = evaluations.error_of(error)
        with database.write() as session:
            evaluations.fail(session, claim=claim, code=code, facts=facts, at=clock())
        if code == "job.unforeseen":
            raise


@dataclass(slots=True)
class _Count:
    """How far a run is; shared with the thread that says so."""

    done: int = 0
    total: int = 0


def _judge_and_record(
    database: Database,
    storage: Storage,
    claim: Claim,
    count: _Count,
    *,
    clock: Clock,
    workspace: Path,
) -> None:
    pack = load_kept_pack(storage, digest=claim.pack_digest)
    with database.read() as session:
        inputs = list_inputs(session, evaluation_id=claim.evaluation_id)
    tables = open_tables(pack, inputs, partial(_fetch, storage, workspace))
    count.total = len(pack.rules)
    tallies = []
    for tally in judge(pack, tables, as_of=claim.as_of, into=workspace):
        tallies.append(tally)
        count.done += 1
        _beat(database, claim.evaluation_id, count, clock)
    violations = storage.put_file(workspace / "violations.parquet")
    facts = storage.put_file(workspace / "facts.parquet")
    # Rules are done row checks first; they are shown in the order of the pack.
    order = {rule.code: position for position, rule in enumerate(pack.rules)}
    rows = [_tally_row(pack, claim.evaluation_id, order[tally.rule], tally) for tally in tallies]
    with database.write() as session:
        evaluations.finish(
            session,
            claim=claim,
            tallies=rows,
            violations_sha256=violations.hex,
            facts_sha256=facts.hex,
            engine_version=ENGINE_VERSION,
            rows_total=sum(one.rows_read for one in inputs if one.is_own),
            at=clock(),
        )


def _fetch(storage: Storage, workspace: Path, sha256: str) -> Path:
    local = workspace / f"rows-{sha256}.parquet"
    if not local.exists():  # two bodies may have handed in the same bytes
        storage.fetch(Digest(sha256), local)
    return local


def _tally_row(pack: Pack, evaluation_id: UUID, position: int, tally: Tally) -> RuleTally:
    rule = next(rule for rule in pack.rules if rule.code == tally.rule)
    contract = pack.contracts[rule.table]
    return RuleTally(
        evaluation_id=evaluation_id,
        position=position,
        rule_code=tally.rule,
        rule_class=rule.rule_class.value,
        table_name=tally.table,
        unit=tally.unit.value,
        population=tally.population,
        met=tally.met,
        violated=tally.violated,
        undetermined=tally.undetermined,
        not_applicable=tally.not_applicable,
        error=tally.error,
        error_code=tally.error_code,
        error_facts=_json(tally.error_facts),
        amount=None if tally.amount is None else to_minor(tally.amount, currency=contract.currency),
        currency=contract.currency,
    )


def _contract_of(session: Session, item: EvidenceItem) -> tuple[str, str]:
    if item.deposit_id is None:
        raise NotFoundError
    deposit = session.get_one(Deposit, item.deposit_id)
    request = session.get_one(EvidenceRequest, deposit.request_id)
    inspection = session.get_one(Inspection, deposit.inspection_id)
    campaign = session.get_one(Campaign, inspection.campaign_id)
    if request.table_name is None or campaign.pack_digest is None:
        raise NotFoundError
    return request.table_name, campaign.pack_digest


@contextmanager
def _beating(
    database: Database, evaluation_id: UUID, count: _Count, clock: Clock
) -> Iterator[None]:
    """Say every few seconds that the run lives, however long one rule takes."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(BEAT_SECONDS):
            # A busy database must not silence the beats that follow.
            with suppress(SQLAlchemyError):
                _beat(database, evaluation_id, count, clock)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(database: Database, evaluation_id: UUID, count: _Count, clock: Clock) -> None:
    with database.write() as session:
        say_progress(
            session,
            subject_id=evaluation_id,
            done=count.done,
            total=count.total,
            at=clock(),
        )


def _json(facts: Mapping[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
