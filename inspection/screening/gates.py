"""What may be done with a file in each state of its screening."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.digest import Digest
from evidence.storage import Storage
from inspection.errors import ConflictError
from inspection.tables import DestroyedItem, EvidenceItem, Screening
from inspection.workflow.states import ScreeningState

# Only these feed rules; `unscanned` is given only where the deployment has no scanner, and whoever
# concludes on such a file says so.
PASSED: Final = frozenset({ScreeningState.CLEAR, ScreeningState.UNSCANNED})
# A file of no table, which no rule reads, may be evidence although the scanner could not answer.
_ACCEPTABLE: Final = PASSED | {ScreeningState.TOO_LARGE, ScreeningState.ERROR}
_CODES: Final[Mapping[ScreeningState, str]] = {
    ScreeningState.WAITING: "screening.not_yet",
    ScreeningState.INFECTED: "screening.infected",
    ScreeningState.TOO_LARGE: "screening.not_scanned",
    ScreeningState.ERROR: "screening.not_scanned",
    ScreeningState.REFUSED: "screening.not_openable",
    ScreeningState.QUARANTINED: "screening.held_back",
    ScreeningState.REMOVING: "screening.held_back",
    ScreeningState.REMOVED: "screening.removed",
}
# What the security officer has decided to remove, whether it is all gone or not.
GOING: Final = frozenset({ScreeningState.REMOVING, ScreeningState.REMOVED})
# Bytes nobody gets, whoever asks: they are secret, or gone.
SHUT: Final = GOING | {ScreeningState.QUARANTINED}
# Bytes only those get who sent them.
_OWN_ONLY: Final = frozenset({ScreeningState.WAITING, ScreeningState.INFECTED})
# Bytes that leave the platform in no case file.
WITHHELD: Final = SHUT | _OWN_ONLY
# Names that may be secrets themselves are not shown: the hash is what remains.
NAMELESS: Final = "▇▇▇"
REMOVED_BEFORE: Final = "screening.removed_before"


def state_of(row: Screening | None) -> ScreeningState:
    """A file without a row waits."""
    return ScreeningState.WAITING if row is None else row.state


def shown_name(item: EvidenceItem, row: Screening | None) -> str:
    """The name of a file, unless it is held back as a secret."""
    return NAMELESS if state_of(row) in SHUT else item.name


def find_held_back(state: ScreeningState, *, for_table: bool) -> str | None:
    """The refusal of a file that may not be accepted in this state; None where it may.

    Args:
        for_table: It is data, which rules read.
    """
    return None if state in (PASSED if for_table else _ACCEPTABLE) else _CODES[state]


def refuse_shut(state: ScreeningState, *, name: str) -> None:
    """Refuse to do anything with a file nobody gets.

    Args:
        name: What it is called here; empty where whoever asks has it before their eyes.

    Raises:
        ConflictError: It is held back, or was removed: two different sentences, for what is
            removed nobody waits.
    """
    if state in SHUT:
        raise ConflictError(_CODES[state], file=name, state=state)


def refuse_removed(session: Session, *, sha256: str) -> None:
    """Refuse bytes that are, or were, removed as a secret: sent again, they are the same secret.

    Raises:
        ConflictError: They are.
    """
    known = session.exec(
        select(EvidenceItem.id)
        .join(Screening, col(Screening.item_id) == col(EvidenceItem.id))
        .where(col(EvidenceItem.sha256) == sha256, col(Screening.state).in_(GOING))
    ).first()
    if known is not None:
        raise ConflictError(REMOVED_BEFORE)


@contextmanager
def leaving_no_secret(storage: Storage, digest: Digest) -> Iterator[None]:
    """Record bytes put into the store before; where `refuse_removed` refuses them, erase them."""
    try:
        yield
    except ConflictError as error:
        if error.code == REMOVED_BEFORE:
            storage.erase(digest)
        raise


def require_open(session: Session, *, item_id: UUID, is_own: bool) -> None:
    """Refuse the bytes of a file that is held back, or was destroyed when its time was over.

    Args:
        is_own: Asked for by the side that sent it.

    Raises:
        ConflictError: With the reason.
    """
    if session.get(DestroyedItem, item_id) is not None:
        raise ConflictError("evidence.destroyed")
    state = state_of(session.get(Screening, item_id))
    if state in SHUT or (state in _OWN_ONLY and not is_own):
        raise ConflictError(_CODES[state], file="", state=state)
