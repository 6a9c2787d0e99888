"""Statements frozen before a file they name was held back: what may still be told of them.

Receipts and certificates of destruction are bound to the custody log word for word.  A paper or a
page of one is made anew without the name; the statement itself is given out whole or not at all.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from inspection.errors import ConflictError
from inspection.screening.gates import NAMELESS, SHUT
from inspection.tables import Screening

STATED: Final = "screening.stated"

Statement = Mapping[str, Any]  # a JSON object, with the files it names


def list_nameless(session: Session, items: SelectOfScalar[Any]) -> frozenset[str]:
    """Those of these files that are held back now, as statements write their ids."""
    shut = select(Screening.item_id).where(
        col(Screening.item_id).in_(items), col(Screening.state).in_(SHUT)
    )
    return frozenset(str(one) for one in session.exec(shut))


def without_names(statement: Statement, nameless: frozenset[str]) -> dict[str, Any]:
    """What a statement says, for reading alone: these files, or any it does not name, nameless."""
    return {
        **statement,
        "files": [
            {**file, "name": NAMELESS if file["id"] in nameless else file.get("name", NAMELESS)}
            for file in statement["files"]
        ],
    }


def refuse_named(
    statements: Iterable[Statement], nameless: frozenset[str], *, code: str = STATED
) -> None:
    """Refuse to give statements out that name one of these files.

    Raises:
        ConflictError: With that code; nobody is excepted, as with the file itself.
    """
    if any(names_one(statement, nameless) for statement in statements):
        raise ConflictError(code)


def names_one(statement: Statement, nameless: frozenset[str]) -> bool:
    """Whether a statement names one of these files."""
    return any(
        file["id"] in nameless and file.get("name", NAMELESS) != NAMELESS
        for file in statement["files"]
    )
