"""What the settings give for opening received files."""

from pathlib import Path
from typing import Final

from api.settings import Settings
from evidence.apart import ProcessLimits
from evidence.screening.antivirus import Scanner
from inspection.screening import Tools

PROBE_SECONDS: Final = 2.0


def make_tools(settings: Settings) -> Tools:
    """The scanner, the authorities to trust, and the limits of the process that opens a file."""
    return Tools(
        scanner=Scanner(address=settings.clamd_address) if settings.clamd_address else None,
        anchors=Path(settings.trust_anchors) if settings.trust_anchors else None,
        limits=ProcessLimits(
            memory_bytes=settings.screening_memory_bytes, seconds=settings.screening_seconds
        ),
    )


def make_probe(settings: Settings) -> Scanner | None:
    """The scanner, asked only whether it is there: whoever watches the platform does not wait."""
    if not settings.clamd_address:
        return None
    return Scanner(address=settings.clamd_address, seconds=PROBE_SECONDS)


def check_anchors(settings: Settings) -> None:
    """Refuse to start with a file of authorities that holds none.

    Raises:
        EvidenceError: `evidence.trust_anchors`.
    """
    if settings.trust_anchors:
        from evidence.signatures.trust import read_anchors  # noqa: PLC0415 - large, and seldom set

        read_anchors(Path(settings.trust_anchors))
