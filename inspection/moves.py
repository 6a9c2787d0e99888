"""The one place where a row changes its state or its contents: by compare-and-set, journalled."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol, TypeVar
from uuid import UUID

from sqlmodel import Session, col, update

from evidence.custody import Fact
from inspection import journal
from inspection.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    TransitionRefusedError,
)
from inspection.people import Actor, Party
from inspection.tables import (
    Campaign,
    Conclusion,
    Deposit,
    Destruction,
    Evaluation,
    Finding,
    Inspection,
    LegalHold,
    Organization,
    Person,
)
from inspection.workflow.states import Act, State, Subject
from inspection.workflow.transitions import Transition, find_transition

LONGEST_REASON: Final = 20_000
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2200
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

T = TypeVar("T")

Moving = (
    Campaign | Inspection | Deposit | Evaluation | Finding | Conclusion | LegalHold | Destruction
)
Editable = Moving | Organization | Person

SUBJECTS: Final[Mapping[type[Moving], Subject]] = {
    Campaign: Subject.CAMPAIGN,
    Inspection: Subject.INSPECTION,
    Deposit: Subject.DEPOSIT,
    Evaluation: Subject.EVALUATION,
    Finding: Subject.FINDING,
    Conclusion: Subject.CONCLUSION,
    LegalHold: Subject.HOLD,
    Destruction: Subject.DESTRUCTION,
}


class Where(Protocol):
    """The case an act belongs to, for the journal."""

    @property
    def campaign_id(self) -> UUID | None: ...  # noqa: D102 - the protocol's docstring says it

    @property
    def inspection_id(self) -> UUID | None: ...  # noqa: D102 - the protocol's docstring says it


def target_of(subject: Subject, state: State, act: Act, *, parties: frozenset[Party]) -> Transition:
    """Say where an act leads.

    Raises:
        TransitionRefusedError: The act has no place in this state.
        NotAllowedError: It has, but not for these parties.
    """
    transition = find_transition(subject, state, act)
    if transition is None:
        raise TransitionRefusedError("act.not_now", subject=subject, state=state, act=act)
    if not transition.by & parties:
        raise NotAllowedError("act.not_yours", subject=subject, act=act, by=sorted(transition.by))
    return transition


def advance(
    session: Session,
    row: Moving,
    *,
    act: Act,
    actor: Actor,
    parties: frozenset[Party],
    at: datetime,
    where: Where,
    version: int | None = None,
    reason: str = "",
    values: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
    entry: Mapping[str, Fact] | None = None,
) -> UUID:
    """Move a row along its workflow, set what the act brings with it, and record the act.

    Args:
        version: What the person saw; None where a job acts on what it has just read.
        values: Columns the act sets together with the state.
        facts: For the journal: identifiers, counts and digests.
        entry: For the custody log, beside what it says of every act (see `journal.record`).

    Returns:
        The id of the entry in the custody log.

    Raises:
        TransitionRefusedError, NotAllowedError: See `target_of`.
        InvalidError: The act needs a reason and has none.
        ConflictError: Somebody else changed the row first.
    """
    subject = SUBJECTS[type(row)]
    transition = target_of(subject, row.state, act, parties=parties)
    if transition.reason:
        reason = checked_text(reason, field="reason", longest=LONGEST_REASON)
    _set(session, row, version=version, values={**(values or {}), "state": transition.target})
    leaf_id = journal.record(
        session,
        event=f"{subject}.{act}",
        subject_id=row.id,
        actor=actor,
        at=at,
        campaign_id=where.campaign_id,
        inspection_id=where.inspection_id,
        reason=reason,
        facts={"from": transition.source, "to": transition.target, **(facts or {})},
        entry=entry,
    )
    session.flush()
    return leaf_id


def edit(session: Session, row: Editable, *, version: int, values: Mapping[str, object]) -> None:
    """Change the contents of a row.

    Raises:
        ConflictError: The row is no longer what the person saw: the edit would undo another's.
    """
    _set(session, row, version=version, values=values)


def _set(
    session: Session, row: Editable, *, version: int | None, values: Mapping[str, object]
) -> None:
    if version is not None and version != row.version:
        raise ConflictError("changed_meanwhile", version=version, current=row.version)
    table = type(row)
    # Compare and set: of two people pressing the button at once, one wins.
    conditions = [col(table.id) == row.id, col(table.version) == row.version]
    if not isinstance(row, (Organization, Person)):
        moving = type(row)
        conditions.append(col(moving.state) == row.state)
    changed = session.exec(
        update(table).where(*conditions).values(**values, version=row.version + 1)
    )
    if changed.rowcount != 1:
        raise ConflictError("changed_meanwhile", version=row.version)
    session.refresh(row)


class FieldChecks:
    """Gathers what is wrong with the fields of one form, so that all of it is told at once."""

    def __init__(self) -> None:
        self._found: list[InvalidError] = []

    def take(self, check: Callable[[], T], *, otherwise: T) -> T:
        """Check one field; where it cannot be taken, go on with `otherwise` until the end."""
        try:
            return check()
        except InvalidError as error:
            self._found.append(error)
            return otherwise

    def run(self, check: Callable[[], object]) -> None:
        """Check something whose value is not needed."""
        self.take(check, otherwise=None)

    def refuse(self, code: str, **facts: object) -> None:
        """Note what several fields have wrong together."""
        self._found.append(InvalidError(code, **facts))

    def end(self) -> None:
        """Raise InvalidError for the first field, with the others in `also`."""
        if self._found:
            first, *others = self._found
            first.also = tuple(others)
            raise first


def checked_text(text: str, *, field: str, longest: int) -> str:
    """The text without outer white space.

    Raises:
        InvalidError: It is empty, longer than `longest` characters, or holds control characters.
    """
    text = text.strip()
    if not text:
        raise InvalidError("text.empty", field=field)
    refuse_controls(text, field=field, longest=longest)
    return text


def optional_text(text: str, *, field: str, longest: int) -> str:
    """The text without outer white space, which may be empty; see `checked_text`."""
    text = text.strip()
    refuse_controls(text, field=field, longest=longest)
    return text


def checked_moment(moment: datetime, *, field: str) -> datetime:
    """A moment somebody entered.

    Raises:
        InvalidError: It has no time zone, or lies outside the years people mean.
    """
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InvalidError("moment.not_valid", field=field, first=FIRST_YEAR, last=LAST_YEAR)
    return moment


def refuse_controls(text: str, *, field: str, longest: int) -> None:
    """Refuse a text that is too long, or holds characters nobody types and PostgreSQL refuses."""
    if CONTROLS.search(text):
        raise InvalidError("text.control_characters", field=field)
    if len(text) > longest:
        raise InvalidError("text.too_long", field=field, longest=longest, length=len(text))
