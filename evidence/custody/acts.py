"""Every act the custody log knows, in one table; the written names are public and never reused."""

from enum import StrEnum


class CustodyAct(StrEnum):
    """What was done with evidence, and what did not come."""

    REQUEST_OPEN = "request.open"  # evidence is expected from now on
    DEPOSIT_MISSED = "deposit.missed"  # the deadline passed, and nothing certified was there
    EVIDENCE_RECEIVE = "evidence.receive"
    EVIDENCE_CARRY = "evidence.carry"  # into the next version of an answer, as another item
    DEPOSIT_COSIGN = "deposit.cosign"  # certified by the first of two
    DEPOSIT_REOPEN = "deposit.reopen"  # by the second, who found something wrong
    DEPOSIT_CERTIFY = "deposit.certify"  # whole and handed in; the receipt is bound to this
    DEPOSIT_ACCEPT = "deposit.accept"
    DEPOSIT_RETURN = "deposit.return"
    DEPOSIT_SUPERSEDE = "deposit.supersede"  # a newer version stands in its place
    EVIDENCE_WITHDRAW = "evidence.withdraw"  # taken out of an answer before it was certified
    EVIDENCE_READ = "evidence.read"  # shown to a person, whole or in part
    EVIDENCE_DOWNLOAD = "evidence.download"
    EVIDENCE_USE = "evidence.use"  # frozen as input of an evaluation
    EVIDENCE_QUARANTINE = "evidence.quarantine"
    EVIDENCE_HOLD = "evidence.hold"
    EVIDENCE_RELEASE = "evidence.release"
    EVIDENCE_DESTROY = "evidence.destroy"
    DESTRUCTION_CONFIRM = "destruction.confirm"  # its certificate is bound to this
    JOURNAL_ENTRY = "journal.entry"  # an act on something else, as the hash of its journal entry
