"""Everything this package can refuse to do.

An error carries a code and facts; the sentence, in each language, is in the catalogue of the shell
under `error.<code>`.  `str(error)` is for logs and developers.
"""

from collections.abc import Mapping


class EvidenceError(Exception):
    """Base of every error raised by `evidence`.

    Attributes:
        code: A stable name such as `evidence.too_large`.
        facts: What the sentence needs: digests, sizes, settings; never contents or secrets.
    """

    code = "evidence"

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts: Mapping[str, object] = facts


class EvidenceNotFoundError(EvidenceError):
    """No object lies under that digest, or nothing arrived under that name."""


class EvidenceAlteredError(EvidenceError):
    """The stored bytes no longer match the digest taken at intake."""


class EmptyEvidenceError(EvidenceError):
    """A file without a single byte: there is nothing to keep and nothing to receipt."""


class EvidenceTooLargeError(EvidenceError):
    """More bytes than `facts["limit_bytes"]`."""


class IncompleteEvidenceError(EvidenceError):
    """Fewer or more bytes arrived than the sender announced."""


class PartAlteredError(EvidenceError):
    """A part does not match the checksum sent with it: it does not count, and is sent again."""


class WholeAlteredError(EvidenceError):
    """All parts arrived, but together they are not the file whose digest was declared."""


class EvidenceBusyError(EvidenceError):
    """Somebody is writing to this upload just now."""


class LimitsError(EvidenceError):
    """Limits that contradict each other: the start must stop here."""


class StorageConfigurationError(EvidenceError):
    """A setting that cannot work: `facts["setting"]` names it.  The start must stop here."""


class StorageUnavailableError(EvidenceError):
    """The store does not answer, or cannot write just now; the same act may succeed later."""


class LockUnavailableError(EvidenceError):
    """The store has no locks: `facts["gap"]` says why."""


class RetainedError(EvidenceError):
    """A lock on the object forbids deleting it now."""


class HostileFileError(EvidenceError):
    """A file that cannot be opened within its limits, or was made to do harm."""


class ScannerUnavailableError(EvidenceError):
    """The antivirus daemon does not answer, or answers otherwise than its protocol says."""


class CustodyForgedError(EvidenceError):
    """A receipt, proof, checkpoint or signature that does not hold; the code says what is wrong."""


class CustodyAlteredError(EvidenceError):
    """The custody log in the database is not the one that was signed."""


class CustodyPendingError(EvidenceError):
    """The entry has no index yet; the same question succeeds when the sequencer has come."""


class KeyConfigurationError(EvidenceError):
    """Keys that cannot work: `facts` name the file or the key."""


class TimestampUnavailableError(EvidenceError):
    """The timestamp authority does not answer; receipts go on without it, and say so."""
