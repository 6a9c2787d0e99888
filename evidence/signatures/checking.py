"""Checking the signatures of one file, by its kind, in a process of its own."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from evidence.apart import ProcessLimits, run_apart
from evidence.errors import HostileFileError
from evidence.signatures.values import Coverage, Doubt, Integrity, SignatureFact

# Kinds that carry signatures in a way we can check.
SIGNABLE: Final = frozenset({"application/pdf", "application/xml"})


def check_signatures(
    path: Path, *, kind: str, anchors: Path | None, at: datetime, limits: ProcessLimits
) -> list[SignatureFact]:
    """Check every signature of a file; none where it bears none.

    A file whose check takes too much has one fact: undetermined, unreadable.  So has every file
    when the anchors cannot be read; `read_anchors` refuses those at the start.
    """
    if kind not in SIGNABLE:
        return []
    arguments = {
        "path": str(path),
        "kind": kind,
        "anchors": None if anchors is None else str(anchors),
        "at": at.isoformat(),
    }
    try:
        told = run_apart("signatures", arguments, limits=limits)
    except HostileFileError:
        return [_UNREADABLE]
    return [_fact(one) for one in told]


def check_apart(*, path: str, kind: str, anchors: str | None, at: str) -> list[dict[str, Any]]:
    """The inside of the process."""
    # Both libraries are large, and a file is of one kind.
    from evidence.signatures.pdf import check_pdf  # noqa: PLC0415
    from evidence.signatures.trust import read_anchors  # noqa: PLC0415
    from evidence.signatures.xml import check_xml  # noqa: PLC0415

    check = check_pdf if kind == "application/pdf" else check_xml
    trusted = read_anchors(None if anchors is None else Path(anchors))
    found = check(Path(path), anchors=trusted, at=datetime.fromisoformat(at))
    return [asdict(one) for one in found]


def _fact(told: Mapping[str, Any]) -> SignatureFact:
    return SignatureFact(
        position=told["position"],
        signer=told["signer"],
        signed_at=told["signed_at"],
        is_timestamped=told["is_timestamped"],
        coverage=Coverage(told["coverage"]),
        verdict=Integrity(told["verdict"]),
        doubt=None if told["doubt"] is None else Doubt(told["doubt"]),
    )


_UNREADABLE: Final = SignatureFact(
    position=1,
    signer="",
    signed_at="",
    is_timestamped=False,
    coverage=Coverage.UNKNOWN,
    verdict=Integrity.UNDETERMINED,
    doubt=Doubt.UNREADABLE,
)
