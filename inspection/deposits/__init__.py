"""What an organization hands in: received first, recorded then; certified, accepted or returned."""

from inspection.deposits.deciding import (
    LONGEST_NOTE,
    accept_deposit,
    certify_deposit,
    check_stated,
    reopen_deposit,
    return_deposit,
    submit_deposit,
)
from inspection.deposits.doors import answer_door, deposit_door
from inspection.deposits.limiting import LIVE, refuse_too_many
from inspection.deposits.obstacles import Obstacle, obstacle_of
from inspection.deposits.receiving import (
    ReceivedFile,
    find_received,
    open_answer,
    receive_answer_file,
    receive_file,
    record_answer_file,
    record_file,
)
from inspection.deposits.versions import begin_version, remove_file

__all__ = [
    "LIVE",
    "LONGEST_NOTE",
    "Obstacle",
    "ReceivedFile",
    "accept_deposit",
    "answer_door",
    "begin_version",
    "certify_deposit",
    "check_stated",
    "deposit_door",
    "find_received",
    "obstacle_of",
    "open_answer",
    "receive_answer_file",
    "receive_file",
    "record_answer_file",
    "record_file",
    "refuse_too_many",
    "remove_file",
    "reopen_deposit",
    "return_deposit",
    "submit_deposit",
]
