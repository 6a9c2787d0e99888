"""JSON: the custody log, for everybody: heads, keys and proofs, and nothing of what is in it."""

from base64 import b64encode
from dataclasses import dataclass

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from sqlmodel import Session

from api.auth import PUBLIC
from evidence.custody.proving import find_head, prove_consistency, prove_inclusion
from evidence.errors import CustodyPendingError, EvidenceNotFoundError
from evidence.key_files import KeyFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Hashes from a leaf upwards, in base64 (RFC 9162, 2.1.3)."""

    index: int
    size: int
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """Hashes that show a tree to begin with an older one, in base64 (RFC 9162, 2.1.4)."""

    old: int
    new: int
    proof: tuple[str, ...]


class CustodyEndpoints(Controller):
    """What an outside party needs to hold the platform to its log."""

    path = "/custody"
    tags = ("custody",)
    opt = {PUBLIC: True}  # noqa: RUF012 - Litestar reads a class attribute

    @get("/checkpoint", sync_to_thread=True, media_type="text/plain")
    def checkpoint(self, session: NamedDependency[Session]) -> str:
        """The newest head, as a signed note (C2SP tlog-checkpoint)."""
        head = find_head(session)
        if head is None:
            raise CustodyPendingError("custody.not_signed", size=0)
        return head.note

    @get("/keys", sync_to_thread=True)
    def keys(self, keys: NamedDependency[SkipValidation[KeyFolder]]) -> Response[str]:
        """Every public key, with dates and states: the file that verifies receipts."""
        ring = keys.find_ring()
        if ring is None:
            raise EvidenceNotFoundError("custody.no_keys")
        return Response(ring.to_json(), media_type="application/json")

    @get("/proof", sync_to_thread=True)
    def inclusion(
        self, session: NamedDependency[Session], index: FromQuery[int], size: FromQuery[int]
    ) -> InclusionProof:
        """Proof that the entry at an index lies in the tree of the first `size` entries."""
        proof = prove_inclusion(session, index=index, size=size)
        return InclusionProof(index=index, size=size, proof=_written(proof))

    @get("/consistency", sync_to_thread=True)
    def consistency(
        self, session: NamedDependency[Session], old: FromQuery[int], new: FromQuery[int]
    ) -> ConsistencyProof:
        """Proof that the first `new` entries begin with the first `old`."""
        proof = prove_consistency(session, old=old, new=new)
        return ConsistencyProof(old=old, new=new, proof=_written(proof))


def _written(proof: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(b64encode(one).decode() for one in proof)
