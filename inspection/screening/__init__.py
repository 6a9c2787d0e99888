"""Between receipt and use: every file is looked at, and only what passes goes on."""

from inspection.screening.deciding import (
    declare_secret,
    release_quarantined,
    rescan_unscanned,
    screen_again,
)
from inspection.screening.gates import (
    PASSED,
    find_held_back,
    leaving_no_secret,
    refuse_removed,
    require_open,
)
from inspection.screening.removing import forget_quarantined
from inspection.screening.resending import RESEND, telling_of_secrets
from inspection.screening.running import READ_JOB, SCREEN_JOB, Tools, screen_item

__all__ = [
    "PASSED",
    "READ_JOB",
    "RESEND",
    "SCREEN_JOB",
    "Tools",
    "declare_secret",
    "find_held_back",
    "forget_quarantined",
    "leaving_no_secret",
    "refuse_removed",
    "release_quarantined",
    "require_open",
    "rescan_unscanned",
    "screen_again",
    "screen_item",
    "telling_of_secrets",
]
