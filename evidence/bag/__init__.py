"""Bags (BagIt 1.0, RFC 8493): a folder that says of every file in it what its bytes are."""

from evidence.bag.archive import stream_zip
from evidence.bag.faults import BagFault, BagProblem, BagReport, PayloadFile
from evidence.bag.folder import write_folder
from evidence.bag.payload import read_payload
from evidence.bag.sealing import BagFile, Sealed
from evidence.bag.verifying import verify_bag

__all__ = [
    "BagFault",
    "BagFile",
    "BagProblem",
    "BagReport",
    "PayloadFile",
    "Sealed",
    "read_payload",
    "stream_zip",
    "verify_bag",
    "write_folder",
]
