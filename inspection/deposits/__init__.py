"""What an organization hands in: received first, recorded then; certified, accepted or returned."""

from inspection.deposits.deciding import (
    LONGEST_NOTE,
    accept_deposit,
    return_deposit,
    submit_deposit,
)
from inspection.deposits.doors import answer_door, deposit_door
from inspection.deposits.receiving import (
    ReceivedFile,
    open_answer,
    receive_answer_file,
    receive_file,
)

__all__ = [
    "LONGEST_NOTE",
    "ReceivedFile",
    "accept_deposit",
    "answer_door",
    "deposit_door",
    "open_answer",
    "receive_answer_file",
    "receive_file",
    "return_deposit",
    "submit_deposit",
]
