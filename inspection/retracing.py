"""One verdict of a run, retraced step by step on the files the run has read."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

import polars as pl

from evidence.storage import Storage
from inspection.access import open_evaluation
from inspection.database import Database
from inspection.errors import ConflictError
from inspection.inputs import ReadInput, list_inputs, open_tables
from inspection.opening import load_kept_pack
from inspection.people import Actor
from inspection.violations import fetch_cached
from inspection.workflow.states import EvaluationState
from rules.evaluation.trace import Place, Trace
from rules.evaluation.tracing import trace


def retrace(
    database: Database,
    storage: Storage,
    cache: Path,
    *,
    actor: Actor,
    evaluation_id: UUID,
    rule_code: str,
    place: Place | None,
    key: str | None,
) -> Trace:
    """Say how one unit got its verdict, met ones too, as the run has judged it.

    Args:
        database: Asked in a short transaction of its own; none is open while rules run.
        storage: Where pack and rows lie.
        cache: Local copies of stored tables.
        actor: Of the team; for anybody else the run does not exist.
        evaluation_id: The run.
        rule_code: The rule.
        place: Any row of the unit.
        key: The unit's key as a person reads it.

    Raises:
        NotFoundError: No such run for this actor.
        ConflictError: `evaluation.not_done`.
        TraceError: See `rules.evaluation.trace`.
    """
    with database.read() as session:
        _, run = open_evaluation(session, actor=actor, evaluation_id=evaluation_id)
        inputs = list_inputs(session, evaluation_id=evaluation_id)
    if run.state is not EvaluationState.DONE:
        raise ConflictError("evaluation.not_done", state=run.state)
    pack = load_kept_pack(storage, digest=run.pack_digest)
    fetch = partial(fetch_cached, storage, cache)
    return trace(
        pack,
        open_tables(pack, inputs, fetch),
        rule=rule_code,
        place=place,
        key=key,
        as_of=run.as_of,
        problems=_problems(storage, cache, inputs, place),
    )


def _problems(
    storage: Storage, cache: Path, inputs: Sequence[ReadInput], place: Place | None
) -> pl.LazyFrame | None:
    """What could not be read in the file of the row; of the others nobody asks."""
    for one in inputs:
        if place is not None and one.sha256 == place.file and one.problems_sha256 is not None:
            return pl.scan_parquet(fetch_cached(storage, cache, one.problems_sha256))
    return None
