"""Files that come in parts: announced, received part by part, checked whole, recorded once."""

from inspection.uploads.beginning import begin_upload
from inspection.uploads.ending import (
    discard_expired,
    drop_bytes,
    list_abandoned,
    list_live,
    remove_upload,
)
from inspection.uploads.finishing import finish_upload
from inspection.uploads.going_on import go_on
from inspection.uploads.targets import Announced, Target, open_upload

__all__ = [
    "Announced",
    "Target",
    "begin_upload",
    "discard_expired",
    "drop_bytes",
    "finish_upload",
    "go_on",
    "list_abandoned",
    "list_live",
    "open_upload",
    "remove_upload",
]
