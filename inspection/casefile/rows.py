"""The rows of one inspection, as they lie in the database at one moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, col, or_, select

from evidence.custody.entry import written_moment
from inspection.access import UNCERTIFIED
from inspection.screening.gates import SHUT, WITHHELD, state_of
from inspection.tables import (
    Answer,
    Campaign,
    Conclusion,
    ConclusionItem,
    Deposit,
    DestroyedItem,
    Destruction,
    Evaluation,
    EvaluationInput,
    EvidenceItem,
    EvidenceRequest,
    Finding,
    Inspection,
    JournalEntry,
    Matter,
    Organization,
    Person,
    Reading,
    RuleTally,
    Screening,
    SignatureCheck,
    TeamMember,
)
from inspection.workflow.states import EvaluationState

Row = dict[str, Any]  # a row as JSON: its columns decide

# Accounts hold secrets: of people and bodies, only who they are.
_PERSON = ("id", "full_name", "position", "role", "organization_id")
_WITHHELD = ("id", "deposit_id", "answer_id", "sha256", "size_bytes", "received_at")
NOT_HANDED_IN = "not handed in"  # beside the states of screening
_AT_ONCE = 5_000
_BODY = ("id", "code", "name", "kind", "parent_name", "place")


@dataclass(slots=True)
class _Split:
    """What goes along, what is destroyed, and what is only told of."""

    items: list[EvidenceItem] = field(default_factory=list)
    destroyed: list[tuple[EvidenceItem, DestroyedItem]] = field(default_factory=list)
    withheld: list[Row] = field(default_factory=list)


def list_case_rows(session: Session, *, inspection: Inspection) -> dict[str, list[Row]]:
    """Every row that belongs to an inspection, by table, in a stable order.

    Left out, as for everybody but the organization itself: deposits not certified by all, and
    answers that were never handed in.  Of their files, of files nobody has looked at yet, and of
    those infected or held back as state secrets only digest, size and state are told, as
    "withheld"; files destroyed when their time was over are told whole, as "destroyed".  The frozen
    conclusion is a file of its own.
    """
    judged = _list_judged(session, inspection)
    decided = _list_decided(session, inspection)
    split = _split_items(session, inspection, judged["evaluations"])
    received = _list_received(session, inspection, split)
    rows = {**_list_asked(session, inspection), **judged, **decided, **received}
    found = {name: [_row(one) for one in some] for name, some in rows.items()}
    found["destroyed"] = _list_destroyed(session, split)
    for conclusion in found["conclusions"]:
        del conclusion["frozen"]
    found["withheld"] = split.withheld
    found["people"] = _people(session, found)
    found["bodies"] = _bodies(session, found)
    return found


def list_journal_rows(session: Session, *, inspection: Inspection) -> list[Row]:
    """The journal of an inspection and of its campaign as a whole, in the order it was written."""
    of_case = or_(
        col(JournalEntry.inspection_id) == inspection.id,
        (col(JournalEntry.campaign_id) == inspection.campaign_id)
        & col(JournalEntry.inspection_id).is_(None),
    )
    query = select(JournalEntry).where(of_case).order_by(col(JournalEntry.id))
    return [_row(entry) for entry in session.exec(query)]


def _list_asked(session: Session, inspection: Inspection) -> dict[str, Sequence[Any]]:
    campaign_ids = [inspection.campaign_id]
    return {
        "campaign": [session.get_one(Campaign, inspection.campaign_id)],
        "inspection": [inspection],
        "matters": _of(session, Matter, Matter.campaign_id, campaign_ids, Matter.number),
        "team": _of(session, TeamMember, TeamMember.campaign_id, campaign_ids, TeamMember.id),
        "requests": _of(
            session,
            EvidenceRequest,
            EvidenceRequest.campaign_id,
            campaign_ids,
            EvidenceRequest.number,
        ),
    }


def _list_judged(session: Session, inspection: Inspection) -> dict[str, Sequence[Any]]:
    runs = _select(
        session,
        select(Evaluation)
        .where(
            col(Evaluation.inspection_id) == inspection.id,
            col(Evaluation.state) == EvaluationState.DONE,
        )
        .order_by(col(Evaluation.number)),
    )
    inputs = EvaluationInput
    return {
        "evaluations": runs,
        "inputs": _of(session, inputs, inputs.evaluation_id, _ids(runs), inputs.item_id),
        "tallies": _of(session, RuleTally, RuleTally.evaluation_id, _ids(runs), RuleTally.position),
    }


def _list_decided(session: Session, inspection: Inspection) -> dict[str, Sequence[Any]]:
    ids = [inspection.id]
    findings = _of(session, Finding, Finding.inspection_id, ids, Finding.number)
    conclusions = _of(session, Conclusion, Conclusion.inspection_id, ids, Conclusion.id)
    answers = _of(session, Answer, Answer.finding_id, _ids(findings), Answer.created_at)
    items = ConclusionItem
    return {
        "findings": findings,
        "answers": [answer for answer in answers if answer.submitted_at is not None],
        "conclusions": conclusions,
        "conclusion_items": _of(
            session, items, items.conclusion_id, _ids(conclusions), items.matter_id
        ),
    }


def _list_received(
    session: Session, inspection: Inspection, split: _Split
) -> dict[str, Sequence[Any]]:
    deposits = _select(
        session,
        select(Deposit)
        .where(
            col(Deposit.inspection_id) == inspection.id,
            col(Deposit.state).not_in(UNCERTIFIED),
        )
        .order_by(col(Deposit.created_at), col(Deposit.id)),
    )
    told = _ids([*split.items, *(item for item, _ in split.destroyed)])
    return {
        "deposits": deposits,
        "items": split.items,
        "screenings": _of(session, Screening, Screening.item_id, told, Screening.item_id),
        "signatures": _of(
            session, SignatureCheck, SignatureCheck.item_id, told, SignatureCheck.position
        ),
        "readings": _of(session, Reading, Reading.item_id, told, Reading.item_id),
    }


def _split_items(session: Session, inspection: Inspection, runs: Sequence[Any]) -> _Split:
    # A rule of campaign scope has read other organizations' files as well: without them, nobody
    # could judge again.
    used = select(EvaluationInput.item_id).where(col(EvaluationInput.evaluation_id).in_(_ids(runs)))
    found = session.exec(
        select(EvidenceItem, Screening, Deposit.state, Answer.submitted_at)
        .outerjoin(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .outerjoin(Deposit, col(Deposit.id) == col(EvidenceItem.deposit_id))
        .outerjoin(Answer, col(Answer.id) == col(EvidenceItem.answer_id))
        .outerjoin(Finding, col(Finding.id) == col(Answer.finding_id))
        .where(
            or_(
                col(Deposit.inspection_id) == inspection.id,
                col(Finding.inspection_id) == inspection.id,
                col(EvidenceItem.id).in_(used),
            )
        )
        .order_by(col(EvidenceItem.received_at), col(EvidenceItem.id))
    ).all()
    split = _Split()
    ends = {row.item_id: row for row in _list_ends(session, [item for item, *_ in found])}
    for item, screening, deposit_state, submitted_at in found:
        state = state_of(screening)
        own = deposit_state in UNCERTIFIED or (item.answer_id is not None and submitted_at is None)
        # What is gone needs no withholding, unless its name may be a secret.
        if own or state in SHUT or (state in WITHHELD and item.id not in ends):
            told = item.model_dump(mode="json", include=set(_WITHHELD))
            split.withheld.append({**told, "state": NOT_HANDED_IN if own else state.value})
        elif item.id in ends:
            split.destroyed.append((item, ends[item.id]))
        else:
            split.items.append(item)
    return split


def _select(session: Session, query: Any) -> Sequence[Any]:  # a query of any table
    return list(session.exec(query).all())


def _of(
    session: Session, table: Any, column: Any, ids: Iterable[object], order: Any
) -> Sequence[Any]:  # columns of any table
    # In parts: a database takes so many values in one question, and no more.
    wanted = list(ids)
    return [
        row
        for start in range(0, len(wanted), _AT_ONCE)
        for row in _select(
            session,
            select(table)
            .where(col(column).in_(wanted[start : start + _AT_ONCE]))
            .order_by(col(column), col(order)),
        )
    ]


def _ids(rows: Iterable[Any]) -> list[UUID]:  # rows of any table
    return [row.id for row in rows]


def _list_ends(session: Session, items: Iterable[EvidenceItem]) -> Sequence[DestroyedItem]:
    column = DestroyedItem.item_id
    return _of(session, DestroyedItem, column, _ids(items), column)


def _list_destroyed(session: Session, split: _Split) -> list[Row]:
    """Destroyed files, each with its decision and when that was: its entry in the log says so."""
    ids = {end.destruction_id for _, end in split.destroyed}
    decided = select(Destruction.id, Destruction.decided_at).where(col(Destruction.id).in_(ids))
    moments = dict(session.exec(decided).all())
    return [
        {
            **_row(item),
            "destruction_id": str(end.destruction_id),
            "destroyed_at": written_moment(moment),
            "erasure": end.state.value,
        }
        for item, end in split.destroyed
        if (moment := moments[end.destruction_id]) is not None
    ]


def _row(row: SQLModel) -> Row:
    return row.model_dump(mode="json")


def _people(session: Session, rows: dict[str, list[Row]]) -> list[Row]:
    named = {"author_id", "issuer_id", "person_id"}
    ids = {
        UUID(value)
        for some in rows.values()
        for row in some
        for name, value in row.items()
        if value and (name.endswith("_by") or name in named)
    }
    found = session.exec(select(Person).where(col(Person.id).in_(ids)).order_by(col(Person.id)))
    return [person.model_dump(mode="json", include=set(_PERSON)) for person in found]


def _bodies(session: Session, rows: dict[str, list[Row]]) -> list[Row]:
    ids = {
        UUID(row[name])
        for some in rows.values()
        for row in some
        for name in ("organization_id", "body_id")
        if row.get(name)
    }
    query = select(Organization).where(col(Organization.id).in_(ids))
    found = session.exec(query.order_by(col(Organization.code)))
    return [body.model_dump(mode="json", include=set(_BODY)) for body in found]
