"""What checking a signature tells."""

from dataclasses import dataclass
from enum import StrEnum


class Integrity(StrEnum):
    """Evidence is one of these, as in ETSI EN 319 102-1 §5.1.3: passed, failed, indeterminate."""

    INTACT = "intact"
    ALTERED = "altered"
    UNDETERMINED = "undetermined"


class Coverage(StrEnum):
    """How much of the file a signature vouches for."""

    WHOLE = "whole"
    REVISION = "revision"  # of a PDF that has grown since, by what is allowed after signing
    PART = "part"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Why a signature is not simply intact."""

    DIGEST = "digest"  # the signed bytes are not these
    CHANGED_AFTER = "changed after"  # more was changed than may be changed after signing
    NO_ANCHOR = "no anchor"  # the deployment names no authority to trust
    UNTRUSTED = "untrusted"  # no path from the signer to an authority it trusts, at this time
    REVOKED = "revoked"
    WEAK = "weak"  # an algorithm that proves nothing any more, or one we do not know
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFact:
    """One signature.

    Attributes:
        position: From 1, in the order of the file.
        signer: The name in the certificate; empty where there is none.
        signed_at: ISO 8601 as the signer claims it, unless `is_timestamped`; empty where unsaid.
        doubt: None where the verdict is intact.
    """

    position: int
    signer: str
    signed_at: str
    is_timestamped: bool
    coverage: Coverage
    verdict: Integrity
    doubt: Doubt | None
