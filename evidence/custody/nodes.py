"""Hashes of the tree, as they are kept and asked for: never more than the height of the tree."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, Self

from sqlalchemy import and_, or_
from sqlmodel import Session, col, insert, select

from evidence.custody.merkle import Place, Range, fold, node_hash, places_of
from evidence.custody.tables import CustodyNode
from evidence.errors import CustodyAlteredError

_BATCH: Final = 200  # places in one question; SQLite limits the depth of its expressions


def fold_ranges(session: Session, ranges: Sequence[Range]) -> tuple[bytes, ...]:
    """The root over each range, from kept hashes alone.

    Raises:
        CustodyAlteredError: A hash that must be there is not.
    """
    wanted = [places_of(one) for one in ranges]
    found = find_hashes(session, [place for places in wanted for place in places])
    return tuple(fold([_require(found, place) for place in places]) for places in wanted)


def find_hashes(session: Session, places: Iterable[Place]) -> Mapping[Place, bytes]:
    """The kept hashes of these places, as far as there are any."""
    ordered, found = sorted(set(places)), {}
    for first in range(0, len(ordered), _BATCH):
        # Level by level: SQLite reads the whole table for a list of pairs, and the key for this.
        wanted = or_(
            *(
                and_(
                    col(CustodyNode.level) == level,
                    col(CustodyNode.position).in_([one.position for one in group]),
                )
                for level, group in groupby(ordered[first : first + _BATCH], attrgetter("level"))
            )
        )
        rows = session.exec(
            select(CustodyNode.level, CustodyNode.position, CustodyNode.hash).where(wanted)
        )
        found.update({Place(level, position): one for level, position, one in rows})
    return found


class Growth:
    """Appends leaves to the right edge of a tree, and collects the subtrees they complete."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[Place, bytes]] = []
        self._new: list[tuple[Place, bytes]] = []

    @classmethod
    def load(cls, session: Session, size: int) -> Self:
        """The right edge of the kept tree of that size."""
        growth, edge = cls(), places_of(Range(0, size))
        found = find_hashes(session, edge)
        growth.size = size
        growth._edge = [(place, _require(found, place)) for place in edge]
        return growth

    @property
    def root(self) -> bytes:
        """The root over everything so far."""
        return fold([one for _, one in self._edge])

    def append(self, leaf: bytes) -> None:
        """Add one leaf; on average it completes one subtree besides itself."""
        place, grown = Place(0, self.size), leaf
        self._new.append((place, grown))
        while self._edge and self._edge[-1][0].level == place.level:
            _, left = self._edge.pop()
            place, grown = Place(place.level + 1, place.position >> 1), node_hash(left, grown)
            self._new.append((place, grown))
        self._edge.append((place, grown))
        self.size += 1

    def take_new(self) -> list[tuple[Place, bytes]]:
        """The complete subtrees since this was asked last."""
        new, self._new = self._new, []
        return new

    def write(self, session: Session) -> None:
        """Keep what is new."""
        rows = [
            {"level": place.level, "position": place.position, "hash": one}
            for place, one in self.take_new()
        ]
        if rows:
            session.exec(insert(CustodyNode), params=rows)


def _require(found: Mapping[Place, bytes], place: Place) -> bytes:
    if place not in found:
        raise CustodyAlteredError("custody.node_missing", level=place.level, index=place.position)
    return found[place]
