"""Between receipt and use: every file is looked at, and only what passes goes on."""

from inspection.screening.deciding import (
    declare_secret,
    find_quarantined,
    forget_quarantined,
    release_quarantined,
    rescan_unscanned,
    screen_again,
)
from inspection.screening.gates import (
    PASSED,
    refuse_held_back,
    require_open,
)
from inspection.screening.running import READ_JOB, SCREEN_JOB, Tools, screen_item

__all__ = [
    "PASSED",
    "READ_JOB",
    "SCREEN_JOB",
    "Tools",
    "declare_secret",
    "find_quarantined",
    "forget_quarantined",
    "refuse_held_back",
    "release_quarantined",
    "require_open",
    "rescan_unscanned",
    "screen_again",
    "screen_item",
]
