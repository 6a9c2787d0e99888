"""Whether bytes may be missing: only where a certificate says so, and the log bears it out."""

from collections.abc import Mapping
from typing import Any, Final

from evidence.custody.acts import CustodyAct
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing
from evidence.receipt import (
    CERTIFICATE,
    HASHED,
    VerifiedReceipt,
    digest_of_statement,
    verify_receipt,
)
from evidence.receipt_file import read_receipt
from inspection.casefile import layout, log
from inspection.casefile.log_binding import Bound
from inspection.casefile.reading import DATA, Look
from inspection.casefile.values import CaseFault

Statement = Mapping[str, Any]
_ENTERED: Final = ("item_id", "sha256", "destruction_id")
_NAMES: Final = ("id", "sha256", "size_bytes")


def check_destroyed(look: Look, bound: Bound, ring: KeyRing) -> dict[str, VerifiedReceipt]:
    """Everything told as destroyed has its entry in the log, and a certificate that names it.

    Returns:
        The certificates that hold, by their paths.
    """
    rows = bound.told("destroyed")
    certificates = {
        destruction_id: _read_certificate(look, destruction_id, ring)
        for destruction_id in dict.fromkeys(row["destruction_id"] for row in rows)
    }
    # The log says of this very file that it was destroyed, when, and by which decision.
    logged = {
        (*map(one.said["facts"].get, _ENTERED), one.said["at"])
        for one in bound.entries
        if one.said["act"] == CustodyAct.EVIDENCE_DESTROY
    }
    for row in rows:
        look.checked["destroyed"] += 1
        if (row["id"], row["sha256"], row["destruction_id"], row["destroyed_at"]) not in logged:
            look.report(CaseFault.NOT_DESTROYED, DATA + layout.CASE, expected=row["id"])
        certificate = certificates[row["destruction_id"]]
        if certificate is not None and not _names(certificate.statement, row, bound):
            look.report(
                CaseFault.CERTIFICATE_DIFFERS, _path(row["destruction_id"]), expected=row["sha256"]
            )
    return {_path(key): one for key, one in certificates.items() if one is not None}


def _path(destruction_id: object) -> str:
    return DATA + log.certificate_path(destruction_id)


def _read_certificate(look: Look, destruction_id: object, ring: KeyRing) -> VerifiedReceipt | None:
    path = _path(destruction_id)
    if path not in look.bag.payload:
        look.report(CaseFault.NO_CERTIFICATE, path, expected=destruction_id)
        return None
    try:
        content = read_receipt(look.folder / path)
        return verify_receipt(content, ring, kind=CERTIFICATE)
    except CustodyForgedError as error:
        look.report(CaseFault.CERTIFICATE_FAILS, path, found=error.code)
        return None


def _names(certificate: Statement, row: Mapping[str, Any], bound: Bound) -> bool:
    """The certificate is the one the decision in the log binds, and this file stands in it."""
    [inspection] = bound.told("inspection")
    decided = {
        one.said["facts"].get(HASHED)
        for one in bound.entries
        if one.said["act"] == CustodyAct.DESTRUCTION_CONFIRM
        and one.said["facts"].get("destruction_id") == row["destruction_id"]
    }
    return (
        decided == {digest_of_statement(certificate)}
        and certificate["destruction_id"] == row["destruction_id"]
        and certificate["inspection"]["id"] == inspection["id"]
        and any(_is_of(file, row) for file in certificate["files"])
    )


def _is_of(file: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    # What was never handed in has no name there; it is told as withheld, and has none here either.
    is_named = file.get("name", row["name"]) == row["name"]
    return is_named and all(file[name] == row[name] for name in _NAMES)
