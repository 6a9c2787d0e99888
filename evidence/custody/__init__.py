"""The custody log: every act on evidence, in one append-only Merkle tree."""

from evidence.custody.acts import CustodyAct
from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.entry import Fact
from evidence.custody.recording import record
from evidence.custody.sequencing import sequence

__all__ = ["Checkpoint", "CustodyAct", "Fact", "open_checkpoint", "record", "sequence"]
