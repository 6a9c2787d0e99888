"""Comparing a case file with the custody log it brings, and with what was kept outside."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.custody.checkpoint import Checkpoint
from evidence.custody.entry import canonical
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing
from evidence.receipt import VerifiedReceipt, digest_of_statement, verify_receipt
from evidence.receipt_file import read_receipt
from inspection.casefile import (
    destruction_checking,
    journal_checking,
    layout,
    log,
    log_binding,
    log_checking,
    series_checking,
    withheld_checking,
    words_checking,
)
from inspection.casefile.reading import (
    DATA,
    NOT_AS_WRITTEN,
    BadDocumentError,
    Case,
    Look,
    list_told,
    parsed,
    read_json,
)
from inspection.casefile.values import CaseFault

_Row = Mapping[str, Any]  # whatever the file holds


def check_log(look: Look, case: Case) -> None:
    """9 to 14 of `verify_case`."""
    if not look.sha256_of(log.CHECKPOINT):
        # Who has the keys of a log, a receipt, or a conclusion that counts its entries was promised
        # one; and nothing is missing on its word alone.
        is_promised = (
            look.ring is not None
            or look.receipts
            or case.rows("destroyed")
            or _concluded(look, case)
        )
        tell = look.report if is_promised else look.warn
        tell(CaseFault.NO_LOG, DATA + log.CHECKPOINT)
        return
    ring = look.ring
    if ring is None:
        look.warn(CaseFault.NO_KEY, DATA + log.KEYS)
        ring = parsed(look, log.KEYS, KeyRing.parse)
    entries = parsed(look, log.ENTRIES, log_checking.read_entries)
    try:
        head = log_checking.check_head(parsed(look, log.CHECKPOINT, str), ring, entries)
    except CustodyForgedError as error:
        look.report(CaseFault.HEAD_FAILS, DATA + log.CHECKPOINT, found=error.code)
        return
    look.checked["entries"] = len(entries)
    if waiting := sum(one.index is None for one in entries):
        look.warn(CaseFault.PENDING, DATA + log.ENTRIES, found=waiting)
    _compare_with_log(look, case, ring, head, entries)


def _compare_with_log(
    look: Look,
    case: Case,
    ring: KeyRing,
    head: Checkpoint,
    entries: Sequence[log_checking.LoggedEntry],
) -> None:
    log_checking.check_proofs(head, entries, look.report)
    [inspection] = case.rows("inspection")
    journal = journal_checking.Journal(
        path=DATA + layout.JOURNAL,
        rows=parsed(look, layout.JOURNAL, journal_checking.read_lines),
        entries=entries,
        opened=inspection["id"],
        ring=ring,
    )
    lines = journal_checking.check_journal(journal, look.report)
    rows = log_checking.Received(
        items=list_told(case),
        deposits=case.rows("deposits"),
        older={one.subject_id for one in lines if one.is_older and one.event == "evidence.receive"},
    )
    log_checking.check_evidence(DATA + layout.CASE, rows, entries, look)
    receipts = _check_receipts(look, ring, rows.items)
    statements = {
        path: digest_of_statement(one.statement) if one is not None else ""
        for path, one in receipts.items()
    }
    bound = log_binding.bind(case.rows, lines, entries, statements)
    log_binding.check_bound(bound, look)
    withheld_checking.check_withheld(bound, look)
    certificates = destruction_checking.check_destroyed(look, bound, ring)
    words_checking.check_words(bound, look)
    proofs = {path: one for path, one in receipts.items() if one is not None} | certificates
    proofs |= _check_brought(look, ring, inspection["id"], entries)
    reached = [*series_checking.reached_by(proofs), *_concluded(look, case)]
    for series in _list_series(case):
        series_checking.check_series(series, entries, reached, look)


def _list_series(case: Case) -> tuple[series_checking.Series, series_checking.Series]:
    [inspection], [campaign] = case.rows("inspection"), case.rows("campaign")
    return series_checking.list_series(inspection_id=inspection["id"], campaign_id=campaign["id"])


def _concluded(look: Look, case: Case) -> list[series_checking.Reached]:
    """How many entries there were at approval, as the frozen conclusion says; older ones do not."""
    if not look.sha256_of(layout.FROZEN):
        return []
    path = DATA + layout.FROZEN
    try:
        said = read_json(look.folder / path)["document"].get("log")
    except NOT_AS_WRITTEN:
        return []  # told already, where what it cites was looked for
    try:
        counts = [] if said is None else [said["entries"], said["campaign_entries"]]
        if any(type(one) is not int for one in counts):
            raise TypeError(path)
    except NOT_AS_WRITTEN as error:
        raise BadDocumentError(layout.FROZEN, type(error).__name__) from error
    return [
        series_checking.Reached(series_id=series.id, number=number, path=path)
        for series, number in zip(_list_series(case), counts, strict=False)
    ]


def _check_receipts(
    look: Look, ring: KeyRing, items: Sequence[_Row]
) -> dict[str, VerifiedReceipt | None]:
    receipts = {}
    for path in sorted(look.bag.payload):
        if path.startswith(DATA + log.RECEIPTS):
            look.checked["receipts"] += 1
            receipts[path] = log_checking.check_receipt(
                path, look.folder / path, ring, items, look.report
            )
    return receipts


def _check_brought(
    look: Look, ring: KeyRing, inspection_id: str, entries: Sequence[log_checking.LoggedEntry]
) -> dict[str, VerifiedReceipt]:
    """Receipts kept outside hold, are of this inspection, and their entries are here."""
    # It proves its place, so it had one: an entry that waits here is not the one it speaks of.
    here, brought = {one.body for one in entries if one.index is not None}, {}
    for file in look.receipts:
        path = str(file)
        try:
            receipt = verify_receipt(read_receipt(file), ring)
        except CustodyForgedError as error:
            look.report(CaseFault.RECEIPT_FAILS, path, found=error.code)
            continue
        entry_id = receipt.entry.get("id")
        if receipt.statement["inspection"]["id"] != inspection_id:
            look.report(CaseFault.OTHER_CASE, path, found=entry_id)
            continue
        look.checked["receipts"] += 1
        brought[path] = receipt
        if canonical(receipt.entry).decode() not in here:
            look.report(CaseFault.LEFT_OUT, path, expected=entry_id)
    return brought
